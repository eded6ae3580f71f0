//! The result of a run, and the events that are reported to an observer during the run.

use std::collections::BTreeMap;

use crate::store::StoreError;

use super::error::EngineError;
use crate::forward::ledger::{FateCounts, Flag};
use crate::forward::quarantine::Quarantined;
use crate::forward::source::{Place, SourceError};

/// The result of a run.
#[derive(Debug, Default)]
pub struct Summary {
    /// The fates of all events.
    pub fates: FateCounts,
    /// The number of times each flag was set: once for a line, or once for an event or batch.
    pub flags: BTreeMap<Flag, u64>,
    /// Input lines that were processed.
    pub records: u64,
    /// Objects that were written.
    pub files: u64,
    /// Those of them that an earlier start of the run has written.
    pub earlier_files: u64,
    /// Lines in the objects.
    pub lines: u64,
    /// Text bytes before compression.
    pub text_bytes: u64,
    /// Stored bytes.
    pub stored_bytes: u64,
    /// Whether more events are pending than were counted, because a run with a spool was stopped and did not read all of the spool
    /// again within some seconds.
    pub uncounted: bool,
    /// Files that were not delivered.
    pub pending_files: u64,
    /// Whether the source was read to its end.
    pub exhausted: bool,
    /// Why the intake ended early, if it did.
    pub halt: Option<Halt>,
    /// The first error with which an upload was given up, if one was.
    pub refusal: Option<StoreError>,
    /// Inputs that could not be read completely.
    pub input_errors: Vec<SourceError>,
    /// Whether a write is refused if its name exists: `Some(false)` if that is turned off or the server was found not to do it,
    /// `None` if it is not known, as at AWS, which does it.
    pub conditional: Option<bool>,
    /// The error of the ledger, the quarantine or the state, if one could not be written. Events that were not in the bucket yet
    /// stay pending.
    pub fault: Option<EngineError>,
    /// Events that are in the bucket or unconfirmed, but have no ledger entry because the ledger could not be written.
    pub unrecorded: u64,
    /// The place after the last record that was read, if the input was not read to its end.
    pub unread_from: Option<Place>,
}

impl Summary {
    /// Whether the whole input was read, and every event of it has a final fate.
    pub fn is_complete(&self) -> bool {
        let is_read = self.exhausted && matches!(self.halt, None | Some(Halt::Stopped)) && self.input_errors.is_empty();
        is_read && self.fault.is_none() && self.fates.pending() == 0
    }
}

/// Why the intake ended before the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// The run was stopped.
    Stopped,
    /// The target refuses further uploads.
    Target,
    /// Something was quarantined, and the user wants to stop then.
    FailFast,
    /// An input of a run with a state cannot be read at the moment.
    Input,
    /// The ledger, the quarantine or the state cannot be written.
    Fault,
}

/// An event of a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// Input was processed.
    Read {
        /// Text bytes since the last event of this kind.
        bytes: u64,
    },
    /// Input that cannot be forwarded.
    Quarantined(&'a Quarantined),
    /// An object is in the bucket.
    Written {
        /// The object's key.
        key: &'a str,
        /// The stored bytes.
        bytes: u64,
    },
    /// An object may be in the bucket.
    Unconfirmed {
        /// The object's key.
        key: &'a str,
        /// Why the outcome is not known.
        error: &'a StoreError,
    },
}

/// Receives the events of a run. It is called in the engine's own task and must return quickly.
pub trait Observer: Send {
    /// Called for each event.
    fn observe(&mut self, event: Event<'_>);
}

/// Ignores all events.
impl Observer for () {
    fn observe(&mut self, _: Event<'_>) {}
}
