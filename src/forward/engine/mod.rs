//! The engine: records in, objects out, and a fate for every event.
//!
//! Blocks of records are shaped on all cores and put back in their order ([`intake`]). What they make waits in windows and
//! fills files. A file that closes gets its name, is encoded and uploaded ([`uploads`]). One task owns all state
//! ([`state`]); [`run`] is its loop. [`recorder`] and [`pending`] keep the fates of events.

mod builder;
mod error;
mod idle;
mod intake;
mod pending;
mod recorder;
mod run;
mod state;
mod summary;
mod uploads;

pub use builder::{Engine, EngineBuilder};
pub use error::EngineError;
pub use summary::{Event, Halt, Observer, Summary};
