//! Writes objects and arrays at the end of a text.

/// An object that is being written at the end of a text.
#[derive(Debug)]
pub(super) struct Object<'o> {
    text: &'o mut String,
    is_empty: bool,
}

impl<'o> Object<'o> {
    pub(super) fn new(text: &'o mut String) -> Self {
        Self { text, is_empty: true }
    }

    /// Starts a member with a key as written, and returns the place for its value.
    pub(super) fn key(&mut self, spelled: &str) -> &mut String {
        let text = self.next();
        text.push_str(spelled);
        text.push(':');
        text
    }

    /// Starts a member with this name.
    pub(super) fn name(&mut self, name: &str) -> &mut String {
        let text = self.next();
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
        text
    }

    /// The place for the next member.
    fn next(&mut self) -> &mut String {
        self.text.push(if std::mem::replace(&mut self.is_empty, false) { '{' } else { ',' });
        self.text
    }

    pub(super) fn end(self) {
        self.text.push_str(if self.is_empty { "{}" } else { "}" });
    }
}

/// An array that is being written at the end of a text.
#[derive(Debug)]
pub(super) struct List<'o> {
    text: &'o mut String,
    is_empty: bool,
}

impl<'o> List<'o> {
    pub(super) fn new(text: &'o mut String) -> Self {
        text.push('[');
        Self { text, is_empty: true }
    }

    /// Starts an element, and returns the place for it.
    pub(super) fn element(&mut self) -> &mut String {
        if !std::mem::replace(&mut self.is_empty, false) {
            self.text.push(',');
        }
        self.text
    }

    pub(super) fn end(self) {
        self.text.push(']');
    }
}
