//! The actions of S3, KMS and STS, with the resources and the condition keys that each has (ACC-9).
//!
//! `table.json` has the values and their date. `tests/iam/actions.mjs` writes it from a public list.

mod table;

pub use table::{Action, Level, Service, Table};
