//! Whether batches that are sent to mParticle arrive in the bucket, complete, right and in time.
//!
//! A few made-up batches carry a mark. [`MarkedBatches`] makes them, [`Watch`] finds the lines with the mark in the bucket, and
//! [`evaluate`] compares what arrived with what was sent and with the settings. Lines without the mark are neither kept nor shown.

mod batches;
mod evaluate;
mod watch;

pub use batches::{EVENT_TYPES, MarkedBatches, MarkedEvent, UnknownEventType};
pub use evaluate::{Evidence, evaluate};
pub use watch::{Arrival, Watch, WatchError};
