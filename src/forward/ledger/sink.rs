//! The sinks for ledger entries.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::LedgerEntry;
use crate::forward::private_file;

/// Receives ledger entries in the order in which fates are known.
pub trait LedgerSink: Send {
    /// Writes `entry`, possibly to a buffer.
    ///
    /// # Errors
    /// If the entry cannot be stored. Then the engine stops.
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()>;

    /// Writes buffered entries.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Makes all entries durable.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    fn sync(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// A file of newline-delimited JSON with one entry per line. Only its owner can read it, because reasons and keys may
/// contain personal data.
#[derive(Debug)]
pub struct LedgerFile {
    file: BufWriter<File>,
}

impl LedgerFile {
    /// Opens `path` for appending. It is created with mode 0600 if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be opened or its mode cannot be set.
    pub fn open(path: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(private_file::append(path)?) })
    }
}

impl LedgerSink for LedgerFile {
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, entry)?;
        self.file.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }

    fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        private_file::sync(self.file.get_ref())
    }
}
