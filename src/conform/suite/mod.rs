//! Runs every case and evaluates every check.

mod case;
mod evidence;
mod filter;
mod run;
mod spread;
mod totals;

pub use evidence::collect_evidence;
pub use filter::{BadPattern, Filter, UnknownName, Wanted};
pub use run::{Progress, Suite};
