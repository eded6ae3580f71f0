//! The quarantine: input that cannot be forwarded is kept whole, with the reason, for a person to fix.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::private_file;

/// Something that cannot be forwarded: a line of a quarantine file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quarantined {
    /// The input's name as the user gave it.
    pub input: String,
    /// The line in it, from 1.
    pub line: u64,
    /// The index of the event in the batch, from 0; absent if it is the whole line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// How many events it counts as in the ledger.
    pub events: u64,
    /// Why, without repeating the input.
    pub reason: String,
    /// The input itself.
    pub content: Content,
}

/// Input as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Content {
    /// It is UTF-8.
    Text(String),
    /// It is not UTF-8: its bytes in hexadecimal digits.
    Hex(String),
    /// A line that is longer than the limit: it was skipped, and only its place is kept.
    Oversize {
        /// The offset of the line in the (uncompressed) input.
        offset: u64,
        /// Its length in bytes.
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

/// Takes what cannot be forwarded.
pub trait Quarantine: Send {
    /// Keeps `entry`.
    ///
    /// # Errors
    /// If it cannot be kept: then the engine stops, since going on would lose it.
    fn put(&mut self, entry: &Quarantined) -> io::Result<()>;

    /// Makes all that was put durable.
    ///
    /// # Errors
    /// As [`put`](Self::put).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Keeps nothing, for callers that only count: the input itself still has what is quarantined.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeepNone;

impl Quarantine for KeepNone {
    fn put(&mut self, _: &Quarantined) -> io::Result<()> {
        Ok(())
    }
}

/// A file of newline-delimited JSON, one entry a line, that only its owner can read: it holds personal data.
#[derive(Debug)]
pub struct QuarantineFile {
    file: BufWriter<File>,
}

impl QuarantineFile {
    /// Opens `path` for appending and creates it with mode 0600 if it does not exist.
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
