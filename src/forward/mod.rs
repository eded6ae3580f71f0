//! The forwarding engine: records come from a source, pass the settings' filters and projections, are gathered into lines
//! and files, and are written to a store; every event's fate is booked on the way.
//!
//! Each stage is one file; only [`Engine`] and the pure part of the way in `shape` know their order.

mod batch;
mod clock;
mod cuts;
mod encode;
mod engine;
mod explain;
mod files;
mod filter;
mod identities;
mod layout;
mod ledger;
mod outstanding;
mod plausible;
mod private_file;
mod project;
mod quarantine;
mod receive;
mod rehearse;
mod shape;
mod silence;
mod source;
mod summary;
mod target;
mod write;

pub use clock::{Clock, FixedClock, SystemClock};
pub use engine::{Engine, EngineError};
pub use explain::{Explainer, tell_lines};
pub use ledger::{Carriage, Flag, Indices, Journal, Ledger, LedgerEntry, LedgerFile};
pub use outstanding::Place;
pub use quarantine::{Content, KeepNone, Quarantine, QuarantineFile, Quarantined};
pub use rehearse::{RehearsalError, rehearse};
pub use source::{Block, Input, NdjsonSource, Record, Source, SourceError};
pub use summary::{Event, Halt, Observer, Summary};
pub use target::{CaBundleError, s3_config};

pub(crate) use cuts::Cuts;
pub(crate) use filter::withheld_by;
pub(crate) use layout::date_folder;
