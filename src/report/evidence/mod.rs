//! Writes and checks evidence bundles: a conformance run as one file that another person can check. A bundle has the
//! settings without secrets, the report, the ledgers, and the keys and hashes of the objects. It has values of events
//! only on request.

mod manifest;
mod pack;
mod problems;
mod sums;
mod verify;

pub use manifest::{Manifest, ObjectEntry, Part, sha256};
pub use pack::{Evidence, pack};
pub use verify::{BundleError, verify};
