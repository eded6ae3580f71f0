//! The self-test: each mutant must be caught by its own check, and the correct subject must pass.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::catalogue::{access, mutants};
use super::fixture::{Fixture, NOW};
use super::mutant::{Mutant, Mutation};
use super::mutated::{MutatedStore, MutatedSubject};
use crate::conform::access::{Access, AccessFixture, AccessFixtureError, Clients, Deployment};
use crate::conform::{Filter, Scenario, ServerTraits, Subject, Suite, UnknownName};
use crate::report::model::{Check, Finding, Outcome, Place, Report, Severity, Summary, Tool, counted};
use crate::report::{CorrectCase, FailedCheck, SelfTest, TestedMutant};
use crate::settings::{BucketName, Refusal, Settings};
use crate::store::{Embedded, EmbeddedError, S3Config, S3Store, Store, StoreError};

/// Why the self-test could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SelfTestError {
    /// No mutant has this name.
    #[error(transparent)]
    Unknown(#[from] UnknownName),
    /// The built-in S3 does not start.
    #[error(transparent)]
    Embedded(#[from] EmbeddedError),
    /// A bucket cannot be created.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A policy cannot be used.
    #[error(transparent)]
    Access(#[from] AccessFixtureError),
    /// A mutant's name is not valid in the name of a bucket.
    #[error("`{0}` is not a bucket name")]
    Name(String, #[source] Refusal),
    /// A case did not complete.
    #[error("the mutant `{mutant}` could not run: {reason}")]
    Incomplete {
        /// The mutant.
        mutant: String,
        /// Why its run is incomplete.
        reason: String,
    },
}

/// Runs `subject` in each case, and each mutant that the filter selects, on an S3 server in this process. `progress` is
/// called with each name before its run. When `stopped` completes, the run ends and the report is incomplete.
/// name before its turn. When `stopped` completes, the run ends and the report is incomplete.
///
/// # Errors
/// If a case cannot run. A mutant that is not caught is not an error: it is in the report.
pub async fn self_test(
    subject: &dyn Subject,
    filter: &Filter,
    mut progress: impl FnMut(&str),
    stopped: impl Future<Output = ()>,
) -> Result<Report<SelfTest>, SelfTestError> {
    let (started, started_at) = (Instant::now(), Timestamp::now());
    filter.require_matches("mutant", mutants().map(|mutant| mutant.name))?;
    let chosen: Vec<&Mutant> = mutants().filter(|mutant| filter.matches(mutant.name)).collect();
    let fixtures: BTreeSet<Fixture> = chosen.iter().map(|mutant| mutant.fixture).collect();
    let server = Embedded::start(None).await?;
    let bench = Bench { clients: Clients::new(&server).await?, server, subject };

    let mut summary = SelfTest { subject: subject.name(), correct: Vec::new(), mutants: Vec::new() };
    let run = async {
        for fixture in fixtures {
            progress(fixture.name());
            let checks = bench.run("correct", fixture, None).await?;
            let failed = checks.iter().filter_map(CheckResult::failed).collect();
            summary.correct.push(CorrectCase { case: fixture.name().to_owned(), failed });
        }
        for mutant in &chosen {
            progress(mutant.name);
            let checks = bench.run(mutant.name, mutant.fixture, Some(mutant.mutation)).await?;
            summary.mutants.push(tested(mutant, &checks));
        }
        Ok::<_, SelfTestError>(())
    };
    let is_stopped = tokio::select! {
        outcome = pin!(run) => { outcome?; false }
        () = stopped => true,
    };
    let (done, all) = (summary.mutants.len() as u64, chosen.len() as u64);
    let (checks, findings) = evaluate(&summary);
    Ok(Report {
        tool: Tool::default(),
        command: SelfTest::COMMAND.to_owned(),
        target: "built-in S3".to_owned(),
        started_at: started_at.to_string(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        incomplete: is_stopped.then(|| format!("interrupted after {done} of {}", counted(all, "mutant", "mutants"))),
        checks,
        findings,
        unlisted_findings: 0,
        summary,
    })
}

/// The server and the settings of the cases.
struct Bench<'a> {
    server: Embedded,
    clients: Clients,
    subject: &'a dyn Subject,
}

/// The result of a check of the suite.
struct CheckResult {
    id: String,
    clause: String,
    consequence_of: Vec<String>,
    /// The first finding, if it failed.
    finding: Option<String>,
}

impl CheckResult {
    fn failed(&self) -> Option<FailedCheck> {
        self.finding.clone().map(|finding| FailedCheck { check: self.id.clone(), finding })
    }
}

impl Bench<'_> {
    async fn run(
        &self,
        name: &str,
        fixture: Fixture,
        mutation: Option<Mutation>,
    ) -> Result<Vec<CheckResult>, SelfTestError> {
        let bucket = format!("mp-forwarding-{name}-{}", fixture.name());
        let bucket: BucketName = bucket.parse().map_err(|source| SelfTestError::Name(bucket.clone(), source))?;
        let settings = fixture.settings(bucket);
        let (target, writer, store, access) = self.target(&settings, fixture, mutation).await?;
        let store = match mutation {
            Some(mutation @ Mutation::Headers(_)) => Arc::new(MutatedStore::new(store, mutation)) as Arc<dyn Store>,
            _ => store,
        };
        let scenario = Scenario {
            name: fixture.name().to_owned(),
            settings,
            input: fixture.input().into_bytes().into(),
            clock: NOW.parse::<Timestamp>().ok(),
            input_faults: fixture.input_faults(),
            root: String::new(),
            several_writers: false,
            target,
            writer,
            store,
            server: ServerTraits::default(),
            access,
        };
        let mutated;
        let subject: &dyn Subject = match mutation {
            None => self.subject,
            Some(mutation) => {
                mutated = MutatedSubject { inner: self.subject, mutation };
                &mutated
            }
        };
        let report = Suite::new(subject).scenarios([scenario]).run().await?;
        if let Some(reason) = report.incomplete {
            return Err(SelfTestError::Incomplete { mutant: name.to_owned(), reason });
        }
        let result = |check: &Check| CheckResult {
            id: check.id.clone(),
            clause: check.clause.clone().unwrap_or_default(),
            consequence_of: check.consequence_of.clone(),
            finding: (check.outcome == Outcome::Fail)
                .then(|| report.findings_of(check).next().map(|finding| finding.message.clone()).unwrap_or_default()),
        };
        Ok(report.checks.iter().map(result).collect())
    }

    /// The bucket of a case: the connections of the subject, the writer and the reader, and the test of access.
    async fn target(
        &self,
        settings: &Settings,
        fixture: Fixture,
        mutation: Option<Mutation>,
    ) -> Result<(S3Config, Arc<dyn Store>, Arc<dyn Store>, Access), SelfTestError> {
        let Some(access_kind) = fixture.access_kind() else {
            let target = self.server.config(settings.connection.s3_bucket_name.as_str());
            let store: Arc<dyn Store> = Arc::new(S3Store::connect(target.clone()).await?);
            store.create_bucket().await?;
            let access = Access::NotTested("this case does not test access".to_owned());
            return Ok((target, store.clone(), store, access));
        };
        let deployment = match mutation {
            Some(Mutation::Policy(change)) => {
                access::deployment(settings, access_kind, change).map_err(AccessFixtureError::from)?
            }
            _ => Deployment::default(),
        };
        let fixture = AccessFixture::create(&self.server, &self.clients, settings, &deployment, access_kind).await?;
        let (writer, reader) = (fixture.writer(), fixture.reader());
        Ok((fixture.writer_config().clone(), writer, reader, Access::Fixture(Arc::new(fixture))))
    }
}

fn tested(mutant: &Mutant, checks: &[CheckResult]) -> TestedMutant {
    let own = checks.iter().find(|check| check.id == mutant.check);
    let clause = own.map(|check| check.clause.clone()).unwrap_or_default();
    let is_declared =
        |check: &CheckResult| check.consequence_of.contains(&clause) || mutant.also.contains(&check.id.as_str());
    let others = |declared: bool| {
        let others = checks.iter().filter(|check| check.id != mutant.check && is_declared(check) == declared);
        others.filter_map(CheckResult::failed).collect()
    };
    TestedMutant {
        name: mutant.name.to_owned(),
        does: mutant.does.to_owned(),
        case: mutant.fixture.name().to_owned(),
        check: mutant.check.to_owned(),
        caught: own.and_then(|check| check.finding.clone()),
        consequences: others(true),
        unexplained: others(false),
        clause,
    }
}

/// One check for each mutant and for each case of the correct subject.
fn evaluate(summary: &SelfTest) -> (Vec<Check>, Vec<Finding>) {
    let (mut checks, mut findings) = (Vec::new(), Vec::new());
    let mut add = |mut check: Check, case: &str, messages: Vec<String>| {
        check.outcome = if messages.is_empty() { Outcome::Pass } else { Outcome::Fail };
        let place = Place { case: Some(case.to_owned()), ..Place::default() };
        let finding = |message| Finding::new(&check.id, Severity::Error, message).at(place.clone());
        findings.extend(messages.into_iter().map(finding));
        checks.push(check);
    };
    for CorrectCase { case, failed } in &summary.correct {
        let title = format!("{} passes the case `{case}`", summary.subject);
        let message = |failed: &FailedCheck| format!("{} fails: {}", failed.check, failed.finding);
        add(Check::new(format!("correct-{case}"), None, title), case, failed.iter().map(message).collect());
    }
    for mutant in &summary.mutants {
        let TestedMutant { name, check, does, case, caught, unexplained, .. } = mutant;
        let mut messages = Vec::new();
        if caught.is_none() {
            messages.push(format!("`{check}` does not fail although the mutant {does}"));
        }
        let unexplained = unexplained.iter();
        messages.extend(unexplained.map(|failed| format!("{} fails too: {}", failed.check, failed.finding)));
        let mut result = Check::new(name, Some(&mutant.clause), format!("{name} {does}"));
        result.seen = caught.as_ref().map(|_| format!("caught by {check}")).unwrap_or_default();
        add(result, case, messages);
    }
    (checks, findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::checks::CHECKS;

    #[test]
    fn every_check_has_a_mutant_and_every_mutant_a_check() {
        let own: BTreeSet<_> = mutants().map(|mutant| mutant.check).collect();
        let checks: BTreeSet<_> = CHECKS.iter().map(|check| check.id).collect();
        assert_eq!(own, checks);
        for mutant in mutants() {
            assert!(mutant.also.iter().all(|name| checks.contains(name)), "{}", mutant.name);
        }
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = mutants().map(|mutant| mutant.name).collect();
        assert_eq!(names.len(), mutants().count());
    }

    #[test]
    fn a_mutant_that_is_missed_or_not_alone_fails_its_check() {
        let mutant = mutants().find(|mutant| mutant.name == "four-digits").unwrap();
        let result = |id: &str, clause: &str, finding: Option<&str>| CheckResult {
            id: id.to_owned(),
            clause: clause.to_owned(),
            consequence_of: Vec::new(),
            finding: finding.map(str::to_owned),
        };
        let missed = tested(mutant, &[result("file-names", "NAME-1", None)]);
        let names = result("file-names", "NAME-1", Some("expected five digits"));
        let not_alone = tested(mutant, &[names, result("lines", "FILE-1", Some("no newline"))]);
        for (tested, message) in [
            (missed, "`file-names` does not fail although the mutant draws numbers of four digits"),
            (not_alone, "lines fails too: no newline"),
        ] {
            let (checks, findings) =
                evaluate(&SelfTest { subject: String::new(), correct: Vec::new(), mutants: vec![tested] });
            assert_eq!((&checks[0].outcome, findings[0].message.as_str()), (&Outcome::Fail, message));
        }
    }
}
