//! The ledger: the fates of all events are counted, and written to a [`LedgerSink`] if there is one.

mod counts;
mod entry;
mod flag;
mod indices;
mod sink;

pub use counts::FateCounts;
pub use entry::{LedgerEntry, Placement};
pub use flag::Flag;
pub use indices::Indices;
pub use sink::{LedgerFile, LedgerSink};
