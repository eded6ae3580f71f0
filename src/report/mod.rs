//! Reports as plain data, and the writers for a table, JSON, JUnit and other formats.
//!
//! A command with a verdict makes a [`Report`]: checks, findings and a summary of its own. Each writer is written once
//! and works on any report. Commands without checks have reports of their own.

#[cfg(feature = "conform")]
pub mod evidence;
mod explanation;
mod forwarding;
pub mod model;
pub mod summary;
pub mod write;

pub use explanation::{
    Action, Change, ChangedSetting, ComparisonReport, DryRun, EventOutcome, ExplainedBatch, ExplainedEvent,
    ExplainedLine, ExplanationReport, Folder, Measure, Rule, write_comparison_table, write_explanation_table,
};
pub use forwarding::{Fates, ForwardingReport, Refusal, Resume, YesNo, write_forwarding_table};
pub use model::{
    Bar, Check, Finding, Findings, Format, Histogram, Outcome, Place, Report, Severity, Summary, Tool, Unit,
    UnknownFormat, Verdict,
};
pub use summary::{
    AccessKind, Baseline, Contents, CorrectCase, FailedCheck, FaultRun, Faults, FolderShare, NO_ENVIRONMENT,
    ObjectState, Policies, Preflight, Repair, RepairedFile, Repeated, SampleOf, SelfTest, TestedMutant, Validation,
    VerificationObject, WrongFile,
};
pub use write::{write_document, write_lines};
