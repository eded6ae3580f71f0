//! What a run found, as plain data. Counts are derived from it, never stored twice, and every form that a person or a
//! program reads is written from it by a writer of its own in this folder.

mod finding;

pub use finding::{Finding, Place};
