//! Whether exported lines are what the contract promises.
//!
//! Two judges that must agree: the *fast* one walks the bytes once and says yes or no ([`Validator`]); where it says no,
//! the *slow* one says why, with the published schema itself. Both are made from the types of [`crate::contract`].

#[cfg(feature = "explain")]
mod blocks;
#[cfg(all(feature = "explain", feature = "store"))]
mod bucket;
mod choice;
#[cfg(feature = "explain")]
mod choose;
mod compile;
#[cfg(feature = "explain")]
mod demands;
mod events;
#[cfg(feature = "explain")]
mod explain;
mod facts;
mod fast;
#[cfg(feature = "explain")]
mod fault;
#[cfg(feature = "explain")]
mod files;
#[cfg(feature = "explain")]
mod find;
#[cfg(feature = "explain")]
mod gzip;
#[cfg(feature = "explain")]
mod input;
#[cfg(feature = "explain")]
mod judge;
mod keys;
mod members;
mod merge;
#[cfg(feature = "explain")]
mod names;
mod pattern;
#[cfg(feature = "explain")]
mod remedy;
#[cfg(feature = "explain")]
mod repeats;
mod scan;
mod shape;
#[cfg(feature = "explain")]
mod sweep;
#[cfg(feature = "explain")]
mod tally;
mod walk;
mod words;

#[cfg(all(feature = "explain", feature = "store"))]
pub use bucket::Bucket;
#[cfg(feature = "explain")]
pub use choose::{Choice, Chosen, Sample};
#[cfg(feature = "explain")]
pub use explain::Explainer;
pub use facts::{EventFacts, Facts, Span};
pub use fast::{Checker, Validator};
#[cfg(feature = "explain")]
pub use fault::{Faults, GroupedFault, LineFault};
#[cfg(feature = "explain")]
pub use files::{Files, SIZE_BOUNDS};
#[cfg(feature = "explain")]
pub use input::{Input, InputError};
#[cfg(feature = "explain")]
pub use repeats::Repeats;
#[cfg(feature = "explain")]
pub use sweep::{Options, Outcome, sweep};
#[cfg(feature = "explain")]
pub use tally::{LATENESS_BOUNDS, Tally};
