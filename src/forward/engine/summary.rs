//! What a run of the engine did, and the events that it reports to an observer while it runs.

use std::collections::BTreeMap;

use crate::store::StoreError;

use super::error::EngineError;
use crate::forward::ledger::{FateCounts, Flag};
use crate::forward::quarantine::Quarantined;
use crate::forward::source::{Place, SourceError};

/// What a run did.
#[derive(Debug, Default)]
pub struct Summary {
    /// Every event's fate.
    pub fates: FateCounts,
    /// How often each flag was raised: once a line, or once an event or batch.
    pub flags: BTreeMap<Flag, u64>,
    /// Lines of input that were processed.
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
    /// The target's first refusal, if it refuses more.
    pub refusal: Option<StoreError>,
    /// Inputs that could not be read (further).
    pub input_errors: Vec<SourceError>,
    /// Why the ledger or the quarantine could not be kept, if so: what was not in the bucket yet stays pending.
    pub fault: Option<EngineError>,
    /// Events in the bucket, or unconfirmed, without an entry in the ledger, since it could not be written.
    pub unrecorded: u64,
    /// The first record that has events pending. Later ones may be written: see the ledger.
    pub resume_at: Option<Place>,
    /// The place after the last record that was read, if the input was not read to its end.
    pub unread_from: Option<Place>,
}

/// Why the intake ended before the input did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// The run was asked to stop.
    Stopped,
    /// The target refuses more.
    Target,
    /// Something was quarantined, and the user wants to stop there.
    FailFast,
    /// The ledger or the quarantine cannot be written.
    Fault,
}

/// Something that happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// Input was processed.
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
        /// Why it is not known.
        error: &'a StoreError,
    },
}

/// Is called for each event, in the engine's own task: it must return quickly.
pub trait Observer: Send {
    /// Something happened.
    fn observe(&mut self, event: Event<'_>);
}

/// Observes nothing.
impl Observer for () {
    fn observe(&mut self, _: Event<'_>) {}
}
