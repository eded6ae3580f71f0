//! A fault: its check and clause, what was expected, what was found, and where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Severity;

/// All faults with one cause: one check found the same fault at one or more places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The id of the check that found it.
    pub check: String,
    /// The broken clause, for instance `NAME-1`; absent for a rule of another source, such as AWS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The id of the affected setting, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// The severity.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) into a line or a policy, with `*` for each index of an array; absent for a whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The fault in one sentence, for the first place. Values of events are masked.
    pub message: String,
    /// What was expected, if it can be separated from what was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// How to fix it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The number of all places.
    pub count: u64,
    /// Whether the baseline has this finding, so that it does not fail the run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// How many places the baseline counts, where there are more now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline_count: Option<u64>,
    /// The first places, up to a limit.
    pub places: Vec<Place>,
}

/// The place of a fault, as precisely as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The name of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The path of a local file or the key of an S3 object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The line number, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The JSON Pointer (RFC 6901) into the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What was found. Values of events are masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(object) = &self.object {
            parts.push(match self.line {
                Some(line) => format!("{object}:{line}"),
                None => object.clone(),
            });
        }
        if let Some(pointer) = &self.pointer {
            parts.push(if pointer.is_empty() { "the whole line".to_owned() } else { pointer.clone() });
        }
        if let Some(case) = &self.case {
            parts.push(format!("case {case}"));
        }
        f.write_str(&parts.join(", "))
    }
}

impl Finding {
    /// A finding with this message.
    pub fn new(check: impl Into<String>, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            check: check.into(),
            clause: None,
            setting: None,
            severity,
            place: None,
            message: message.into(),
            expected: None,
            remedy: None,
            count: 1,
            known: false,
            baseline_count: None,
            places: Vec::new(),
        }
    }

    /// A finding at `place` where the expected and the found value differ.
    pub fn expected(
        check: impl Into<String>,
        severity: Severity,
        expected: impl Into<String>,
        found: impl Into<String>,
        place: Place,
    ) -> Self {
        let (expected, found) = (expected.into(), found.into());
        let message = format!("expected {expected}, found {found}");
        let place = Place { found: Some(found), ..place };
        Self { expected: Some(expected), places: vec![place], ..Self::new(check, severity, message) }
    }

    /// Sets the clause; an empty text sets none.
    #[must_use]
    pub fn clause(mut self, clause: &str) -> Self {
        self.clause = (!clause.is_empty()).then(|| clause.to_owned());
        self
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places = vec![place];
        self
    }

    /// Sets the remedy; an empty text sets none.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into()).filter(|remedy| !remedy.is_empty());
        self
    }

    /// Whether two findings have one cause, regardless of their places.
    pub fn is_like(&self, other: &Self) -> bool {
        let cause = |finding: &Self| match &finding.expected {
            Some(expected) => (true, expected.clone()),
            None => (false, finding.message.clone()),
        };
        (&self.check, &self.clause, &self.setting, &self.place)
            == (&other.check, &other.clause, &other.setting, &other.place)
            && self.severity == other.severity
            && cause(self) == cause(other)
    }
}

/// Collects findings and groups those with one cause, in the order of their first places. Memory is bounded: after
/// [`Self::CAUSES`] causes, further ones are only counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
    unlisted: u64,
}

impl Findings {
    /// The largest number of listed causes.
    pub const CAUSES: usize = 1_000;

    /// The largest number of listed places of one cause.
    pub const PLACES: usize = 5;

    /// Adds a finding to those of its cause.
    pub fn add(&mut self, finding: Finding) {
        if let Some(known) = self.list.iter_mut().find(|known| known.is_like(&finding)) {
            known.count += finding.count;
            let free = Self::PLACES.saturating_sub(known.places.len());
            known.places.extend(finding.places.into_iter().take(free));
        } else if self.list.len() < Self::CAUSES {
            self.list.push(finding);
        } else {
            self.unlisted += finding.count;
        }
    }

    /// The number of all places.
    pub fn count(&self) -> u64 {
        self.unlisted + self.list.iter().map(|finding| finding.count).sum::<u64>()
    }

    /// The listed findings, and the number of places that are not listed.
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.list, self.unlisted)
    }
}
