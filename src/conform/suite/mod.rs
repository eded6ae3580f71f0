//! A suite runs every case and evaluates every check.

mod case;
mod filter;
mod run;
mod spread;
mod totals;

pub use filter::{BadPattern, Filter, UnknownName, Wanted};
pub use run::{Progress, Suite, SuiteError};
