//! Which batches were sent, so that none is sent twice.

use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};
use sha2::{Digest, Sha256};

use crate::forward::{StateError, StateFile, unusable};

/// The file in the folder.
const NAME: &str = "sent.redb";

/// Whether a batch was accepted, by its hash. A batch that is there and was not accepted was attempted.
const BATCHES: TableDefinition<'_, [u8; 32], bool> = TableDefinition::new("batches");

const NOTES: TableDefinition<'_, &str, &str> = TableDefinition::new("notes");

/// The note with what the batches depend on.
const RUN: &str = "run";

/// The SHA-256 of a batch.
pub(super) type BatchHash = [u8; 32];

pub(super) fn hash_of(batch: &str) -> BatchHash {
    Sha256::digest(batch.as_bytes()).into()
}

/// The batches that were sent by every run with one folder. A change is synced before it takes effect.
#[derive(Debug)]
pub struct SentLog {
    folder: PathBuf,
    database: Database,
}

/// What is known of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    New,
    /// It was sent, and the answer is not known.
    Attempted,
    Accepted,
}

impl SentLog {
    /// Opens the log in a folder, or begins one. `run` is what must be the same in every run: where batches are sent, and
    /// how they are made.
    ///
    /// # Errors
    /// If it belongs to another run, another process has it, or it cannot be read or written.
    pub fn open(folder: &Path, run: &str) -> Result<Self, StateError> {
        let file = StateFile::open(folder, NAME)?;
        let known = begin(&file.database, run).map_err(|error| unusable(folder, error))?;
        let log = Self { folder: folder.to_owned(), database: file.finish()? };
        match known.filter(|known| known != run) {
            None => Ok(log),
            Some(known) => {
                let reason = format!("it is of `{known}`, and this is `{run}`");
                Err(StateError::OtherRun { path: folder.to_owned(), reason })
            }
        }
    }

    pub(super) fn fate(&self, batch: &BatchHash) -> Result<Fate, StateError> {
        let read = || -> Result<Fate, redb::Error> {
            let batches = self.database.begin_read()?.open_table(BATCHES)?;
            Ok(match batches.get(batch)?.map(|accepted| accepted.value()) {
                None => Fate::New,
                Some(false) => Fate::Attempted,
                Some(true) => Fate::Accepted,
            })
        };
        read().map_err(|error| unusable(&self.folder, error))
    }

    /// Records batches durably; a new one is forgotten.
    pub(super) fn record<'a>(
        &self,
        batches: impl IntoIterator<Item = &'a BatchHash>,
        fate: Fate,
    ) -> Result<(), StateError> {
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            {
                let mut table = transaction.open_table(BATCHES)?;
                for batch in batches {
                    match fate {
                        Fate::New => drop(table.remove(batch)?),
                        fate => drop(table.insert(batch, fate == Fate::Accepted)?),
                    }
                }
            }
            Ok(transaction.commit()?)
        };
        write().map_err(|error| unusable(&self.folder, error))
    }
}

/// What the first run noted; notes it if there was none.
fn begin(database: &Database, run: &str) -> Result<Option<String>, redb::Error> {
    let transaction = database.begin_write()?;
    let known = {
        transaction.open_table(BATCHES)?;
        let mut notes = transaction.open_table(NOTES)?;
        let known = notes.get(RUN)?.map(|known| known.value().to_owned());
        if known.is_none() {
            notes.insert(RUN, run)?;
        }
        known
    };
    transaction.commit()?;
    Ok(known)
}
