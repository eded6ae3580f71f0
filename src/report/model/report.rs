//! The report of a command.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, Finding, Outcome};

/// The result of a command. `T` is the summary that only this command has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Report<T> {
    /// The program that wrote this.
    pub tool: Tool,
    /// The command, for instance `conform` or `policy check`.
    pub command: String,
    /// The target of the run: a bucket, files or a bundle.
    pub target: String,
    /// The start of the run, RFC 3339 in UTC.
    pub started_at: String,
    /// The duration of the run in milliseconds.
    pub milliseconds: u64,
    /// Why the run ended before everything was checked; absent if it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// Every check with its outcome.
    pub checks: Vec<Check>,
    /// Faults and possible improvements, with the first places of each cause.
    pub findings: Vec<Finding>,
    /// The number of faults that are counted but not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unlisted_findings: u64,
    /// The summary of this command.
    pub summary: T,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// The program that wrote a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// The program's name.
    pub name: String,
    /// The program's version.
    pub version: String,
    /// The commit that the program was built from, if known.
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

/// The verdict of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing failed.
    Ok,
    /// Something failed.
    Failed,
    /// Nothing failed, but the run ended early.
    Incomplete,
}

impl Verdict {
    /// The last word of a report.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "FAILED",
            Self::Incomplete => "INCOMPLETE",
        }
    }
}

impl<T> Report<T> {
    /// The verdict. A failed check has priority over an early end.
    pub fn verdict(&self) -> Verdict {
        if self.count(&Outcome::Fail) > 0 {
            Verdict::Failed
        } else if self.incomplete.is_some() {
            Verdict::Incomplete
        } else {
            Verdict::Ok
        }
    }

    /// Whether no check failed and the run was completed.
    pub fn is_ok(&self) -> bool {
        self.verdict() == Verdict::Ok
    }

    /// The number of checks with this kind of outcome, regardless of the reasons.
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
}
