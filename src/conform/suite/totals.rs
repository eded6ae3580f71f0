//! What a check says over all cases.

use std::borrow::Cow;
use std::time::Instant;

use crate::conform::checks::{Evidence, Promise, Verdict};
use crate::report::{Check, Finding, Status};

/// So many findings of a check are kept word for word; the rest are counted.
const KEPT: usize = 50;

/// What a check has said so far.
pub(super) struct Tally {
    promise: &'static Promise,
    seen: Vec<(&'static str, u64)>,
    findings: Vec<Finding>,
    found: u64,
    not_applicable: Option<Cow<'static, str>>,
    skipped: Option<String>,
    milliseconds: u64,
}

impl Tally {
    pub(super) fn new(promise: &'static Promise) -> Self {
        Self {
            promise,
            seen: Vec::new(),
            findings: Vec::new(),
            found: 0,
            not_applicable: None,
            skipped: None,
            milliseconds: 0,
        }
    }

    /// Whether the check is about policies, and so about a case that they keep from being run, too.
    pub(super) fn is_of_access(&self) -> bool {
        self.promise.clause.starts_with("ACC-")
    }

    /// Keeps that a case was not run.
    pub(super) fn skip(&mut self, reason: String) {
        self.skipped.get_or_insert(reason);
    }

    /// Puts one case to the check.
    pub(super) fn check(&mut self, evidence: &Evidence<'_>) {
        let started = Instant::now();
        let Verdict { seen, findings, not_applicable } = (self.promise.check)(evidence);
        for (what, count) in seen {
            match self.seen.iter_mut().find(|(known, _)| *known == what) {
                Some((_, total)) => *total += count,
                None => self.seen.push((what, count)),
            }
        }
        self.found += findings.len() as u64;
        self.findings.extend(findings.into_iter().take(KEPT.saturating_sub(self.findings.len())));
        self.not_applicable = self.not_applicable.take().or(not_applicable);
        self.milliseconds += u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    }

    /// The check's row. What looked at nothing has not passed.
    pub(super) fn finish(self) -> Check {
        let looked = self.seen.iter().any(|(_, count)| *count > 0);
        let (status, reason) = match (self.found, looked) {
            (1.., _) => (Status::Fail, None),
            (0, _) if self.skipped.is_some() => (Status::Skip, self.skipped),
            (0, true) => (Status::Pass, None),
            (0, false) => {
                let reason = self.not_applicable.unwrap_or("there was nothing to look at".into());
                (Status::NotApplicable, Some(reason.into_owned()))
            }
        };
        let mut seen: Vec<_> = self.seen.iter().map(|(what, count)| format!("{count} {what}")).collect();
        if self.found > 0 {
            seen.push(format!("{} wrong", self.found));
        }
        let Promise { name, clause, title, consequence_of, .. } = self.promise;
        Check {
            status,
            seen: seen.join(", "),
            reason,
            consequence_of: consequence_of.iter().map(|clause| (*clause).to_owned()).collect(),
            findings: self.findings,
            found: self.found,
            milliseconds: self.milliseconds,
            ..Check::new(name, clause, title)
        }
    }
}
