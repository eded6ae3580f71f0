//! The suite: each case is forwarded by the subject, read back, and held against what the contract demands.

use std::borrow::Cow;
use std::time::Instant;

use jiff::Timestamp;

use super::checks::{Evidence, PROMISES, Promise, Verdict};
use super::compare::{Clock, Observed, compare};
use super::expect::Expectation;
use super::readback::{Object, read_back};
use super::scenario::{Scenario, differences};
use super::subject::{Subject, SubjectError};
use crate::report::{Case, Check, ConformanceReport, Finding, Status, Tool};
use crate::store::StoreError;

/// So many findings of a check are kept word for word; the rest are counted.
const KEPT: usize = 50;

/// Why a suite could not come to a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// The subject could not do its work.
    #[error("case `{case}`: the subject could not do its work")]
    Subject {
        /// The case.
        case: String,
        /// The subject's reason.
        #[source]
        source: SubjectError,
    },
    /// What was written cannot be read back.
    #[error("case `{case}`: what was written cannot be read back")]
    ReadBack {
        /// The case.
        case: String,
        /// The store's reason.
        #[source]
        source: StoreError,
    },
}

/// Runs every scenario through `subject`. `told` is called with the name of each case when it begins.
///
/// # Errors
/// If the subject or the store fails, so that nothing can be said. A broken promise is no error: the report has it.
pub async fn run(
    subject: &dyn Subject,
    scenarios: &[Scenario],
    seed: Option<u64>,
    mut told: impl FnMut(&str),
) -> Result<ConformanceReport, SuiteError> {
    let started = Instant::now();
    let mut tallies: Vec<Tally> = PROMISES.iter().map(Tally::new).collect();
    let mut cases = Vec::with_capacity(scenarios.len());
    for scenario in scenarios {
        told(&scenario.name);
        cases.push(run_case(subject, scenario, &mut tallies).await?);
    }
    Ok(ConformanceReport {
        tool: Tool::default(),
        subject: subject.name(),
        target: scenarios.first().map(|scenario| scenario.store.name()).unwrap_or_default(),
        seed,
        cases,
        checks: tallies.into_iter().map(Tally::finish).collect(),
        milliseconds: milliseconds(started),
    })
}

async fn run_case(subject: &dyn Subject, scenario: &Scenario, tallies: &mut [Tally]) -> Result<Case, SuiteError> {
    let begun = Timestamp::now();
    let fates = subject
        .forward(scenario)
        .await
        .map_err(|source| SuiteError::Subject { case: scenario.name.clone(), source })?;
    let folder = scenario.settings.connection.folder_name.as_ref().map(|folder| folder.as_str());
    let objects = read_back(&scenario.store, &scenario.root, folder)
        .await
        .map_err(|source| SuiteError::ReadBack { case: scenario.name.clone(), source })?;

    let received_at = scenario.clock.unwrap_or(begun);
    let input: Vec<&[u8]> = lines(&scenario.input).filter(|line| !is_blank(line)).collect();
    let expectation = Expectation::of(input.iter().copied(), &scenario.settings, received_at);
    let (places, observed) = observe(&objects);
    let clock = if scenario.clock.is_some() { Clock::Fixed } else { Clock::Running };
    let mut comparison = compare(&expectation, &observed, &scenario.settings.connection, clock);
    for finding in &mut comparison.findings {
        finding.place.scenario = Some(scenario.name.clone());
    }
    let evidence = Evidence {
        scenario,
        expectation: &expectation,
        objects: &objects,
        places: &places,
        comparison: &comparison,
        fates: fates.as_ref(),
    };
    for tally in tallies {
        tally.check(&evidence);
    }
    Ok(Case {
        name: scenario.name.clone(),
        settings: differences(&scenario.settings.connection)
            .into_iter()
            .map(|(setting, value)| (setting.to_string(), value))
            .collect(),
        input_lines: input.len() as u64,
        objects: objects.len() as u64,
        lines: places.len() as u64,
        stored_bytes: objects.iter().map(|object| object.size).sum(),
        fates,
    })
}

/// The lines of all objects, and the object and line of each. Text that is no UTF-8 has no lines: FILE-1 reports it.
fn observe(objects: &[Object]) -> (Vec<(usize, u64)>, Vec<Observed<'_>>) {
    let mut places = Vec::new();
    let mut observed = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let Ok(text) = &object.text else { continue };
        for (number, line) in (1..).zip(lines(text)) {
            if let Ok(line) = std::str::from_utf8(line)
                && !is_blank(line.as_bytes())
            {
                places.push((index, number));
                observed.push(Observed { object: &object.key, line: number, text: line });
            }
        }
    }
    (places, observed)
}

/// The pieces between line ends, without an empty one behind the last.
fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|byte| *byte == b'\n')
}

/// Whether nothing but JSON's white space stands in a line.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// What a check has said so far, over all cases.
struct Tally {
    promise: &'static Promise,
    seen: Vec<(&'static str, u64)>,
    findings: Vec<Finding>,
    found: u64,
    not_applicable: Option<Cow<'static, str>>,
    milliseconds: u64,
}

impl Tally {
    fn new(promise: &'static Promise) -> Self {
        Self { promise, seen: Vec::new(), findings: Vec::new(), found: 0, not_applicable: None, milliseconds: 0 }
    }

    fn check(&mut self, evidence: &Evidence<'_>) {
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
        self.milliseconds += milliseconds(started);
    }

    fn finish(self) -> Check {
        let looked = self.seen.iter().any(|(_, count)| *count > 0);
        let (status, reason) = match (self.found, looked) {
            (1.., _) => (Status::Fail, None),
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
        Check {
            clause: self.promise.clause.to_owned(),
            title: self.promise.title.to_owned(),
            status,
            seen: seen.join(", "),
            reason,
            consequence_of: self.promise.consequence_of.iter().map(|clause| (*clause).to_owned()).collect(),
            findings: self.findings,
            found: self.found,
            milliseconds: self.milliseconds,
        }
    }
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_rests_on_a_clause_and_follows_from_others_that_are_there() {
        let clauses: Vec<_> = PROMISES.iter().map(|promise| promise.clause).collect();
        for clause in &clauses {
            assert!(crate::contract::clause::find(clause).is_some(), "{clause} is not in the register");
        }
        for promise in PROMISES {
            for cause in promise.consequence_of {
                assert!(clauses.contains(cause), "{} follows from {cause}, which has no row", promise.clause);
            }
        }
    }
}
