//! A conformance run as a bundle that another person can check: settings without secrets, the report, the ledgers, and the keys
//! with their hashes. It holds values of events only on request.

mod manifest;
mod pack;
mod problems;
mod sums;
mod verify;

pub use manifest::{Manifest, ObjectEntry, Part, sha256};
pub use pack::{Evidence, pack};
pub use verify::{BundleError, verify};
