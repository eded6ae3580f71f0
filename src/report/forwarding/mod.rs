//! The report of `forward`: the fates of the events, and where to resume.

mod fates;
mod run;
mod table;

pub use fates::Fates;
pub use run::{ForwardingReport, Refusal, Resume, YesNo};
pub use table::write_forwarding as write_forwarding_table;
