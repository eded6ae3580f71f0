//! The definition of a check, and its result in one case.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::conform::access::Trial;
use crate::conform::bucket::Object;
use crate::conform::cases::Scenario;
use crate::conform::compare::{Comparison, SchemaFaults};
use crate::conform::expect::Expectation;
use crate::report::Fates;
use crate::report::model::{Finding, Place, Severity};

/// Everything about one case after the subject ran.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    /// Settings and input.
    pub scenario: &'a Scenario,
    /// The expected result.
    pub expectation: &'a Expectation,
    /// The objects in the bucket.
    pub objects: &'a [Object],
    /// The verification objects in the bucket (ACC-6).
    pub verification_objects: &'a [Object],
    /// The start and end of the subject by this machine's clock, or the fixed time that it used.
    pub run_time: (Timestamp, Timestamp),
    /// For each line that was read: the index of the object, and the line number from 1.
    pub places: &'a [(usize, u64)],
    /// The comparison of the lines with the expected ones.
    pub comparison: &'a Comparison,
    /// What the published schema says of them.
    pub schema: &'a SchemaFaults,
    /// The subject's own counts of its events.
    pub fates: Option<&'a Fates>,
    /// The requests of each principal, and their outcomes.
    pub trial: &'a Trial,
}

/// A check: its id, its clause, and the function that evaluates it.
pub struct Definition {
    /// The check's id; it is unique and does not change between versions.
    pub id: &'static str,
    /// The clause that the check tests.
    pub clause: &'static str,
    /// What the check tests, in a few words.
    pub title: &'static str,
    /// Clauses that can make this check fail when they are broken.
    pub consequence_of: &'static [&'static str],
    /// Evaluates one case.
    pub evaluate: fn(&Snapshot<'_>) -> CaseResult,
}

/// The result of a check in one case.
#[derive(Debug, Default)]
pub struct CaseResult {
    /// What was read, with counts, for instance `("line(s)", 7)`. A check that read nothing does not pass.
    pub seen: Vec<(&'static str, u64)>,
    /// The findings. A missing check id or clause is added later.
    pub findings: Vec<Finding>,
    /// Why the check does not apply to this case.
    pub not_applicable: Option<Cow<'static, str>>,
}

impl CaseResult {
    /// A check that does not apply to this case.
    pub(super) fn not_applicable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { not_applicable: Some(reason.into()), ..Self::default() }
    }

    /// Counts something that was read. `what` has `(s)` where the plural differs.
    pub(super) fn saw(&mut self, what: &'static str, count: u64) {
        match self.seen.iter_mut().find(|(known, _)| *known == what) {
            Some((_, total)) => *total += count,
            None if count > 0 => self.seen.push((what, count)),
            None => {}
        }
    }

    /// Adds a finding with this message.
    pub(super) fn wrong(&mut self, place: Place, message: impl Into<String>) {
        self.findings.push(Finding::new("", Severity::Error, message).at(place));
    }

    /// Adds a finding. `expected` is the same for all places with one cause, `found` is the value at this place.
    pub(super) fn unexpected(&mut self, place: Place, expected: impl Into<String>, found: impl Into<String>) {
        self.findings.push(Finding::expected("", Severity::Error, expected, found, place));
    }
}

/// The place of a finding: an object, or one of its lines.
pub(super) fn place(object: &Object, line: Option<u64>) -> Place {
    Place { object: Some(object.key.clone()), line, ..Place::default() }
}

impl Snapshot<'_> {
    /// The configured folder without a slash at the end; empty for the bucket's root.
    pub(super) fn folder(&self) -> &str {
        self.scenario.settings.connection.folder_name.as_ref().map_or("", |folder| folder.as_str())
    }
}
