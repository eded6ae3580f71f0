//! Whether exported lines are what the contract promises.
//!
//! Two judges that must agree: the *fast* one walks the bytes once and says yes or no ([`Validator`]); where it says no,
//! the *slow* one says why, with the published schema itself. Both are made from the types of [`crate::contract`].

mod blocks;
mod bucket;
mod choice;
mod choose;
mod compile;
mod demands;
mod events;
mod explain;
mod facts;
mod fast;
mod fault;
mod files;
mod find;
mod gzip;
mod input;
mod judge;
mod keys;
mod members;
mod merge;
mod names;
mod pattern;
mod remedy;
mod repeats;
mod scan;
mod shape;
mod sweep;
mod tally;
mod walk;
mod words;

pub use bucket::Bucket;
pub use choose::{Choice, Chosen, Sample};
pub use explain::Explainer;
pub use facts::{EventFacts, Facts, Span};
pub use fast::{Checker, Validator};
pub use fault::{Faults, GroupedFault, LineFault};
pub use files::{Files, SIZE_BOUNDS};
pub use input::{Input, InputError};
pub use repeats::Repeats;
pub use sweep::{Options, Outcome, sweep};
pub use tally::{LATENESS_BOUNDS, Tally};
