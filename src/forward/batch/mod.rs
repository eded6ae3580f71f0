//! How forwarded events are gathered into lines (BAT-1 to BAT-3). Pure: batches and time go in, lines come out.
//!
//! A batch becomes one or more drafts ([`Drafts`]). Its [`BatchMode`] says whether they are lines at once or wait for others of their
//! [`Key`] in the [`Batcher`], whose open windows are bounded by a byte budget: past it the oldest closes early, and its
//! line says so. `merge` makes one batch of many.

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
pub(crate) use mode::BatchMode;
pub(crate) use window::Batcher;
