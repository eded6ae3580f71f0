//! Runs every case with the subject, and evaluates every check.

use std::future::{Future, pending};
use std::pin::pin;
use std::time::Instant;

use jiff::Timestamp;

use super::case::{self, CaseError};
use super::filter::{Filter, UnknownName};
use super::spread::Spread;
use super::totals::Totals;
use crate::conform::cases::Scenario;
use crate::conform::checks::CHECKS;
use crate::conform::subject::Subject;
use crate::report::model::{Check, Report, Summary, Tool};
use crate::report::summary::{Case, Conformance};

/// The progress of a suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The name of the case that starts.
    pub case: &'a str,
    /// The number of the case, from 1.
    pub number: usize,
    /// The number of all cases.
    pub of: usize,
}

/// Runs cases with a subject. This tests a forwarder of your own with an S3 server in the same process:
///
/// ```
/// # use async_trait::async_trait;
/// # use mp_forwarding::conform::{Material, Scenario, Subject, SubjectError, Suite, Target, plans};
/// # use mp_forwarding::report::Fates;
/// # use mp_forwarding::settings::Settings;
/// # struct MyForwarder;
/// # #[async_trait]
/// # impl Subject for MyForwarder {
/// #     fn name(&self) -> String { "mine".to_owned() }
/// #     async fn forward(&self, _: &Scenario) -> Result<Option<Fates>, SubjectError> { Ok(None) }
/// # }
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// let settings = Settings::from_toml(
///     r#"connection = { s3_bucket_name = "mp-forwarding-mine", store_data_in_folders_by_date = "none" }"#,
/// )?;
/// let batch = br#"{"environment":"production","mpid":7,"events":[{"event_type":"screen_view","data":{}}]}"#;
/// let cases = plans(&settings.connection.s3_bucket_name);
/// let material = Material { settings, input: batch.as_slice().into(), clock: None, first_batch: None };
/// let target = Target::embedded(None).await?;
/// let scenarios = target.scenarios(cases, &material).await?;
/// let report = Suite::new(&MyForwarder).scenarios(scenarios).run().await?;
/// let failed: Vec<&str> = report.failed().map(|check| check.id.as_str()).collect();
/// assert_eq!(failed, ["conservation"], "it forwards nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Suite<'a> {
    subject: &'a dyn Subject,
    scenarios: Vec<Scenario>,
    more_checks: Vec<Check>,
    target: Option<String>,
    cases: Filter,
    checks: Filter,
    seed: Option<u64>,
    observer: Box<dyn FnMut(Progress<'_>) + Send + 'a>,
}

impl<'a> Suite<'a> {
    /// A suite without cases.
    pub fn new(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            scenarios: Vec::new(),
            more_checks: Vec::new(),
            target: None,
            cases: Filter::default(),
            checks: Filter::default(),
            seed: None,
            observer: Box::new(|_| {}),
        }
    }

    /// Adds cases.
    #[must_use]
    pub fn scenarios(mut self, scenarios: impl IntoIterator<Item = Scenario>) -> Self {
        self.scenarios.extend(scenarios);
        self
    }

    /// Adds checks that do not belong to a case. They are at the end of the report.
    #[must_use]
    pub fn more_checks(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        self.more_checks.extend(checks);
        self
    }

    /// Sets the target's name in the report. The default is the bucket of the first case.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Runs only the cases that match the filter.
    #[must_use]
    pub fn cases(mut self, filter: Filter) -> Self {
        self.cases = filter;
        self
    }

    /// Evaluates only the checks whose id or clause matches the filter.
    #[must_use]
    pub fn checks(mut self, filter: Filter) -> Self {
        self.checks = filter;
        self
    }

    /// Sets the seed of generated batches in the report.
    #[must_use]
    pub fn seed(mut self, seed: Option<u64>) -> Self {
        self.seed = seed;
        self
    }

    /// Calls `observer` before each case.
    #[must_use]
    pub fn observer(mut self, observer: impl FnMut(Progress<'_>) + Send + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Runs every case. If the subject fails in a case, the other cases still run. The report names the failed case and
    /// is incomplete.
    ///
    /// # Errors
    /// If a filter names a case or a check that does not exist.
    pub async fn run(self) -> Result<Report<Conformance>, UnknownName> {
        self.run_until(pending()).await
    }

    /// Runs cases until `stop` is ready. The report then has the completed cases and is incomplete.
    ///
    /// # Errors
    /// As [`Self::run`].
    pub async fn run_until(mut self, stop: impl Future<Output = ()>) -> Result<Report<Conformance>, UnknownName> {
        let (started, started_at) = (Instant::now(), Timestamp::now());
        let more =
            self.more_checks.iter().map(|check| [check.id.as_str(), check.clause.as_deref().unwrap_or_default()]);
        let known = CHECKS.iter().map(|check| [check.id, check.clause]);
        self.checks.require_matches("check", known.chain(more).flatten())?;
        self.cases.require_matches("case", self.scenarios.iter().map(|scenario| scenario.name.as_str()))?;
        self.scenarios.retain(|scenario| self.cases.matches(&scenario.name));
        let matches = |id: &str, clause: &str| self.checks.matches(id) || self.checks.matches(clause);
        self.more_checks.retain(|check| matches(&check.id, check.clause.as_deref().unwrap_or_default()));

        let checks = CHECKS.iter().filter(|check| matches(check.id, check.clause));
        let mut totals: Vec<Totals> = checks.map(Totals::new).collect();
        let (mut spread, mut cases) = (Spread::default(), Vec::with_capacity(self.scenarios.len()));
        let count = self.scenarios.len();
        let mut stop = pin!(stop);
        let mut stopped = None;
        for (number, scenario) in (1..).zip(&self.scenarios) {
            (self.observer)(Progress { case: &scenario.name, number, of: count });
            let result = tokio::select! {
                biased;
                () = &mut stop => {
                    stopped = Some(format!("interrupted after case {} of {count}", number - 1));
                    break;
                }
                result = case::run(self.subject, scenario, &mut totals, &mut spread) => result,
            };
            match result {
                Ok(case) => cases.push(case),
                Err(error) => {
                    cases.push(Case { error: Some(error.to_string()), ..case::named(scenario) });
                    if matches!(error, CaseError::Read(_)) {
                        stopped = (number < count).then(|| format!("stopped after case {number} of {count}"));
                        break;
                    }
                }
            }
        }
        let incomplete: Vec<String> = failures(&cases).into_iter().chain(stopped).collect();
        let mut report = Report {
            tool: Tool::default(),
            command: Conformance::COMMAND.to_owned(),
            target: self.target.or_else(|| Some(self.scenarios.first()?.store.name())).unwrap_or_default(),
            started_at: started_at.to_string(),
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            incomplete: (!incomplete.is_empty()).then(|| incomplete.join("; ")),
            checks: Vec::new(),
            findings: Vec::new(),
            unlisted_findings: 0,
            summary: Conformance {
                subject: Some(self.subject.name()),
                seed: self.seed,
                cases,
                sizes: Some(spread.sizes),
                lateness: Some(spread.lateness),
            },
        };
        for (check, findings, unlisted) in totals.into_iter().map(Totals::finish) {
            report.checks.push(check);
            report.findings.extend(findings);
            report.unlisted_findings += unlisted;
        }
        report.checks.extend(self.more_checks);
        Ok(report)
    }
}

/// The cases that did not complete, and why the first one did not.
fn failures(cases: &[Case]) -> Option<String> {
    let mut failed = cases.iter().filter_map(|case| Some((&case.name, case.error.as_ref()?)));
    let (name, error) = failed.next()?;
    Some(match failed.count() {
        0 => format!("case {name} did not complete: {error}"),
        more => format!("{} cases did not complete; the first, {name}: {error}", more + 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_check_has_a_clause_and_its_causes_have_checks() {
        let clauses: Vec<_> = CHECKS.iter().map(|check| check.clause).collect();
        for clause in &clauses {
            assert!(crate::contract::clause::find(clause).is_some(), "{clause} is not in the register");
        }
        for check in CHECKS {
            for cause in check.consequence_of {
                assert!(clauses.contains(cause), "{} is a consequence of {cause}, which has no check", check.clause);
            }
        }
    }

    #[test]
    fn ids_of_checks_are_unique() {
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(names.len(), CHECKS.len());
    }
}
