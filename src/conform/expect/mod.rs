//! Computes the expected result from the contract alone: slowly and clearly, and without code of the engine, so that
//! the tester does not repeat the engine's mistakes.

#[cfg(test)]
mod batching_tests;
mod event;
mod expectation;
mod folder;
mod gathering;
mod identities;
mod integers;
mod line;
mod location;
mod merge;
mod part;
mod projection;
#[cfg(test)]
mod tests;
mod windows;

pub use event::governing_setting;
pub(super) use event::{event_type, is_known_type};
pub use expectation::{Expectation, Filtered, Quarantined};
pub use gathering::Gathering;
pub use line::ExpectedLine;
pub(super) use line::line_print;
pub(super) use part::mark;
pub use part::{LONGEST_MERGED_LINE, Source};
pub use windows::Closing;
