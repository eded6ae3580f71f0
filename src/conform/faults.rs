//! The matrix of faults: a subject forwards while the embedded S3 has one fault after the other, and its events are counted.
//!
//! Each fault meets a writer that may read what it wrote (an IAM user) and one that may only put (mParticle's own roles).

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use tokio::task::JoinSet;

use super::access::{Access, Clients, Deployment, Premises, PremisesError, Way};
use super::bucket::{Object, ServerTraits, read_back};
use super::cases::Scenario;
use super::subject::SubjectError;
use crate::report::{Fates, FaultReport, FaultRun, Status, Tool};
use crate::settings::{BucketName, Connection, DateFolders, Refusal, Settings};
use crate::store::{CredentialSource, Embedded, Fault, StoreError};

/// Events of a run, each on a line of its own.
const EVENTS: u64 = 48;
/// Lines of a file: small, so that there are many uploads.
const LINES: u64 = 3;

/// What is under test: it is handed settings and batches, and says what became of them.
#[async_trait]
pub trait Deliverer: Send + Sync {
    /// What a report calls it.
    fn name(&self) -> String;

    /// Forwards the scenario's input until it is delivered, or `settings.engine.deadline_seconds` have passed.
    ///
    /// # Errors
    /// If it broke down, so that nothing can be said. A target that takes no more is no error.
    async fn deliver(&self, scenario: &Scenario) -> Result<Delivered, SubjectError>;
}

/// What a subject says of its events.
#[derive(Debug, Clone, Default)]
pub struct Delivered {
    /// The fates of all events, if it keeps count. Otherwise every event has to be in the bucket.
    pub fates: Option<Fates>,
    /// The keys of the objects that it vouches for, if it tells them.
    pub keys: Option<Vec<String>>,
    /// Why the target took no more.
    pub refusal: Option<String>,
}

/// Why a matrix could not be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsError {
    /// The embedded S3 cannot be used.
    #[error("the embedded S3 cannot be used")]
    Store(#[from] StoreError),
    /// The policies cannot be put in force.
    #[error(transparent)]
    Premises(#[from] PremisesError),
    /// The name of a fault is none of a bucket: our bug.
    #[error(transparent)]
    Bucket(#[from] Refusal),
    /// The subject broke down.
    #[error("{fault}: the subject broke down")]
    Subject {
        /// The fault.
        fault: &'static str,
        /// The subject's reason.
        #[source]
        source: SubjectError,
    },
    /// A run ended in a panic: our bug.
    #[error("a run broke down: {0}")]
    Run(String),
}

/// Runs every fault for both ways of access, beside one another. `deadline_seconds` is what the subject is given for a fault
/// that lasts, and ten times that to get over one that passes.
///
/// # Errors
/// If the server or the subject breaks down, so that nothing can be said. Lost events are no error: the report has them.
pub async fn run_faults(
    subject: Arc<dyn Deliverer>,
    server: &Embedded,
    faults: &[Fault],
    seed: u64,
    deadline_seconds: u64,
) -> Result<FaultReport, FaultsError> {
    let started = Instant::now();
    let clients = Clients::of(server).await?;
    let mut running = JoinSet::new();
    for (index, fault) in faults.iter().copied().enumerate() {
        for (may_read, way) in [(true, Way::UserBased), (false, Way::RoleBased)] {
            let access = if may_read { "may-read" } else { "only-put" };
            let bucket: BucketName = format!("mp-forwarding-{}-{access}", fault.name()).parse()?;
            let mut settings = Settings::new(Connection::new(bucket.clone(), DateFolders::None));
            settings.connection.send_as_batch = false;
            settings.engine.max_file_lines = LINES;
            // What passes is given more time, so that a slow machine does not look like an engine that gives up.
            let patience = if fault.lasts() || fault == Fault::NoAnswer { 1 } else { 10 };
            settings.engine.deadline_seconds = deadline_seconds * patience;
            let premises = Premises::found(server, &clients, &settings, &Deployment::default(), way).await?;
            if let CredentialSource::Keys { access_key_id, .. } = &premises.writer_config().credentials {
                server.trouble(bucket.as_str(), fault, seed, access_key_id);
            }
            let scenario = Scenario {
                name: format!("{}-{access}", fault.name()),
                settings,
                input: input().into(),
                clock: None,
                root: String::new(),
                several_writers: false,
                target: premises.writer_config().clone(),
                writer: premises.writer(),
                store: premises.reader(),
                server: ServerTraits::default(),
                access: Access::Judged(Arc::new(premises)),
            };
            let (subject, begun) = (subject.clone(), Instant::now());
            running.spawn(async move {
                let delivered = subject.deliver(&scenario).await;
                let milliseconds = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                let delivered = delivered.map_err(|source| FaultsError::Subject { fault: fault.name(), source })?;
                let objects = read_back(&scenario.store, "", None).await?;
                Ok::<_, FaultsError>((index, bucket, judge(fault, may_read, &delivered, &objects, milliseconds)))
            });
        }
    }
    let mut runs = Vec::new();
    while let Some(run) = running.join_next().await {
        let (index, bucket, mut run) = run.map_err(|error| FaultsError::Run(error.to_string()))??;
        run.struck = server.struck(bucket.as_str());
        if run.struck == 0 && run.status == Status::Pass {
            run.status = Status::Skip;
            run.reasons.push("the fault struck no request, so nothing is proven".to_owned());
        }
        runs.push((index, run));
    }
    runs.sort_by_key(|(index, run)| (*index, !run.may_read));
    Ok(FaultReport {
        tool: Tool::default(),
        subject: subject.name(),
        seed,
        deadline_seconds,
        runs: runs.into_iter().map(|(_, run)| run).collect(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Batches of one event each, which have their number for an id.
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

/// How often each event is in these objects.
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

fn judge(fault: Fault, may_read: bool, delivered: &Delivered, objects: &[Object], milliseconds: u64) -> FaultRun {
    let there = occurrences(objects.iter());
    let present = there.len() as u64;
    let duplicated = there.values().map(|count| count - 1).sum();
    let fates = delivered.fates.as_ref();
    let (unconfirmed, pending) = fates.map_or((0, 0), |fates| (fates.unconfirmed, fates.pending));
    // What is vouched for has to be there under the keys that were told, so that a pending event that is there all the
    // same cannot stand in for a written one that is not.
    let vouched = delivered.keys.as_ref().map(|keys| {
        let found = occurrences(objects.iter().filter(|object| keys.contains(&object.key)));
        fates.map_or(0, |fates| fates.written).saturating_sub(found.len() as u64)
    });
    let lost = EVENTS.saturating_sub(present + unconfirmed + pending).max(vouched.unwrap_or_default());

    let mut reasons = Vec::new();
    if lost > 0 {
        reasons.push(format!("{lost} events are not in the bucket, and nothing says so"));
    }
    if duplicated > 0 {
        reasons.push(format!("{duplicated} events are in the bucket more than once"));
    }
    if unconfirmed > 0 && (may_read || !fault.loses_answers()) {
        reasons.push(format!("{unconfirmed} events are unconfirmed, though what is there could be looked at or told"));
    }
    let may_stay = fault.lasts() || (fault == Fault::NoAnswer && !may_read);
    if pending > 0 && !may_stay {
        reasons.push(format!("{pending} events are pending, though the fault passed before the deadline"));
    }
    if let Some(fates) = fates
        && (!fates.is_conserved() || fates.received != EVENTS)
    {
        reasons.push(format!("the subject's own count does not add up to {EVENTS}: {fates}"));
    }
    FaultRun {
        fault: fault.name().to_owned(),
        sentence: fault.sentence().to_owned(),
        may_read,
        struck: 0,
        received: EVENTS,
        present,
        written: fates.map(|fates| fates.written),
        unconfirmed,
        pending,
        lost,
        duplicated,
        status: if reasons.is_empty() { Status::Pass } else { Status::Fail },
        reasons,
        refusal: delivered.refusal.clone(),
        milliseconds,
    }
}
