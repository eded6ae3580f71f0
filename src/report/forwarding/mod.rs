//! What `forward` reports: what became of the events, and where a run goes on.

mod fates;
mod run;
mod table;

pub use fates::Fates;
pub use run::{ForwardingReport, Refusal, Resume};
pub use table::write_forwarding as write_forwarding_table;
