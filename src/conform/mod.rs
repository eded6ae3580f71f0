//! The conformance tester: made-up batches, what must become of them, and how that compares with what was observed.

pub mod compare;
pub mod document;
pub mod expect;
pub mod synthesize;
