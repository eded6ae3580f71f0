//! What a run found, as plain data. Counts are derived from it, never stored twice, and every form that a person or a
//! program reads is written from it by a writer of its own in this folder.

mod check;
mod comparison;
mod comparison_table;
#[cfg(feature = "conform")]
pub mod evidence;
mod explanation;
mod explanation_table;
mod fates;
mod finding;
mod forwarding;
mod forwarding_table;
mod histogram;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod summary;
pub mod write;

pub use check::{Check, Status};
pub use comparison::{ChangedSetting, ComparisonReport, DryRun, Folder, Measure};
pub use comparison_table::write_comparison as write_comparison_table;
pub use explanation::{
    Action, Change, EventOutcome, ExplainedBatch, ExplainedEvent, ExplainedLine, ExplanationReport, Rule,
};
pub use explanation_table::write_explanation as write_explanation_table;
pub use fates::Fates;
pub use finding::{Finding, Place};
pub use forwarding::{ForwardingReport, Refusal, Resume};
pub use forwarding_table::write_forwarding as write_forwarding_table;
pub use histogram::{Bar, Histogram, Unit};

pub use model::Summary;
pub use summary::{
    AccessKind, Baseline, Contents, CorrectCase, FailedCheck, FaultRun, Faults, FolderShare, ObjectState, Policies,
    Preflight, Repeated, SampleOf, SelfTest, TestedMutant, Validation, VerificationObject,
};
pub use write::{Format, UnknownFormat, write_document, write_lines};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which program wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The program's name.
    pub name: String,
    /// The program's version.
    pub version: String,
}

impl Default for Tool {
    fn default() -> Self {
        Self { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}
