//! The spool of a run: what was taken from a source that cannot be read twice, in order, with the time at which it was taken.
//! Whatever [`Spool::append`] has reported is synced, and comes again after any end of the process.
//!
//! The spool is a folder of segments. A segment is a file that is only appended to: entries with their length and a checksum
//! (`entry`). One thread writes entries and syncs those together that arrive together (`writer`), one reads them for the engine
//! (`source`). With the first entry of a new segment, the engine closes all windows and files of the segment before. So the
//! objects of a segment depend only on its entries, and a segment whose records all have a durable fate is deleted.

mod entry;
mod error;
mod feeder;
mod folder;
mod inputs;
mod shared;
mod source;
mod stoppable;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use entry::{Beginning, Reached};
pub use error::SpoolError;
pub use inputs::SpooledInputs;
pub(crate) use source::SpoolSource;
pub use source::Spooled;
#[cfg_attr(
    not(any(test, feature = "events-api")),
    expect(unused_imports, reason = "only the spool itself opens one without the Events API")
)]
pub(crate) use writer::{Spool, SpoolOptions};
