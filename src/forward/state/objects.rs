//! What is recorded of an object.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// An object that was or will be attempted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ObjectRecord {
    /// The key of the newest attempt.
    pub(crate) key: String,
    /// The stored bytes.
    pub(crate) length: u64,
    /// The SHA-256 of the stored bytes, in hexadecimal.
    pub(crate) sha256: String,
    /// Whether the object is in the bucket.
    pub(crate) stored: bool,
}

impl ObjectRecord {
    /// The record of an object before it is attempted.
    pub(crate) fn new(key: &str, body: &[u8]) -> Self {
        Self { key: key.to_owned(), length: body.len() as u64, sha256: sha256(body), stored: false }
    }

    /// Whether both have the same bytes.
    pub(crate) fn has_bytes_of(&self, other: &Self) -> bool {
        (self.length, &self.sha256) == (other.length, &other.sha256)
    }
}

/// The SHA-256 of these bytes, in hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
