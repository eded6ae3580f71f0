//! The checks of a bundle and the problems that they found.

use crate::report::model::{Check, Finding, Findings, Outcome, Severity};

/// A check of a bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Archive,
    Manifest,
    Hashes,
    Report,
    Sums,
}

impl Kind {
    const ALL: [Self; 5] = [Self::Archive, Self::Manifest, Self::Hashes, Self::Report, Self::Sums];

    fn id(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::Manifest => "manifest",
            Self::Hashes => "hashes",
            Self::Report => "report",
            Self::Sums => "sums",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Archive => "the archive can be read to its end and holds only known files",
            Self::Manifest => "the manifest can be read",
            Self::Hashes => "every file has the length and the hash of the manifest",
            Self::Report => "the report can be read and its outcomes match its findings",
            Self::Sums => "settings, objects and ledgers agree with the report",
        }
    }
}

/// What each check has read and found.
#[derive(Default)]
pub(super) struct Problems {
    seen: Vec<(Kind, String)>,
    failed: Vec<Kind>,
    findings: Findings,
}

impl Problems {
    /// Notes what a check has read. A check that read nothing is skipped.
    pub(super) fn saw(&mut self, kind: Kind, seen: impl Into<String>) {
        self.seen.push((kind, seen.into()));
    }

    pub(super) fn add(&mut self, kind: Kind, message: impl Into<String>) {
        if !self.failed.contains(&kind) {
            self.failed.push(kind);
        }
        self.findings.add(Finding::new(kind.id(), Severity::Error, message));
    }

    /// The checks, the findings, and how many more were counted.
    pub(super) fn finish(self) -> (Vec<Check>, Vec<Finding>, u64) {
        let checks = Kind::ALL.iter().map(|kind| {
            let seen: Vec<&str> =
                self.seen.iter().filter(|(of, _)| of == kind).map(|(_, seen)| seen.as_str()).collect();
            let outcome = match self.failed.contains(kind) {
                true => Outcome::Fail,
                false if seen.is_empty() => Outcome::skip("nothing to check"),
                false => Outcome::Pass,
            };
            Check { seen: seen.join(", "), ..Check::new(kind.id(), None, kind.title()).with(outcome) }
        });
        let checks = checks.collect();
        let (findings, unlisted) = self.findings.into_parts();
        (checks, findings, unlisted)
    }
}
