//! The editions of a schema: the form (DTO-1, DTO-2) and the strictness (DTO-3).

/// One of the two forms of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// The form that the export writes (DTO-1).
    Outbound,
    /// The form that the Events API accepts and `raw_data_feed` writes (DTO-2).
    Inbound,
}

/// A form of a batch, and how strict the check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Edition {
    /// The form.
    pub form: Form,
    /// Whether only documented fields and values are valid, or everything that a reader must accept (DTO-3).
    pub strict: bool,
}
