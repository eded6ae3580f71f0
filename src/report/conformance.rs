//! The report of a conformance run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Check, Fates, Histogram, Status, Tool};

/// What a conformance run did and found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConformanceReport {
    /// The program that wrote this.
    pub tool: Tool,
    /// What was tested.
    pub subject: String,
    /// Where it wrote to.
    pub target: String,
    /// The seed of the synthetic batches, if they were made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The cases that were run.
    pub cases: Vec<Case>,
    /// The checks, each over all cases.
    pub checks: Vec<Check>,
    /// How large the objects are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Histogram>,
    /// How long after an event its batch was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Histogram>,
    /// How long everything took, in milliseconds.
    pub milliseconds: u64,
}

/// One case: a connection's settings and what came of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The settings that differ from the documented defaults, by id.
    pub settings: BTreeMap<String, String>,
    /// Lines of input.
    pub input_lines: u64,
    /// Objects that were read back.
    pub objects: u64,
    /// Lines in them.
    pub lines: u64,
    /// Bytes of the objects as stored.
    pub stored_bytes: u64,
    /// What the subject says of its events, if it says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fates: Option<Fates>,
}

/// A line of the report's `jsonl` form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line {
    /// A case.
    Case(Case),
    /// A check.
    Check(Check),
    /// The end: what was tested and how it ended.
    Summary {
        /// The program that wrote this.
        tool: Tool,
        /// What was tested.
        subject: String,
        /// Where it wrote to.
        target: String,
        /// The seed of the synthetic batches, if they were made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        seed: Option<u64>,
        /// Whether no check failed.
        ok: bool,
        /// How long everything took, in milliseconds.
        milliseconds: u64,
    },
}

impl ConformanceReport {
    /// Whether no check failed.
    pub fn is_ok(&self) -> bool {
        self.count(Status::Fail) == 0
    }

    /// The checks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.status == Status::Fail)
    }

    /// How many checks ended so.
    pub fn count(&self, status: Status) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }

    /// How many checks ended how, in words.
    pub fn tally(&self) -> String {
        let undefined = match self.count(Status::Undefined) {
            0 => String::new(),
            count => format!(", {count} left open"),
        };
        format!(
            "{} passed, {} failed, {} skipped, {} not applicable{undefined}",
            self.count(Status::Pass),
            self.count(Status::Fail),
            self.count(Status::Skip),
            self.count(Status::NotApplicable),
        )
    }

    /// How much was looked at, in words.
    pub fn extent(&self) -> String {
        let sum = |of: fn(&Case) -> u64| self.cases.iter().map(of).sum::<u64>();
        let (objects, lines) = (sum(|case| case.objects), sum(|case| case.lines));
        format!("{} cases, {objects} objects, {lines} lines", self.cases.len())
    }

    /// The same, as lines.
    pub fn lines(&self) -> Vec<Line> {
        let cases = self.cases.iter().cloned().map(Line::Case);
        let checks = self.checks.iter().cloned().map(Line::Check);
        let summary = Line::Summary {
            tool: self.tool.clone(),
            subject: self.subject.clone(),
            target: self.target.clone(),
            seed: self.seed,
            ok: self.is_ok(),
            milliseconds: self.milliseconds,
        };
        cases.chain(checks).chain([summary]).collect()
    }
}
