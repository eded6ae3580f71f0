//! Where the ledger's entries go.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use super::LedgerEntry;
use crate::forward::private_file;

/// Takes the entries of the ledger, in the order in which fates are met.
pub trait Journal: Send {
    /// Keeps `entry`, perhaps in memory at first.
    ///
    /// # Errors
    /// If it cannot be kept: then the engine stops.
    fn enter(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()>;

    /// Keeps nothing in memory any longer.
    ///
    /// # Errors
    /// As [`enter`](Self::enter).
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Makes all entries durable.
    ///
    /// # Errors
    /// As [`enter`](Self::enter).
    fn sync(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// A file of newline-delimited JSON, one entry a line, that only its owner can read: reasons and keys may tell of people.
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

impl Journal for LedgerFile {
    fn enter(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()> {
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
