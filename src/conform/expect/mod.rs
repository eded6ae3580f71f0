//! What must be written for what was received, worked out from the contract alone: slow, clear, and without a line of
//! the engine's code, so that the judge does not repeat the engine's mistakes.

mod event;
mod expectation;
mod folder;
mod identities;
mod integers;
mod line;
mod location;
mod projection;
#[cfg(test)]
mod tests;

pub use event::{EventFault, governing_setting};
pub(super) use event::{event_type, is_known_type};
pub use expectation::{Expectation, Filtered, Quarantined};
pub use line::ExpectedLine;
pub(super) use line::{line_order, line_print};
