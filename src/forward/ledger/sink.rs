//! Where the entries of the ledger are written.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::LedgerEntry;
use crate::forward::private_file;

/// Receives the entries of the ledger, in the order in which fates are known.
pub trait LedgerSink: Send {
    /// Writes `entry`, perhaps to a buffer.
    ///
    /// # Errors
    /// If it cannot be kept: then the engine stops.
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()>;

    /// Writes out what is buffered.
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

/// A file of newline-delimited JSON, one entry a line, that only its owner can read: reasons and keys may hold personal data.
#[derive(Debug)]
pub struct LedgerFile {
    file: BufWriter<File>,
}

impl LedgerFile {
    /// Opens `path` for appending and creates it with mode 0600 if it does not exist.
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
