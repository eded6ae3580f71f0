//! One question that a command answers, and how it was answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A check and its outcome. What is wrong stands in the report's findings, which name the check by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The check's id, for instance `file-names`. It does not change between versions.
    pub id: String,
    /// The clause of the contract that it rests on, for instance `NAME-1`; absent for a rule of AWS alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// What it checks, in a few words.
    pub title: String,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was read, in a few words; empty if nothing was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// The permissions that it needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// The clauses that, when broken, can also break this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequence_of: Vec<String>,
    /// The cases in which it failed, where a command runs several cases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_cases: Vec<String>,
    /// The cases in which it passed, where a command runs several cases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_cases: Vec<String>,
    /// How long it took, in milliseconds.
    #[serde(default)]
    pub milliseconds: u64,
}

/// How a check ended. A check that could not run, or had nothing to read, never passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It ran and found nothing wrong.
    Pass,
    /// It ran and found something wrong: the findings say what and where.
    Fail,
    /// It could not run.
    Skip {
        /// Why.
        reason: String,
        /// The permission that the caller lacks, if that is why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing_permission: Option<String>,
    },
    /// It does not apply to this run, for instance compression where none was asked for.
    NotApplicable {
        /// Why.
        reason: String,
    },
    /// The documentation leaves it open: what was seen is reported and not judged.
    Open {
        /// What the documentation leaves open, or what was chosen.
        reason: String,
    },
}

impl Outcome {
    /// It could not run.
    pub fn skip(reason: impl Into<String>) -> Self {
        Self::Skip { reason: reason.into(), missing_permission: None }
    }

    /// It does not apply.
    pub fn not_applicable(reason: impl Into<String>) -> Self {
        Self::NotApplicable { reason: reason.into() }
    }

    /// The documentation leaves it open.
    pub fn open(reason: impl Into<String>) -> Self {
        Self::Open { reason: reason.into() }
    }

    /// The word for it in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "FAIL",
            Self::Skip { .. } => "skip",
            Self::NotApplicable { .. } => "n/a",
            Self::Open { .. } => "open",
        }
    }

    /// Why it neither passed nor failed.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Skip { reason, .. } | Self::NotApplicable { reason } | Self::Open { reason } => Some(reason),
        }
    }

    /// Whether it is the same kind of outcome, whatever the reasons.
    pub fn is_like(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Check {
    /// A check that passed and has seen nothing yet.
    pub fn new(id: impl Into<String>, clause: Option<&str>, title: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            clause: clause.filter(|clause| !clause.is_empty()).map(str::to_owned),
            title: title.into(),
            outcome: Outcome::Pass,
            seen: String::new(),
            needs: Vec::new(),
            consequence_of: Vec::new(),
            failed_cases: Vec::new(),
            passed_cases: Vec::new(),
            milliseconds: 0,
        }
    }

    /// The same check with this outcome.
    #[must_use]
    pub fn with(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }
}
