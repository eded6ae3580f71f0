//! The quarantine. Input that cannot be forwarded is stored completely, with the reason, so that a person can fix it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::private_file;

/// Input that cannot be forwarded: a line of a quarantine file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quarantined {
    /// The input's name as given by the user.
    pub input: String,
    /// The line of the input, from 1.
    pub line: u64,
    /// The number of events in the ledger's count.
    pub events: u64,
    /// The reason, without the content of the input.
    pub reason: String,
    /// The content of the input.
    pub content: Content,
}

/// The content of the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// The content is UTF-8.
    Text(String),
    /// The content is not UTF-8. Its bytes are in hexadecimal.
    Hex(String),
    /// The line was over the limit and was skipped. Only its position is stored.
    Oversize {
        /// The offset of the line in the (uncompressed) input.
        offset: u64,
        /// The line's length in bytes.
        length: u64,
    },
}

impl From<&[u8]> for Content {
    fn from(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Hex(bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }
}

/// Receives input that cannot be forwarded.
pub trait Quarantine: Send {
    /// Stores `entry`.
    ///
    /// # Errors
    /// If the entry cannot be stored. Then the engine stops, because continuing would lose it.
    fn put(&mut self, entry: &Quarantined) -> io::Result<()>;

    /// Makes all stored entries durable.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Stores nothing, for callers that only count. The quarantined data is still in the input.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepNone;

impl Quarantine for KeepNone {
    fn put(&mut self, _: &Quarantined) -> io::Result<()> {
        Ok(())
    }
}

/// A file of newline-delimited JSON with one entry per line. Only its owner can read it, because it contains personal
/// data.
#[derive(Debug)]
pub struct QuarantineFile {
    file: BufWriter<File>,
}

impl QuarantineFile {
    /// Opens `path` for appending. It is created with mode 0600 if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be opened or its mode cannot be set.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(private_file::append(path)?) })
    }
}

impl Quarantine for QuarantineFile {
    fn put(&mut self, entry: &Quarantined) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, entry)?;
        self.file.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        private_file::sync(self.file.get_ref())
    }
}
