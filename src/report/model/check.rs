//! One check of a command and its outcome.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A check and its outcome. The report's findings name the check by its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Check {
    /// The check's id, for instance `file-names`. It does not change between versions.
    pub id: String,
    /// The clause of the contract that the check tests, for instance `NAME-1`; absent for a rule of another source, such as AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// What the check tests, in a few words.
    pub title: String,
    /// How the check ended.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What was read, in a few words; empty if nothing was read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seen: String,
    /// The permissions that the check needs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<String>,
    /// Clauses that can make this check fail when they are broken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequence_of: Vec<String>,
    /// The cases in which the check failed, if the command runs cases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_cases: Vec<String>,
    /// The cases in which the check passed, if the command runs cases.
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
        /// The reason.
        reason: String,
        /// The missing permission of the caller, if that is the reason.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing_permission: Option<String>,
    },
    /// It does not apply to this run, for instance compression if it was not requested.
    NotApplicable {
        /// The reason.
        reason: String,
    },
    /// The documentation leaves it open. What was seen is reported without a verdict.
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

    /// The word for the outcome in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "FAIL",
            Self::Skip { .. } => "skip",
            Self::NotApplicable { .. } => "n/a",
            Self::Open { .. } => "open",
        }
    }

    /// The reason of an outcome that is neither pass nor fail.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Pass | Self::Fail => None,
            Self::Skip { reason, .. } | Self::NotApplicable { reason } | Self::Open { reason } => Some(reason),
        }
    }

    /// Whether both are the same kind of outcome, regardless of the reasons.
    pub fn is_like(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Check {
    /// A check that passed and has read nothing yet.
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
