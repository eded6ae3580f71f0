//! The manifest of an evidence bundle.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::report::model::Tool;

pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const REPORT: &str = "report.json";
pub(super) const SETTINGS: &str = "settings.json";
pub(super) const OBJECTS: &str = "objects.jsonl";
pub(super) const LEDGERS: &str = "ledger/";
pub(super) const DATA: &str = "data/";

/// The content of `manifest.json`: the list of the bundle's other files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The program that wrote it.
    pub tool: Tool,
    /// The system that the program ran on.
    pub system: String,
    /// Every other file of the bundle, in the order of the archive.
    pub parts: Vec<Part>,
}

/// A file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The file's path in the bundle.
    pub path: String,
    /// The file's length in bytes.
    pub bytes: u64,
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

/// An object that was read from the bucket: one line of `objects.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectEntry {
    /// The name of the case that wrote the object.
    pub case: String,
    /// The object's key.
    pub key: String,
    /// The object's size in bytes, as stored.
    pub bytes: u64,
    /// The SHA-256 of the stored bytes, in hexadecimal.
    pub sha256: String,
}

/// The SHA-256 of bytes, in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
