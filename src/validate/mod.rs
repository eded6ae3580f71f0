//! Whether exported lines are what the contract promises.
//!
//! Two judges that must agree: the *fast* one walks the bytes once and says yes or no ([`Validator`]); where it says no,
//! the *slow* one says why, with the published schema itself. Both are made from the types of [`crate::contract`].

mod blocks;
mod choice;
mod compile;
mod events;
mod explain;
mod facts;
mod fast;
mod fault;
mod gzip;
mod input;
mod judge;
mod keys;
mod members;
mod merge;
mod names;
mod pattern;
mod repeats;
mod scan;
mod shape;
mod sweep;
mod tally;
mod walk;

pub use explain::Explainer;
pub use facts::{EventFacts, Facts, Span};
pub use fast::{Checker, Validator};
pub use fault::{Faults, GroupedFault, LineFault};
pub use input::{Input, InputError};
pub use names::Names;
pub use repeats::Repeats;
pub use sweep::{Options, Outcome, sweep};
pub use tally::{LATENESS_BOUNDS, Tally};
