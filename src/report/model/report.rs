//! The report of a command.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, Finding, Outcome, Severity};

/// What a command checked and found. `T` is what only that command has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report<T> {
    /// The program that wrote this.
    pub tool: Tool,
    /// The command, for instance `conform` or `policy check`.
    pub command: String,
    /// What was checked: a bucket, files, a bundle.
    pub target: String,
    /// When the run began, RFC 3339 in UTC.
    pub started_at: String,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// Why the run ended before everything was checked; absent if it ran to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// Every check and how it ended.
    pub checks: Vec<Check>,
    /// What is wrong, and what could be better; the first places of each cause.
    pub findings: Vec<Finding>,
    /// How many faults are counted and not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted_findings: u64,
    /// What only this command has to say.
    pub summary: T,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// Which program wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The program's name.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// The commit that it was built from, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
}

impl Default for Tool {
    fn default() -> Self {
        Self {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: option_env!("MP_FORWARDING_COMMIT").filter(|commit| !commit.is_empty()).map(str::to_owned),
        }
    }
}

/// What a report says as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing failed.
    Ok,
    /// Something failed.
    Failed,
    /// Nothing failed, and the run ended early.
    Incomplete,
}

impl Verdict {
    /// The word that a report ends with.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "FAILED",
            Self::Incomplete => "INCOMPLETE",
        }
    }
}

impl<T> Report<T> {
    /// What it says as a whole: a failed check counts more than an early end.
    pub fn verdict(&self) -> Verdict {
        if self.count(&Outcome::Fail) > 0 {
            Verdict::Failed
        } else if self.incomplete.is_some() {
            Verdict::Incomplete
        } else {
            Verdict::Ok
        }
    }

    /// Whether no check failed and the run came to its end.
    pub fn is_ok(&self) -> bool {
        self.verdict() == Verdict::Ok
    }

    /// How many checks have this kind of outcome, whatever the reasons.
    pub fn count(&self, outcome: &Outcome) -> usize {
        self.checks.iter().filter(|check| check.outcome.is_like(outcome)).count()
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome == Outcome::Fail)
    }

    /// The findings of a check.
    pub fn findings_of<'a>(&'a self, check: &'a Check) -> impl Iterator<Item = &'a Finding> {
        self.findings.iter().filter(|finding| finding.check == check.id)
    }

    /// How many faults of a severity there are; those that a baseline knows do not count.
    pub fn fault_count(&self, severity: Severity) -> u64 {
        let new = self.findings.iter().filter(|finding| finding.severity == severity && !finding.known);
        new.map(|finding| finding.count).sum()
    }
}
