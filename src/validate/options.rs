//! How to validate.

use std::num::NonZeroUsize;
use std::sync::Arc;

use super::known::Known;
use super::run::Cancel;
use crate::contract::schema::Edition;
use crate::ndjson::DEFAULT_MAX_LINE_BYTES;
use crate::settings::Connection;

/// How to validate.
#[derive(Debug, Clone)]
pub struct Options {
    /// The form and the strictness.
    pub edition: Edition,
    /// Whether to check the documented limits (LIM-1, LIM-2); every line is then parsed to a tree.
    pub limits: bool,
    /// Whether to count what valid lines hold.
    pub summary: bool,
    /// Whether to check the names and folders of files; keys of objects are always checked.
    pub names: bool,
    /// The connection of the export: its settings are checked, too.
    pub connection: Option<Connection>,
    /// The longest line in bytes (DTO-9).
    pub max_line_bytes: usize,
    /// How many times its stored size a gzip file may expand to, once it is past 64 MiB.
    pub max_expansion: u64,
    /// Whether a run without a line of data is complete.
    pub allow_empty: bool,
    /// Report the first N faults by input and line, and stop there.
    pub max_errors: Option<u64>,
    /// Whether to list up to 100,000 places instead of the first five of each cause.
    pub all_places: bool,
    /// Whether to list every file with a fault instead of the ten that have most.
    pub all_files: bool,
    /// The app's name in the names of files, where it is not that of each batch.
    pub app_name: Option<String>,
    /// The number of threads that check lines.
    pub jobs: NonZeroUsize,
    /// The number of inputs that are read at once, but no more than there are. By default as many as there are jobs; of objects at
    /// first at least eight, and up to 64 while the threads that check lines have to wait.
    pub fetches: Option<NonZeroUsize>,
    /// Events that were sent and are looked for; every line is then parsed to a tree.
    pub known: Option<Arc<Known>>,
    /// Ends the run from another thread.
    pub cancel: Cancel,
}

impl Options {
    /// The defaults for an edition: every core, the limits of DTO-9, no names.
    pub fn new(edition: Edition) -> Self {
        Self {
            edition,
            limits: false,
            summary: true,
            names: false,
            connection: None,
            max_line_bytes: DEFAULT_MAX_LINE_BYTES,
            max_expansion: 1_000,
            allow_empty: false,
            max_errors: None,
            all_places: false,
            all_files: false,
            app_name: None,
            jobs: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            fetches: None,
            known: None,
            cancel: Cancel::default(),
        }
    }

    /// Whether a batch id that comes again is news: without `send_as_batch` one batch has several lines.
    pub(super) fn compares_batch_ids(&self) -> bool {
        self.connection.as_ref().is_none_or(|connection| connection.send_as_batch)
    }
}
