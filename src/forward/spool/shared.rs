//! How far a spool is written and read, which its threads share.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::SpoolError;
use super::entry::Reached;
use crate::forward::source::SourceError;

/// What the threads of a spool share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: PathBuf,
    pub(super) limit: u64,
    pub(super) progress: Mutex<Progress>,
    pub(super) changed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Progress {
    /// The newest segment.
    pub(super) segment: u64,
    /// The end of what is synced of it.
    pub(super) position: u64,
    /// The bytes of all segments.
    pub(super) bytes: u64,
    /// How far the engine's thread has read.
    pub(super) read: (u64, u64),
    /// How far the engine's thread has handed on what it has read.
    pub(super) handed_on: (u64, u64),
    /// The records that were read and have no durable fate yet.
    pub(super) unsettled: u64,
    /// Errors of inputs.
    pub(super) errors: Vec<SourceError>,
    /// How far each input was taken.
    pub(super) reached: BTreeMap<String, Reached>,
    /// The run is being stopped. What was taken is written without regard to the limit.
    pub(super) stopping: bool,
    /// The engine needs nothing more.
    pub(super) closed: bool,
    pub(super) failed: Option<Arc<io::Error>>,
    /// No more of the disk can be reserved. What was taken can still be written.
    pub(super) exhausted: Option<Arc<io::Error>>,
    /// An entry waits for room.
    pub(super) is_full: bool,
    /// Whether the engine knows of the failure.
    pub(super) is_told: bool,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn wait<'a>(&self, guard: MutexGuard<'a, Progress>) -> MutexGuard<'a, Progress> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Progress) -> T) -> T {
        let changed = change(&mut self.lock());
        self.changed.notify_all();
        changed
    }

    pub(super) fn error(&self, source: Arc<io::Error>) -> SpoolError {
        SpoolError { path: self.folder.clone(), source }
    }
}
