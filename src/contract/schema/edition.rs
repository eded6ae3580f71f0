//! The editions of a schema: which form (DTO-1, DTO-2), and how strict (DTO-3).

/// Which of the two forms of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// What the export writes (DTO-1).
    Outbound,
    /// What the Events API takes and `raw_data_feed` writes (DTO-2).
    Inbound,
}

/// A form of a batch, and how strictly it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edition {
    /// The form.
    pub form: Form,
    /// Whether only documented fields and values are valid, or everything that a reader has to accept (DTO-3).
    pub strict: bool,
}
