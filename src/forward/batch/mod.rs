//! Merges forwarded events into lines (BAT-1 to BAT-3). Without side effects: the input is batches and times, the
//! output is lines.
//!
//! A batch becomes one or more drafts ([`Drafts`]). The [`BatchMode`] of each says whether it is a line at once or waits
//! in the [`Batcher`] for others with the same [`Key`]. The memory of open windows is limited: above the limit the
//! oldest closes early, and its line is flagged. `merge` merges batches.

mod draft;
mod drafts;
mod key;
mod line;
mod merge;
#[cfg(test)]
mod merge_tests;
mod mode;
#[cfg(test)]
mod tests;
mod window;

pub(crate) use drafts::Drafts;
pub(crate) use line::{Carried, Group, Line, Portion};
pub(crate) use mode::{BatchMode, shares};
pub(crate) use window::Batcher;
