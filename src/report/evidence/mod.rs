//! A conformance run as a bundle that somebody else can check: settings without secrets, the report, the ledgers, the keys
//! with their hashes and the versions. It holds no value of an event unless that is asked for.

mod manifest;
mod pack;
mod sums;
mod table;
mod verify;

pub use manifest::{Manifest, ObjectEntry, Part, sha256};
pub use pack::{Evidence, pack};
pub use table::write_bundle;
pub use verify::{BundleError, BundleReport, verify};
