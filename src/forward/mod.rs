//! The forwarding engine. Records come from a source, are filtered and projected as configured, are collected in lines
//! and files, and are written to a store. The fate of every event is recorded.
//!
//! Each stage is one file or folder. `shape` orders the stages that need neither time nor network, [`Engine`] the
//! others.

mod batch;
mod clock;
mod deliver;
mod dry_run;
mod engine;
mod explain;
mod files;
mod follow;
mod input;
mod ledger;
mod private_file;
mod private_folder;
mod quarantine;
mod read_at;
mod record;
mod shape;
mod source;
mod spool;
mod state;
#[cfg(feature = "s3")]
mod target;

pub use crate::paths::NotFound;
pub use clock::{Clock, FixedClock, SystemClock};
pub use dry_run::{DryRunError, dry_run, nowhere};
pub use engine::{Engine, EngineBuilder, EngineError, Event, Halt, Observer, Probe, Questions, Status, Summary};
pub use explain::{Explainer, add_lines};
pub use follow::FollowedFiles;
pub use input::Input;
pub use jiff::Timestamp;
pub use ledger::{FateCounts, Flag, Indices, LedgerEntry, LedgerFile, LedgerSink, Placement};
pub use quarantine::{Content, KeepNone, Quarantine, QuarantineFile, Quarantined};
pub use source::{Block, NdjsonSource, Place, Record, Source, SourceError};
#[cfg(feature = "events-api")]
pub(crate) use spool::{Spool, SpoolOptions, SpoolSource};
pub use spool::{SpoolError, Spooled, SpooledInputs};
pub use state::{InputIdentity, RunIdentity, RunOptions, RunState, StateError};
#[cfg(feature = "events-api")]
pub(crate) use state::{StateFile, unusable};
#[cfg(feature = "s3")]
pub use target::{CaBundleError, s3_config};
