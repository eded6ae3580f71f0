//! What a run of the engine did, and what it tells while it does it.

use std::collections::BTreeMap;

use crate::store::StoreError;

use super::engine::EngineError;
use super::ledger::{Flag, Ledger};
use super::outstanding::Place;
use super::quarantine::Quarantined;
use super::source::SourceError;

/// What a run did.
#[derive(Debug, Default)]
pub struct Summary {
    /// Every event's fate.
    pub ledger: Ledger,
    /// How often each flag was raised: once a line, or once an event or batch.
    pub flags: BTreeMap<Flag, u64>,
    /// Lines of input that were looked at.
    pub records: u64,
    /// Objects written.
    pub files: u64,
    /// Lines in them.
    pub lines: u64,
    /// Their bytes before compression.
    pub text_bytes: u64,
    /// Their bytes as stored.
    pub stored_bytes: u64,
    /// Files that were made and could not be delivered.
    pub pending_files: u64,
    /// Whether the source was read to its end.
    pub exhausted: bool,
    /// Why the intake ended early, if it did.
    pub halt: Option<Halt>,
    /// The target's first refusal, if it takes no more.
    pub refusal: Option<StoreError>,
    /// Inputs that could not be read (further).
    pub input_errors: Vec<SourceError>,
    /// Why the ledger or the quarantine could not be kept, if so: what was not in the bucket yet stays pending.
    pub fault: Option<EngineError>,
    /// Events in the bucket, or unconfirmed, that the ledger has no entry of since it could not be written.
    pub untold: u64,
    /// The first record that has events pending. Later ones may be written: the ledger tells which.
    pub resume_at: Option<Place>,
    /// Behind the last record that was read, if the input was not read to its end.
    pub unread_from: Option<Place>,
}

/// Why the intake ended before the input did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// Somebody asked for it.
    Stopped,
    /// The target takes no more.
    Target,
    /// Something had to be quarantined, and the user wants to stop there.
    FailFast,
    /// The ledger or the quarantine cannot be written.
    Fault,
}

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// So many bytes of input have been looked at.
    Read {
        /// Bytes of text since the last time.
        bytes: u64,
    },
    /// Input that cannot be forwarded.
    Quarantined(&'a Quarantined),
    /// An object is in the bucket.
    Written {
        /// Its key.
        key: &'a str,
        /// Its bytes as stored.
        bytes: u64,
    },
    /// An object may be in the bucket.
    Unconfirmed {
        /// Its key.
        key: &'a str,
        /// Why nobody knows.
        error: &'a StoreError,
    },
}

/// Is told what happens, from the engine's own task: quick work only.
pub trait Observer: Send {
    /// Something happened.
    fn observe(&mut self, event: Event<'_>);
}

/// Watches nothing.
impl Observer for () {
    fn observe(&mut self, _: Event<'_>) {}
}
