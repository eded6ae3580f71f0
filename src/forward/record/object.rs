//! Writes an object at the end of a text.

/// An object that is being written at the end of a text.
#[derive(Debug)]
pub(super) struct Object<'o> {
    text: &'o mut String,
    members: usize,
}

impl<'o> Object<'o> {
    pub(super) fn new(text: &'o mut String) -> Self {
        Self { text, members: 0 }
    }

    /// Starts a member with a key as written, and returns the place for its value.
    pub(super) fn key(&mut self, spelled: &str) -> &mut String {
        self.text.push(if self.members == 0 { '{' } else { ',' });
        self.members += 1;
        self.text.push_str(spelled);
        self.text.push(':');
        self.text
    }

    /// Starts a member with this name.
    pub(super) fn name(&mut self, name: &str) -> &mut String {
        self.key(&format!("\"{name}\""))
    }

    /// Removes and returns the written text. The object continues.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(self.text)
    }

    pub(super) fn end(self) {
        self.text.push_str(if self.members == 0 { "{}" } else { "}" });
    }
}
