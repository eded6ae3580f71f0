//! The engine with a target that has faults (docs/errors.md). The store is a test double on purpose: it wraps a real
//! store and fails by a script with one entry for each attempt.

mod bad_buckets;
mod parked;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mp_forwarding::conform::{list_all, read_back};
use mp_forwarding::forward::{Block, Engine, FixedClock, Halt, Input, NdjsonSource, Source, SourceError, Summary};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{Embedded, Fetched, Object, ObjectMeta, Page, S3Store, Store, StoreError};

use crate::support::program::program;

#[derive(Clone, Copy)]
enum Fault {
    /// The server answers with this error and stores nothing.
    Answer(u16, Option<&'static str>),
    /// The connection breaks before the object is stored.
    LostBefore,
    /// The object is stored, but the answer is lost.
    LostAfter,
    /// The object is stored, and the answer is that of a second request: the name is taken.
    Repeated,
}

struct FaultyStore {
    inner: Arc<dyn Store>,
    script: Mutex<VecDeque<Fault>>,
    keys: Mutex<Vec<String>>,
    readable: bool,
    /// The number of reads that fail before one succeeds.
    broken_looks: AtomicU32,
}

fn lost(key: &str) -> StoreError {
    StoreError::unanswered("PutObject", key, true, "the connection broke")
}

impl FaultyStore {
    fn look(&self, operation: &'static str, key: &str) -> Result<(), StoreError> {
        if !self.readable {
            return Err(StoreError::answered(operation, key, 403, Some("AccessDenied"), "writers may not read"));
        }
        let is_broken = |looks: u32| looks.checked_sub(1);
        match self.broken_looks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, is_broken) {
            Ok(_) => Err(lost(key)),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Store for FaultyStore {
    fn name(&self) -> String {
        "a faulty store".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        self.keys.lock().unwrap().push(object.key.clone());
        let fault = self.script.lock().unwrap().pop_front();
        match fault {
            None => self.inner.put(object).await,
            Some(Fault::Answer(status, code)) => {
                Err(StoreError::answered("PutObject", &object.key, status, code, "by the script"))
            }
            Some(Fault::LostBefore) => Err(lost(&object.key)),
            Some(Fault::LostAfter) => {
                self.inner.put(object).await?;
                Err(lost(&object.key))
            }
            Some(Fault::Repeated) => {
                self.inner.put(object).await?;
                Err(StoreError::answered("PutObject", &object.key, 412, Some("PreconditionFailed"), "by the script"))
            }
        }
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.look("GetObject", key)?;
        self.inner.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        self.look("HeadObject", key)?;
        self.inner.head(key).await
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.inner.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.inner.create_bucket().await
    }
}

/// Records what was acknowledged.
struct Watched {
    inner: NdjsonSource,
    acknowledged: Vec<u64>,
}

#[async_trait]
impl Source for Watched {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        self.inner.next().await
    }

    fn acknowledge(&mut self, sequence: u64) {
        self.acknowledged.push(sequence);
    }
}

struct Outcome {
    summary: Summary,
    acknowledged: Vec<u64>,
    keys: Vec<String>,
    stored: Vec<String>,
    lines: usize,
}

/// Forwards three batches of one app, which make one file, to a store that fails by `script`.
fn forward(script: &[Fault], readable: bool) -> Outcome {
    forward_with(script, readable, 0)
}

fn forward_with(script: &[Fault], readable: bool, broken_looks: u32) -> Outcome {
    let batch = r#"{"environment":"production","events":[{"event_type":"profile","data":{}}]}"#;
    let input = format!("{batch}\n{batch}\n{batch}\n");
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Embedded::start(None).await.unwrap();
        let inner: Arc<dyn Store> = Arc::new(S3Store::connect(server.config("mp-forwarding-faults")).await.unwrap());
        inner.create_bucket().await.unwrap();
        let script = Mutex::new(script.iter().copied().collect());
        let broken_looks = AtomicU32::new(broken_looks);
        let keys = Mutex::default();
        let store = Arc::new(FaultyStore { inner: inner.clone(), script, keys, readable, broken_looks });
        let bucket = "mp-forwarding-faults".parse().unwrap();
        let mut settings = Settings::new(Connection::new(bucket, DateFolders::None));
        settings.engine.deadline_seconds = 3;
        let engine = Engine::builder(settings, store.clone())
            .clock(FixedClock("2026-03-01T00:00:00Z".parse().unwrap()))
            .seed(1)
            .build();
        let input = Input::Text { name: "input".to_owned(), text: input.into_bytes().into() };
        let mut source = Watched { inner: NdjsonSource::start(&[input], 1 << 20).unwrap(), acknowledged: Vec::new() };
        let summary = engine.run(&mut source, std::future::pending()).await.unwrap();
        let stored = list_all(inner.as_ref(), "").await.unwrap().into_iter().map(|object| object.key).collect();
        let objects = read_back(&inner, "", None).await.unwrap();
        let lines = objects.iter().map(|object| object.text.as_ref().unwrap().split(|b| *b == b'\n').count() - 1).sum();
        let keys = store.keys.lock().unwrap().clone();
        Outcome { summary, acknowledged: source.acknowledged, keys, stored, lines }
    })
}

#[test]
fn temporary_errors_are_retried_with_the_same_key() {
    for fault in [
        Fault::Answer(500, None),
        Fault::Answer(503, Some("SlowDown")),
        Fault::Answer(429, None),
        Fault::Answer(408, None),
        Fault::Answer(409, Some("ConditionalRequestConflict")),
        Fault::Answer(403, Some("RequestTimeTooSkewed")),
        Fault::LostBefore,
    ] {
        let outcome = forward(&[fault, fault], true);
        assert_eq!((outcome.summary.fates.written, outcome.lines), (3, 3));
        assert_eq!(outcome.keys.len(), 3);
        assert!(outcome.keys.iter().all(|key| *key == outcome.keys[0]), "a retry must not rename: {:?}", outcome.keys);
        assert_eq!(outcome.acknowledged, [0, 1, 2]);
    }
}

#[test]
fn a_stored_object_whose_answer_was_lost_is_not_duplicated() {
    let outcome = forward(&[Fault::LostAfter], true);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (3, 0));
    assert_eq!(outcome.stored.len(), 1);
}

#[test]
fn a_stored_object_that_cannot_be_read_is_unconfirmed_and_not_duplicated() {
    let outcome = forward(&[Fault::LostAfter], false);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (0, 3));
    assert_eq!(outcome.stored.len(), 1);
    assert_eq!(outcome.acknowledged, [0, 1, 2]);
}

#[test]
fn a_request_that_a_proxy_sent_twice_is_not_duplicated() {
    let outcome = forward(&[Fault::Repeated], true);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (3, 0));
    assert_eq!(outcome.stored.len(), 1);
    let outcome = forward(&[Fault::Repeated], false);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (0, 3));
    assert_eq!(outcome.stored.len(), 1);
}

#[test]
fn an_object_stored_behind_a_failing_gateway_is_not_duplicated() {
    let outcome = forward(&[Fault::Answer(502, None), Fault::Repeated], false);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (0, 3));
    assert_eq!(outcome.stored.len(), 1);
}

#[test]
fn a_read_that_breaks_off_is_repeated() {
    for (broken_looks, written) in [(2, 3), (3, 0)] {
        let outcome = forward_with(&[Fault::LostAfter], true, broken_looks);
        assert_eq!((outcome.summary.fates.written, outcome.summary.fates.unconfirmed), (written, 3 - written));
        assert_eq!(outcome.stored.len(), 1);
    }
}

#[test]
fn a_name_that_is_taken_is_drawn_again() {
    let outcome = forward(&[Fault::Answer(412, Some("PreconditionFailed"))], true);
    assert_eq!((outcome.summary.fates.written, outcome.lines), (3, 3));
    assert_ne!(outcome.keys[0], outcome.keys[1]);
}

/// What a person can change from outside.
const PASSING: [(u16, Option<&str>); 5] = [
    (403, Some("AccessDenied")),
    (403, Some("ExpiredToken")),
    (404, Some("NoSuchBucket")),
    (400, Some("KMS.DisabledException")),
    (418, None),
];

#[test]
fn events_wait_for_a_person_and_are_never_dropped() {
    for (status, code) in [(301, Some("PermanentRedirect")), (400, Some("AccessControlListNotSupported"))] {
        let outcome = forward(&[Fault::Answer(status, code)], true);
        assert_eq!(outcome.summary.halt, Some(Halt::Target));
        assert_eq!((outcome.summary.fates.written, outcome.summary.fates.pending()), (0, 3), "{status} {code:?}");
        assert_eq!(outcome.keys.len(), 1, "{status} {code:?} must not be tried again");
        assert!(outcome.acknowledged.is_empty(), "what is pending stays with the source");
    }
    std::thread::scope(|scope| {
        for (status, code) in PASSING {
            scope.spawn(move || {
                let outcome = forward(&[Fault::Answer(status, code); 100], true);
                assert_eq!(outcome.summary.halt, Some(Halt::Target), "{status} {code:?}");
                assert_eq!((outcome.summary.fates.written, outcome.summary.fates.pending()), (0, 3));
                assert!(outcome.keys.len() > 1 && outcome.acknowledged.is_empty(), "{status} {code:?}");
            });
        }
    });
}

#[test]
fn parked_work_goes_on_by_itself_when_the_cause_goes_away() {
    for (status, code) in PASSING {
        let outcome = forward(&[Fault::Answer(status, code); 2], true);
        assert_eq!((outcome.summary.fates.written, outcome.lines), (3, 3), "{status} {code:?}");
        assert!(
            outcome.keys.len() == 3 && outcome.keys.iter().all(|key| *key == outcome.keys[0]),
            "{:?}",
            outcome.keys
        );
        assert!(outcome.summary.is_complete() && outcome.summary.refusal.is_none());
    }
}

#[test]
fn retries_end_at_the_deadline_and_leave_everything_pending() {
    let started = std::time::Instant::now();
    let outcome = forward(&[Fault::Answer(503, None); 100], true);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.pending()), (0, 3));
    assert!(started.elapsed().as_secs() < 30);
    assert!(outcome.keys.len() > 2 && outcome.acknowledged.is_empty());
}

#[test]
fn a_target_that_always_reports_a_taken_name_is_given_up() {
    let outcome = forward(&[Fault::Answer(412, None); 100], true);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.pending()), (0, 3));
    let names: std::collections::BTreeSet<_> = outcome.keys.iter().collect();
    assert_eq!(names.len(), outcome.keys.len(), "each attempt has another name");
    assert!(outcome.keys.len() < 10);
}

#[test]
fn a_write_whose_answers_were_all_lost_is_found_by_reading() {
    let script = [&[Fault::LostAfter][..], &[Fault::Answer(403, Some("ExpiredToken")); 100]].concat();
    let outcome = forward(&script, true);
    assert_eq!((outcome.summary.fates.written, outcome.summary.fates.pending()), (3, 0));
    let fates = forward(&script, false).summary.fates;
    assert_eq!((fates.written, fates.unconfirmed, fates.pending()), (0, 3, 0));
}

/// `conform faults` as a user runs it.
fn matrix(arguments: &[&str]) -> (i32, serde_json::Value) {
    let output =
        program().args(["conform", "faults", "--format", "json", "--deadline", "3"]).args(arguments).output().unwrap();
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

#[test]
fn faults_lose_and_duplicate_no_event() {
    let (code, report) = matrix(&[]);
    assert_eq!(code, 0, "{report:#}");
    let runs = report["summary"]["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 2 * mp_forwarding::store::Fault::ALL.len());
    for run in runs {
        let count = |name: &str| run[name].as_u64().unwrap();
        assert_eq!((count("lost"), count("duplicated")), (0, 0), "{run}");
        assert!(count("affected") > 0, "{run}");
        assert!(count("unconfirmed") == 0 || run["may_read"] == false, "{run}");
        assert_eq!(count("written") + count("unconfirmed") + count("pending"), 48, "{run}");
    }
    let pending = |fault: &str| {
        let of = runs.iter().filter(|run| run["fault"] == fault);
        of.map(|run| run["pending"].as_u64().unwrap()).sum::<u64>()
    };
    assert!(pending("expired-token") > 0 && pending("wrong-region") > 0 && pending("outage") > 0);
    let region = runs.iter().find(|run| run["fault"] == "wrong-region").unwrap();
    assert!(region["refusal"].as_str().unwrap().contains("the bucket is in `eu-central-1`"), "{region}");
}

#[test]
fn faults_are_named_and_an_unknown_one_is_refused() {
    let (code, report) = matrix(&["slow-down", "--seed", "3"]);
    assert_eq!((code, report["summary"]["runs"].as_array().unwrap().len()), (0, 2));
    let unknown = program().args(["conform", "faults", "slow"]).output();
    let unknown = unknown.unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("slow-down, too-many-requests"));
}

/// A forwarder that treats every answer as success: a test double to show that the matrix detects it.
struct Careless;

#[async_trait]
impl mp_forwarding::conform::Deliverer for Careless {
    fn name(&self) -> String {
        "a careless forwarder".to_owned()
    }

    async fn deliver(
        &self,
        scenario: &mp_forwarding::conform::Scenario,
    ) -> Result<mp_forwarding::conform::Delivered, mp_forwarding::conform::SubjectError> {
        for (index, line) in scenario.input.split_inclusive(|byte| *byte == b'\n').enumerate() {
            for attempt in 0..2 {
                let object = Object {
                    // A new name for each attempt, as in a writer that names a file when sending it.
                    key: format!("careless_20260301000000{index:06}_1000{attempt}.txt"),
                    body: line.to_vec().into(),
                    content_type: "text/plain; charset=utf-8",
                    encryption: None,
                    acl: None,
                };
                if scenario.writer.put(&object).await.is_ok() {
                    break;
                }
            }
        }
        Ok(mp_forwarding::conform::Delivered::default())
    }
}

#[tokio::test]
async fn faults_show_what_an_incorrect_forwarder_loses_and_repeats() {
    use mp_forwarding::store::Fault;
    let server = Embedded::start(None).await.unwrap();
    let faults = [Fault::ExpiredToken, Fault::ResetAfter];
    let report = mp_forwarding::conform::run_faults(Arc::new(Careless), &server, &faults, 7, 3, std::future::pending());
    let report = report.await.unwrap();
    assert!(!report.is_ok());
    let of = |fault: Fault| report.summary.runs.iter().find(|run| run.fault == fault.name()).unwrap();
    assert!(of(Fault::ExpiredToken).lost > 0 && of(Fault::ExpiredToken).duplicated == 0);
    assert!(of(Fault::ResetAfter).duplicated > 0 && of(Fault::ResetAfter).lost == 0);
}
