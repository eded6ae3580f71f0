//! The suite: cases, each forwarded by the subject and held against what the contract demands.

use std::time::Instant;

use super::case;
use super::filter::{Filter, UnknownName};
use super::spread::Spread;
use super::totals::Tally;
use crate::conform::cases::Scenario;
use crate::conform::checks::PROMISES;
use crate::conform::subject::{Subject, SubjectError};
use crate::report::{Check, ConformanceReport, Tool};
use crate::store::StoreError;

/// Why a suite could not come to a verdict.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SuiteError {
    /// No case or check has the name that was asked for.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
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

/// How far a suite has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The case that begins.
    pub case: &'a str,
    /// Which one it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

/// Cases for a subject, in the making. A forwarder of your own in a test of your own, on an S3 in the same process:
///
/// ```
/// # use async_trait::async_trait;
/// # use mp_forwarding::conform::{Material, Scenario, Subject, SubjectError, Suite, Target, plans};
/// # use mp_forwarding::report::{Fates, Status};
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
/// let broken: Vec<&str> = report.failed().map(|check| check.name.as_str()).collect();
/// assert_eq!(broken, ["conservation"], "it forwards nothing");
/// # Ok::<(), Box<dyn std::error::Error>>(()) })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Suite<'a> {
    subject: &'a dyn Subject,
    scenarios: Vec<Scenario>,
    rows: Vec<Check>,
    cases: Filter,
    checks: Filter,
    seed: Option<u64>,
    observer: Box<dyn FnMut(Progress<'_>) + Send + 'a>,
}

impl<'a> Suite<'a> {
    /// A suite without a case yet.
    pub fn new(subject: &'a dyn Subject) -> Self {
        Self {
            subject,
            scenarios: Vec::new(),
            rows: Vec::new(),
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

    /// Adds rows of checks that look at something other than the cases; they stand behind those that do.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Check>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Runs only the cases that the filter lets through.
    #[must_use]
    pub fn cases(mut self, filter: Filter) -> Self {
        self.cases = filter;
        self
    }

    /// Puts the cases only to the checks whose name or clause the filter lets through.
    #[must_use]
    pub fn checks(mut self, filter: Filter) -> Self {
        self.checks = filter;
        self
    }

    /// Tells the report from which seed the input was made.
    #[must_use]
    pub fn seed(mut self, seed: Option<u64>) -> Self {
        self.seed = seed;
        self
    }

    /// Has each case told when it begins.
    #[must_use]
    pub fn observer(mut self, observer: impl FnMut(Progress<'_>) + Send + 'a) -> Self {
        self.observer = Box::new(observer);
        self
    }

    /// Runs every case.
    ///
    /// # Errors
    /// If a filter names what is not there, or if the subject or the store fails, so that nothing can be said. A broken
    /// promise is no error: the report has it.
    pub async fn run(mut self) -> Result<ConformanceReport, SuiteError> {
        let started = Instant::now();
        let of_rows = self.rows.iter().map(|row| [row.name.as_str(), row.clause.as_str()]);
        let of_promises = PROMISES.iter().map(|promise| [promise.name, promise.clause]);
        self.checks.prove("check", of_promises.chain(of_rows).flatten())?;
        self.cases.prove("case", self.scenarios.iter().map(|scenario| scenario.name.as_str()))?;
        self.scenarios.retain(|scenario| self.cases.takes(&scenario.name));
        let takes = |name: &str, clause: &str| self.checks.takes(name) || self.checks.takes(clause);
        self.rows.retain(|row| takes(&row.name, &row.clause));

        let promises = PROMISES.iter().filter(|promise| takes(promise.name, promise.clause));
        let mut tallies: Vec<Tally> = promises.map(Tally::new).collect();
        let mut spread = Spread::default();
        let mut cases = Vec::with_capacity(self.scenarios.len());
        for (number, scenario) in (1..).zip(&self.scenarios) {
            (self.observer)(Progress { case: &scenario.name, number, of: self.scenarios.len() });
            cases.push(case::run(self.subject, scenario, &mut tallies, &mut spread).await?);
        }
        Ok(ConformanceReport {
            tool: Tool::default(),
            subject: self.subject.name(),
            target: self.scenarios.first().map(|scenario| scenario.store.name()).unwrap_or_default(),
            seed: self.seed,
            cases,
            checks: tallies.into_iter().map(Tally::finish).chain(self.rows).collect(),
            sizes: Some(spread.sizes),
            lateness: Some(spread.lateness),
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

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

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let names: BTreeSet<_> = PROMISES.iter().map(|promise| promise.name).collect();
        assert_eq!(names.len(), PROMISES.len());
    }
}
