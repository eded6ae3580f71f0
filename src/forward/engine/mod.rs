//! The engine: it forwards records as objects and records the fate of every event.
//!
//! Blocks of records are shaped on all cores and put back in order ([`intake`]). The resulting batches wait in windows
//! and fill files. A closed file gets its name and is encoded and uploaded ([`uploads`]). At the end of the input, what is open closes
//! file by file ([`ending`]). One task owns all state ([`state`]); [`run`] is its loop. [`recorder`] and [`pending`] keep the fates of events.
//! [`recorded`] takes the time of a run from its spool.

mod builder;
mod ending;
mod error;
mod idle;
mod intake;
mod pending;
mod probe;
mod recorded;
mod recorder;
mod run;
mod state;
mod summary;
mod uploads;

pub use builder::{Engine, EngineBuilder};
pub use error::EngineError;
pub use probe::{Probe, Questions, Status};
pub use summary::{Event, Halt, Observer, Summary};
