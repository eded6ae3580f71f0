//! What a check is made of.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::conform::access::Trial;
use crate::conform::bucket::Object;
use crate::conform::cases::Scenario;
use crate::conform::compare::Comparison;
use crate::conform::expect::Expectation;
use crate::report::Fates;
use crate::report::model::{Finding, Place, Severity};

/// All that is known of one case after the subject ran.
#[derive(Clone, Copy)]
pub struct Snapshot<'a> {
    /// Settings and input.
    pub scenario: &'a Scenario,
    /// What must have been written.
    pub expectation: &'a Expectation,
    /// The objects in the bucket.
    pub objects: &'a [Object],
    /// The verification objects in the bucket (ACC-6).
    pub verification_objects: &'a [Object],
    /// When the subject began and ended by our clock, or the fixed time that it used.
    pub run_time: (Timestamp, Timestamp),
    /// The object and the line, from 1, of each line that was read.
    pub places: &'a [(usize, u64)],
    /// How the lines compare with the expected ones.
    pub comparison: &'a Comparison,
    /// The subject's own counts of its events.
    pub fates: Option<&'a Fates>,
    /// The requests that were tried by each principal, and their answers.
    pub trial: &'a Trial,
}

/// A check: its id, its clause, and the function that evaluates it.
pub struct Definition {
    /// The check's id; it is unique and does not change between versions.
    pub id: &'static str,
    /// The clause that it rests on.
    pub clause: &'static str,
    /// What it checks, in a few words.
    pub title: &'static str,
    /// The clauses that, when broken, can also break this one.
    pub consequence_of: &'static [&'static str],
    /// Evaluates one case.
    pub evaluate: fn(&Snapshot<'_>) -> CaseResult,
}

/// The result of a check in one case.
#[derive(Debug, Default)]
pub struct CaseResult {
    /// What was read, with counts. A check that read nothing does not pass.
    pub seen: Vec<(&'static str, u64)>,
    /// What is wrong. The check's id and clause are added later where they are missing.
    pub findings: Vec<Finding>,
    /// Why the check does not apply to this case.
    pub not_applicable: Option<Cow<'static, str>>,
}

impl CaseResult {
    /// The check does not apply to this case.
    pub(super) fn not_applicable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { not_applicable: Some(reason.into()), ..Self::default() }
    }

    /// Counts something that was read.
    pub(super) fn saw(&mut self, what: &'static str, count: u64) {
        match self.seen.iter_mut().find(|(known, _)| *known == what) {
            Some((_, total)) => *total += count,
            None if count > 0 => self.seen.push((what, count)),
            None => {}
        }
    }

    /// Adds a finding that one sentence describes.
    pub(super) fn wrong(&mut self, place: Place, message: impl Into<String>) {
        self.findings.push(Finding::new("", Severity::Error, message).at(place));
    }

    /// Adds a finding: `expected` is the same for all places of one cause, `found` is what this place holds.
    pub(super) fn unexpected(&mut self, place: Place, expected: impl Into<String>, found: impl Into<String>) {
        self.findings.push(Finding::expected("", Severity::Error, expected, found, place));
    }
}

/// An object, or a line of it, as the place of a finding.
pub(super) fn place(object: &Object, line: Option<u64>) -> Place {
    Place { object: Some(object.key.clone()), line, ..Place::default() }
}

impl Snapshot<'_> {
    /// The configured folder, without a slash at its end; empty for the bucket's root.
    pub(super) fn folder(&self) -> &str {
        self.scenario.settings.connection.folder_name.as_ref().map_or("", |folder| folder.as_str())
    }
}
