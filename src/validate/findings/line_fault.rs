//! One thing that is wrong.

/// One thing that is wrong with a line or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineFault {
    /// The clause that is broken. The effect of a setting has the setting's id.
    pub clause: &'static str,
    /// JSON Pointer into the line; `None` for a line that is no JSON and for a file as a whole.
    pub pointer: Option<String>,
    /// What was expected: faults of one clause and place that expect the same have one cause.
    pub expected: String,
    /// What was found instead, masked; empty where `expected` is the whole message.
    pub found: String,
}

impl LineFault {
    /// A fault of a line or a file as a whole, as one sentence.
    pub(crate) fn message(clause: &'static str, message: impl Into<String>) -> Self {
        Self::new(clause, message, "")
    }

    /// A fault of a line or a file as a whole: what was expected, and what was found.
    pub(crate) fn new(clause: &'static str, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { clause, pointer: None, expected: expected.into(), found: found.into() }
    }

    /// The same fault at this place in the line.
    pub(crate) fn at(self, pointer: impl Into<String>) -> Self {
        Self { pointer: Some(pointer.into()), ..self }
    }
}
