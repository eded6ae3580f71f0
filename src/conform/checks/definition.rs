//! What a check is made of.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::conform::access::Trial;
use crate::conform::bucket::Object;
use crate::conform::cases::Scenario;
use crate::conform::compare::Comparison;
use crate::conform::expect::Expectation;
use crate::report::{Fates, Finding, Place};

/// All that is known of one case.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// Settings and input.
    pub scenario: &'a Scenario,
    /// What must have been written.
    pub expectation: &'a Expectation,
    /// What is in the bucket.
    pub objects: &'a [Object],
    /// The verification objects among what is there (ACC-6).
    pub verification_objects: &'a [Object],
    /// When the subject began and when it ended, by our clock, or the time that it was told.
    pub worked: (Timestamp, Timestamp),
    /// The object and the line, from 1, of each observed line.
    pub places: &'a [(usize, u64)],
    /// How the two compare.
    pub comparison: &'a Comparison,
    /// What the subject says of its events.
    pub fates: Option<&'a Fates>,
    /// Who tried what with the bucket, and what came of it.
    pub trial: &'a Trial,
}

/// A promise and how it is checked.
pub struct Promise {
    /// What the check is called; no other has this name.
    pub name: &'static str,
    /// The clause that it rests on.
    pub clause: &'static str,
    /// What is checked, in a few words.
    pub title: &'static str,
    /// The clauses whose break would explain a break of this one.
    pub consequence_of: &'static [&'static str],
    /// Looks at one case.
    pub check: fn(&Evidence<'_>) -> Verdict,
}

/// What a check says of one case.
#[derive(Debug, Default)]
pub struct Verdict {
    /// How many of what were looked at; nothing at all is no pass.
    pub seen: Vec<(&'static str, u64)>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Why the promise says nothing about this case.
    pub not_applicable: Option<Cow<'static, str>>,
}

impl Verdict {
    /// The promise says nothing about this case.
    pub(super) fn not_applicable(reason: &'static str) -> Self {
        Self { not_applicable: Some(reason.into()), ..Self::default() }
    }

    /// Counts something that was looked at.
    pub(super) fn saw(&mut self, what: &'static str, count: u64) {
        match self.seen.iter_mut().find(|(known, _)| *known == what) {
            Some((_, total)) => *total += count,
            None => self.seen.push((what, count)),
        }
    }
}

impl Evidence<'_> {
    /// A finding about an object, or about a line of it.
    pub(super) fn finding(&self, clause: &str, object: &Object, line: Option<u64>, message: String) -> Finding {
        Finding {
            clause: clause.to_owned(),
            setting: None,
            place: Place {
                scenario: Some(self.scenario.name.clone()),
                object: Some(object.key.clone()),
                line,
                pointer: None,
            },
            message,
        }
    }

    /// What is asked of the folder, without a slash at its end; empty for the bucket's root.
    pub(super) fn folder(&self) -> &str {
        self.scenario.settings.connection.folder_name.as_ref().map_or("", |folder| folder.as_str())
    }
}
