//! The definition of a check, and the result of its evaluation.

use super::answer::Unanswered;
use super::snapshot::Snapshot;
use crate::report::model::{Finding, Outcome, Severity};
use crate::report::summary::AccessKind;

/// A check of the bucket, its policies or its keys.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Definition {
    /// The check's id. It does not change between versions.
    pub id: &'static str,
    /// The clause or setting that the check tests; None for a rule of AWS.
    pub clause: Option<&'static str>,
    /// What the check tests, in a few words.
    pub title: &'static str,
    /// The permissions that the check needs.
    pub needs: &'static [&'static str],
    /// The kind of access that the check is for; None means both.
    pub access: Option<AccessKind>,
    pub(super) evaluate: fn(&Snapshot) -> Evaluated,
}

/// What was seen and found, or why the check was skipped or does not apply.
pub(super) type Evaluated = Result<Observed, Outcome>;

/// What a check saw, and its findings.
#[derive(Debug)]
pub(super) struct Observed {
    pub(super) seen: String,
    pub(super) findings: Vec<Finding>,
}

impl Observed {
    pub(super) fn new(seen: impl Into<String>) -> Self {
        Self { seen: seen.into(), findings: Vec::new() }
    }

    pub(super) fn error(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Error, message, remedy);
    }

    pub(super) fn warning(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Warning, message, remedy);
    }

    pub(super) fn note(&mut self, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(Severity::Note, message, remedy);
    }

    /// Adds a finding. The caller of the check fills in its id, and its clause if there is none.
    pub(super) fn add(&mut self, severity: Severity, message: impl Into<String>, remedy: impl Into<String>) {
        self.findings.push(Finding::new("", severity, message).remedy(remedy));
    }

    /// Whether there is a finding that is more than a note.
    pub(super) fn fails(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity != Severity::Note)
    }
}

impl From<&Unanswered> for Outcome {
    fn from(unanswered: &Unanswered) -> Self {
        let missing_permission = match unanswered {
            Unanswered::Forbidden { permission, .. } => Some((*permission).to_owned()),
            Unanswered::Unsupported(_) | Unanswered::NotAsked(_) => None,
        };
        Self::Skip { reason: unanswered.to_string(), missing_permission }
    }
}
