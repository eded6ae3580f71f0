//! One promise of the contract, held against what was seen.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Finding;

/// How a check ended. A check that could not run is never a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The promise was put to the test and kept.
    Pass,
    /// It was broken: the findings say where.
    Fail,
    /// It could not be put to the test; the reason says why.
    Skip,
    /// It says nothing about this run, for instance of compression where none was asked for.
    NotApplicable,
    /// The documentation leaves it open: the reason tells what was seen.
    Undefined,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "FAIL",
            Self::Skip => "skip",
            Self::NotApplicable => "n/a",
            Self::Undefined => "open",
        })
    }
}

/// A check and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name, for instance `file-names`.
    pub name: String,
    /// The clause that it rests on, for instance `NAME-1`.
    pub clause: String,
    /// What it checks, in a few words.
    pub title: String,
    /// How it ended.
    pub status: Status,
    /// What was seen, in a few words.
    pub seen: String,
    /// Why it was skipped or does not apply, or what was seen where nothing is promised; absent otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The clauses whose break would explain that this one is broken too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consequence_of: Vec<String>,
    /// What is wrong; the first places of each kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How many findings there were in all, those that are not listed included.
    pub found: u64,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl Check {
    /// A check that has passed and seen nothing yet; the rest is for the caller to fill in.
    pub fn new(name: &str, clause: &str, title: &str) -> Self {
        Self {
            name: name.to_owned(),
            clause: clause.to_owned(),
            title: title.to_owned(),
            status: Status::Pass,
            seen: String::new(),
            reason: None,
            consequence_of: Vec::new(),
            findings: Vec::new(),
            found: 0,
            milliseconds: 0,
        }
    }

    /// A check that could not be put to the test.
    pub fn skipped(name: &str, clause: &str, title: &str, reason: impl Into<String>) -> Self {
        Self { status: Status::Skip, reason: Some(reason.into()), ..Self::new(name, clause, title) }
    }
}
