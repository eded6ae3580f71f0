//! The matrix of faults: a subject forwards while the built-in S3 has a fault, and the events are counted.
//!
//! Each fault runs for a writer that may read what it wrote (an IAM user) and for one that may only put (mParticle's roles).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::task::JoinSet;

use super::access::{Access, AccessFixture, AccessFixtureError, AccessKind, Clients, Deployment};
use super::bucket::{Object, ServerTraits, read_back};
use super::cases::Scenario;
use super::subject::SubjectError;
use crate::report::Fates;
use crate::report::model::{Check, Finding, Outcome, Report, Severity, Summary, Tool, counted};
use crate::report::{FaultRun, Faults};
use crate::settings::{BucketName, Connection, DateFolders, Refusal, Settings};
use crate::store::{CredentialSource, Embedded, Fault, StoreError};

/// The events of a run, each on a line of its own.
const EVENTS: u64 = 48;
/// The lines of a file: few, to have many uploads.
const LINES: u64 = 3;

/// A subject of this test: it receives settings and batches, and reports the fates of the events.
#[async_trait]
pub trait Deliverer: Send + Sync {
    /// The subject's name in reports.
    fn name(&self) -> String;

    /// Forwards the scenario's input until it is delivered, or `settings.engine.deadline_seconds` have passed.
    ///
    /// # Errors
    /// If it failed and there is no result. A target that refuses all uploads is not an error.
    async fn deliver(&self, scenario: &Scenario) -> Result<Delivered, SubjectError>;
}

/// What a subject reports about its events.
#[derive(Debug, Clone, Default)]
pub struct Delivered {
    /// The fates of all events, if the subject counts them. Otherwise every event must be in the bucket.
    pub fates: Option<Fates>,
    /// The keys of the objects that the subject reports as written, if it reports them.
    pub keys: Option<Vec<String>>,
    /// The error that stopped the subject.
    pub refusal: Option<String>,
}

/// Why the faults could not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// The built-in S3 cannot be used.
    #[error("the built-in S3 cannot be used")]
    Store(#[from] StoreError),
    /// The policies cannot be used.
    #[error(transparent)]
    Access(#[from] AccessFixtureError),
    /// A fault's name is not valid in the name of a bucket. This is a bug.
    #[error(transparent)]
    Bucket(#[from] Refusal),
    /// The subject failed.
    #[error("{fault}: the subject failed")]
    Subject {
        /// The fault.
        fault: &'static str,
        /// The subject's reason.
        #[source]
        source: SubjectError,
    },
    /// A run panicked. This is a bug.
    #[error("a run failed: {0}")]
    Run(String),
}

/// Runs every fault for both kinds of access at the same time. The subject may retry for `deadline_seconds` while a
/// fault lasts, and ten times as long after a fault that ends. When `stopped` completes, the report is incomplete.
///
/// # Errors
/// If the server or the subject fails and there is no result. Lost events are not an error: they are in the report.
pub async fn run_faults(
    subject: Arc<dyn Deliverer>,
    server: &Embedded,
    faults: &[Fault],
    seed: u64,
    deadline_seconds: u64,
    stopped: impl Future<Output = ()>,
) -> Result<Report<Faults>, FaultsError> {
    let (started, started_at) = (Instant::now(), Timestamp::now());
    let mut stopped = pin!(stopped);
    let (mut running, mut is_stopped) = (JoinSet::new(), false);
    let start = async {
        let clients = Clients::new(server).await?;
        for (index, fault, may_read) in
            faults.iter().enumerate().flat_map(|(index, fault)| [(index, *fault, true), (index, *fault, false)])
        {
            let scenario = scenario(server, &clients, fault, may_read, seed, deadline_seconds).await?;
            let (subject, begun) = (subject.clone(), Instant::now());
            running.spawn(async move {
                let delivered = subject.deliver(&scenario).await;
                let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                let delivered = delivered.map_err(|source| FaultsError::Subject { fault: fault.name(), source })?;
                let objects = read_back(&scenario.store, "", None).await?;
                let run =
                    FaultRun { check: scenario.name, milliseconds, ..count(fault, may_read, &delivered, &objects) };
                let messages = problems(fault, &run, delivered.fates.as_ref());
                Ok::<_, FaultsError>((index, fault, run, messages))
            });
        }
        Ok::<_, FaultsError>(())
    };
    tokio::select! {
        outcome = start => outcome?,
        () = &mut stopped => is_stopped = true,
    }
    let mut runs = Vec::new();
    while !is_stopped {
        let run = tokio::select! {
            run = running.join_next() => run,
            () = &mut stopped => {
                is_stopped = true;
                break;
            }
        };
        let Some(run) = run else { break };
        let (index, fault, mut run, mut messages) = run.map_err(|error| FaultsError::Run(error.to_string()))??;
        run.affected = server.affected(&bucket(&run.check));
        if run.affected == 0 {
            messages.push("the fault affected no request, so nothing was tested".to_owned());
        }
        runs.push((index, fault, run, messages));
    }
    running.shutdown().await;
    let all = counted(2 * faults.len() as u64, "run", "runs");
    let incomplete = is_stopped.then(|| format!("interrupted after {} of {all}", runs.len()));
    runs.sort_by_key(|(index, _, run, _)| (*index, !run.may_read));

    let (mut checks, mut findings) = (Vec::new(), Vec::new());
    let mut summary = Faults { subject: subject.name(), seed, deadline_seconds, runs: Vec::new() };
    for (_, fault, run, mut messages) in runs {
        let mut check = Check::new(&run.check, Some("DELIVERY-1"), fault.sentence());
        check.seen = format!("{}, {} in the bucket", counted(run.received, "event", "events"), run.present);
        check.milliseconds = run.milliseconds;
        if !messages.is_empty() {
            check.outcome = Outcome::Fail;
            messages.extend(run.refusal.clone());
        }
        let finding = |message| Finding::new(&check.id, Severity::Error, message).clause("DELIVERY-1");
        findings.extend(messages.into_iter().map(finding));
        checks.push(check);
        summary.runs.push(run);
    }
    Ok(Report {
        tool: Tool::default(),
        command: Faults::COMMAND.to_owned(),
        target: "built-in S3".to_owned(),
        started_at: started_at.to_string(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        incomplete,
        checks,
        findings,
        unlisted_findings: 0,
        summary,
    })
}

/// The bucket of a run.
fn bucket(check: &str) -> String {
    format!("mp-forwarding-{check}")
}

/// The case of one run: its bucket with the fault, and its settings.
async fn scenario(
    server: &Embedded,
    clients: &Clients,
    fault: Fault,
    may_read: bool,
    seed: u64,
    deadline_seconds: u64,
) -> Result<Scenario, FaultsError> {
    let (access_kind, access) =
        if may_read { (AccessKind::UserBased, "may-read") } else { (AccessKind::RoleBased, "only-put") };
    let name = format!("{}-{access}", fault.name());
    let bucket: BucketName = bucket(&name).parse()?;
    let mut settings = Settings::new(Connection::new(bucket.clone(), DateFolders::None));
    settings.connection.send_as_batch = false;
    settings.engine.max_file_lines = LINES;
    // After a fault that ends there is more time, so that a slow machine does not look like a subject that gives up.
    let factor = if fault.lasts() || fault == Fault::NoAnswer { 1 } else { 10 };
    settings.engine.deadline_seconds = deadline_seconds * factor;
    let fixture = AccessFixture::create(server, clients, &settings, &Deployment::default(), access_kind).await?;
    if let CredentialSource::Keys { access_key_id, .. } = &fixture.writer_config().credentials {
        server.set_fault(bucket.as_str(), fault, seed, access_key_id);
    }
    Ok(Scenario {
        name,
        settings,
        input: input().into(),
        clock: None,
        input_faults: &[],
        root: String::new(),
        several_writers: false,
        target: fixture.writer_config().clone(),
        writer: fixture.writer(),
        store: fixture.reader(),
        server: ServerTraits::default(),
        access: Access::Fixture(Arc::new(fixture)),
    })
}

/// Batches of one event each. The id of an event is its number.
fn input() -> Vec<u8> {
    let mut text = String::new();
    for id in 1..=EVENTS {
        let _ = writeln!(
            text,
            r#"{{"environment":"production","mpid":"{id}","application_info":{{"application_name":"faults"}},"events":[{{"event_type":"custom_event","data":{{"event_name":"met a fault","event_id":"{id}"}}}}]}}"#
        );
    }
    text.into_bytes()
}

/// How many times each event is in these objects.
fn occurrences<'a>(objects: impl Iterator<Item = &'a Object>) -> BTreeMap<String, u64> {
    let mut counted = BTreeMap::new();
    for text in objects.filter_map(|object| object.text.as_ref().ok()) {
        for line in text.split(|byte| *byte == b'\n') {
            let Ok(batch) = serde_json::from_slice::<serde_json::Value>(line) else { continue };
            for event in batch["events"].as_array().into_iter().flatten() {
                if let Some(id) = event["data"]["event_id"].as_str() {
                    *counted.entry(id.to_owned()).or_default() += 1;
                }
            }
        }
    }
    counted
}

/// Counts what is in the bucket and what the subject reports.
fn count(fault: Fault, may_read: bool, delivered: &Delivered, objects: &[Object]) -> FaultRun {
    let found = occurrences(objects.iter());
    let present = found.len() as u64;
    let fates = delivered.fates.as_ref();
    let (unconfirmed, pending) = fates.map_or((0, 0), |fates| (fates.unconfirmed, fates.pending));
    // An event counts as written only under a key that the subject reported. Otherwise a pending event could hide a
    // lost one.
    let missing = delivered.keys.as_ref().map(|keys| {
        let found = occurrences(objects.iter().filter(|object| keys.contains(&object.key)));
        fates.map_or(0, |fates| fates.written).saturating_sub(found.len() as u64)
    });
    FaultRun {
        check: String::new(),
        fault: fault.name().to_owned(),
        may_read,
        affected: 0,
        received: EVENTS,
        present,
        written: fates.map(|fates| fates.written),
        unconfirmed,
        pending,
        lost: EVENTS.saturating_sub(present + unconfirmed + pending).max(missing.unwrap_or_default()),
        duplicated: found.values().map(|count| count - 1).sum(),
        refusal: delivered.refusal.clone(),
        milliseconds: 0,
    }
}

/// The faults in the counts.
fn problems(fault: Fault, run: &FaultRun, fates: Option<&Fates>) -> Vec<String> {
    let FaultRun { may_read, lost, duplicated, unconfirmed, pending, .. } = run;
    let mut problems = Vec::new();
    let events = |count| counted(count, "event", "events");
    if *lost > 0 {
        problems.push(format!("{} lost: not in the bucket and not reported as missing", events(*lost)));
    }
    if *duplicated > 0 {
        problems.push(format!("{} duplicated: in the bucket more than once", events(*duplicated)));
    }
    // The deadline can cut an attempt whose answer then is not known.
    let may_be_unknown = fault.loses_answers() || fault.lasts();
    if *unconfirmed > 0 && (*may_read || !may_be_unknown) {
        problems.push(format!("{} unconfirmed, although the bucket or an answer shows them", events(*unconfirmed)));
    }
    let may_stay = fault.lasts() || (fault == Fault::NoAnswer && !may_read);
    if *pending > 0 && !may_stay {
        problems.push(format!("{} pending, although the fault ended before the deadline", events(*pending)));
    }
    if let Some(fates) = fates
        && (!fates.is_conserved() || fates.received != EVENTS)
    {
        problems.push(format!("the subject's own counts do not add up to {EVENTS}: {fates}"));
    }
    problems
}
