//! One model of a result: checks, outcomes and findings in one report. Every command with a verdict makes a [`Report`].
//! Only the summary differs between commands.

mod check;
mod finding;
mod format;
mod histogram;
mod report;
mod section;
mod summary;
mod units;

pub use crate::severity::{Severity, UnknownSeverity};
pub use check::{Check, Outcome};
pub use finding::{Finding, Findings, Place};
pub use format::{Format, UnknownFormat};
pub use histogram::{Bar, Histogram, Unit};
pub use report::{Report, Tool, Verdict};
pub use section::{Cell, PlotUnit, Section, Tone};
pub use summary::Summary;
pub use units::{bytes, counted, duration};
