//! Something that is wrong: by which check and clause, what was expected, what was found and where.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Severity;

/// All faults of one cause: the same check found the same thing wrong, at one place or at many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// The id of the check that found it.
    pub check: String,
    /// The clause that is broken, for instance `NAME-1`; absent for a rule of AWS alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// The id of the setting that it is about, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// How bad it is.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) into a line or a policy, with `*` for each index of an array; absent for a file as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is wrong, as one sentence about the first place. Values of events in it are masked.
    pub message: String,
    /// What was expected, where that can be said apart from what was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// How many places there are in all.
    pub count: u64,
    /// Whether a baseline knows it, so that it does not fail the run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
    /// The first places.
    pub places: Vec<Place>,
}

/// Where a finding was seen, as precisely as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The case of the suite that was running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// A local file's path or an S3 object key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The line in it, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The JSON Pointer (RFC 6901) into that line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What was found there. Values of events in it are masked.
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
    /// Something is wrong, said in one sentence.
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
            places: Vec::new(),
        }
    }

    /// Something else was expected than was found at `place`.
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

    /// The same finding under this clause; an empty one is none.
    #[must_use]
    pub fn clause(mut self, clause: &str) -> Self {
        self.clause = (!clause.is_empty()).then(|| clause.to_owned());
        self
    }

    /// The same finding at this place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.places = vec![place];
        self
    }

    /// The same finding with this remedy; an empty one is none.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into()).filter(|remedy| !remedy.is_empty());
        self
    }

    /// Whether two findings have one cause, wherever they were seen.
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

/// Findings in the order of their first places, equal ones as one. Memory is bounded: past [`Self::CAUSES`] causes, places are
/// counted only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    list: Vec<Finding>,
    unlisted: u64,
}

impl Findings {
    /// How many causes are listed.
    pub const CAUSES: usize = 1_000;

    /// How many places of a cause are listed.
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

    /// How many places there are in all.
    pub fn count(&self) -> u64 {
        self.unlisted + self.list.iter().map(|finding| finding.count).sum::<u64>()
    }

    /// The listed findings, and how many places are not in the list.
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.list, self.unlisted)
    }
}
