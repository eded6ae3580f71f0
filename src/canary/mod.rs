//! Tests that batches sent to mParticle arrive in the bucket, complete, correct and in time.
//!
//! A few generated batches have a mark. [`MarkedBatches`] makes them, [`Watch`] finds the lines with the mark in the
//! bucket, and [`evaluate`] compares them with the sent batches and with the settings. Lines without the mark are
//! neither stored nor shown. [`Record`] keeps what came back, masked.

mod batches;
mod evaluate;
mod record;
mod watch;

pub use batches::{EVENT_TYPES, MarkedBatches, MarkedEvent, UnknownEventType};
pub use evaluate::{Evidence, evaluate};
pub use record::Record;
pub use watch::{Arrival, Watch, WatchError};
