//! The result of a check over all cases.

use std::borrow::Cow;
use std::time::Instant;

use crate::conform::checks::{CaseResult, Definition, Snapshot};
use crate::contract::clause;
use crate::json;
use crate::report::model::{Check, Finding, Findings, Outcome};

/// The results of a check in the cases so far.
pub(super) struct Totals {
    definition: &'static Definition,
    seen: Vec<(&'static str, u64)>,
    findings: Findings,
    passed_cases: Vec<String>,
    failed_cases: Vec<String>,
    /// Whether the check applied to a case but had nothing to read.
    is_without_content: bool,
    not_applicable: Option<Cow<'static, str>>,
    skipped: Option<String>,
    milliseconds: u64,
}

/// The result of a check in one case.
pub(super) struct Evaluated {
    result: CaseResult,
    milliseconds: u64,
}

/// Evaluates a check in one case.
pub(super) fn evaluate(definition: &Definition, snapshot: &Snapshot<'_>) -> Evaluated {
    let started = Instant::now();
    let result = (definition.evaluate)(snapshot);
    Evaluated { result, milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX) }
}

/// Whether a check concerns policies. Such a check is evaluated even if the policies refuse every upload.
pub(super) fn is_of_access(definition: &Definition) -> bool {
    definition.clause.starts_with("ACC-")
}

impl Totals {
    pub(super) fn new(definition: &'static Definition) -> Self {
        Self {
            definition,
            seen: Vec::new(),
            findings: Findings::default(),
            passed_cases: Vec::new(),
            failed_cases: Vec::new(),
            is_without_content: false,
            not_applicable: None,
            skipped: None,
            milliseconds: 0,
        }
    }

    /// Records why the check could not run in a case.
    pub(super) fn skip(&mut self, reason: String) {
        self.skipped.get_or_insert(reason);
    }

    /// The check.
    pub(super) fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// Adds the result of the check in one case.
    pub(super) fn add(&mut self, case: &str, evaluated: Evaluated) {
        let Evaluated { result: CaseResult { seen, findings, not_applicable }, milliseconds } = evaluated;
        let is_seen = seen.iter().any(|(_, count)| *count > 0);
        for (what, count) in seen {
            match self.seen.iter_mut().find(|(known, _)| *known == what) {
                Some((_, total)) => *total += count,
                None => self.seen.push((what, count)),
            }
        }
        match (findings.is_empty(), is_seen) {
            (false, _) => self.failed_cases.push(case.to_owned()),
            (true, true) => self.passed_cases.push(case.to_owned()),
            (true, false) => self.is_without_content |= not_applicable.is_none(),
        }
        findings.into_iter().for_each(|finding| self.findings.add(complete(finding, self.definition, case)));
        self.not_applicable = self.not_applicable.take().or(not_applicable);
        self.milliseconds += milliseconds;
    }

    /// The check, its findings, and the number of findings that are not listed. A check that read nothing does not
    /// pass.
    pub(super) fn finish(self) -> (Check, Vec<Finding>, u64) {
        let outcome = match (self.failed_cases.is_empty(), self.passed_cases.is_empty()) {
            (false, _) => Outcome::Fail,
            (true, _) if self.skipped.is_some() => Outcome::skip(self.skipped.unwrap_or_default()),
            (true, false) => Outcome::Pass,
            (true, true) => match self.not_applicable {
                Some(reason) if !self.is_without_content => Outcome::not_applicable(reason),
                _ => Outcome::skip("nothing to check"),
            },
        };
        let seen: Vec<_> = self.seen.iter().map(|(what, count)| amount(*count, what)).collect();
        let Definition { id, clause, title, consequence_of, .. } = self.definition;
        let check = Check {
            outcome,
            seen: seen.join(", "),
            consequence_of: consequence_of.iter().map(|clause| (*clause).to_owned()).collect(),
            failed_cases: self.failed_cases,
            passed_cases: self.passed_cases,
            milliseconds: self.milliseconds,
            ..Check::new(*id, Some(clause), *title)
        };
        let (findings, unlisted) = self.findings.into_parts();
        (check, findings, unlisted)
    }
}

/// A count with its noun. `(s)` marks the plural ending.
fn amount(count: u64, what: &str) -> String {
    format!("{count} {}", what.replace("(s)", if count == 1 { "" } else { "s" }))
}

/// The finding with the data of the check and the case.
fn complete(mut finding: Finding, definition: &Definition, case: &str) -> Finding {
    definition.id.clone_into(&mut finding.check);
    let clause = finding.clause.get_or_insert_with(|| definition.clause.to_owned());
    let remedy = clause::find(clause).map(|clause| clause.remedy.to_owned());
    finding.remedy = finding.remedy.take().or(remedy);
    finding.places.iter_mut().for_each(|place| place.case = Some(case.to_owned()));
    finding.place = finding.places.first().and_then(|place| place.pointer.as_deref()).map(json::without_indices);
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Regression: a run with one verification object reported `1 verification objects`.
    #[test]
    fn a_count_of_one_has_a_singular_noun() {
        assert_eq!(amount(1, "verification object(s)"), "1 verification object");
        assert_eq!(amount(2, "event(s) in its counts"), "2 events in its counts");
        assert_eq!(amount(1, "merged"), "1 merged");
    }
}
