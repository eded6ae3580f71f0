//! `validate` on buckets: real servers, and a test double for failures that they cannot produce.

use std::collections::BTreeMap;
use std::io;
use std::pin::Pin;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::report::Validation;
use mp_forwarding::report::model::{Finding, Report};
use mp_forwarding::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};
use mp_forwarding::validate::{Bucket, Input, InputError, Options, Outcome};
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::support::program::program_as_root;
use crate::support::servers::Server;

const RIGHT: &str = r#"{"events":[{"data":{"event_name":"a","timestamp_unixtime_ms":"1772323200000","event_id":"1"},"event_type":"custom_event"}],"environment":"production"}"#;
const BUCKET: &str = "acme-exports";

/// The result of a request for an object.
#[derive(Clone, Copy)]
enum Fault {
    /// This number of answers break off after half of the bytes.
    Breaks(usize),
    /// The answer has no byte, and no end.
    Silent,
    /// One byte every 100 ms.
    Trickles,
    /// The answer has more bytes than the listing says.
    Longer,
    /// The object no longer exists.
    Gone,
    Answers(u16, &'static str),
}

/// Lists and returns objects, and fails on purpose.
#[derive(Default)]
struct FaultyBucket {
    objects: BTreeMap<String, Vec<u8>>,
    faults: BTreeMap<String, Fault>,
    broken: Mutex<BTreeMap<String, usize>>,
    gets: AtomicUsize,
    /// Objects that are replaced between two requests.
    replaced: Vec<String>,
    /// How long an answer takes.
    delay: Duration,
    /// The requests for objects that are being answered, and their largest number.
    open: (AtomicUsize, AtomicUsize),
}

struct Breaks;

impl AsyncRead for Breaks {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }
}

/// Hands out one byte every 100 ms, or none.
struct Slow(Option<tokio::time::Interval>);

impl AsyncRead for Slow {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Some(interval) = &mut self.0 else { return Poll::Pending };
        std::task::ready!(interval.poll_tick(context));
        into.put_slice(b"{");
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Store for FaultyBucket {
    fn name(&self) -> String {
        "a faulty bucket".to_owned()
    }

    async fn put(&self, _: &Object) -> Result<(), StoreError> {
        panic!("a reader writes nothing")
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.gets.fetch_add(1, Ordering::Relaxed);
        let open = self.open.0.fetch_add(1, Ordering::Relaxed) + 1;
        self.open.1.fetch_max(open, Ordering::Relaxed);
        tokio::time::sleep(self.delay).await;
        self.open.0.fetch_sub(1, Ordering::Relaxed);
        let bytes = self.objects[key].clone();
        let meta = meta(key, &bytes, "same");
        let fetched = |body| Ok(Fetched { meta, body });
        match self.faults.get(key) {
            Some(Fault::Gone) => Err(StoreError::answered("GetObject", key, 404, Some("NoSuchKey"), "")),
            Some(Fault::Answers(status, code)) => Err(StoreError::answered("GetObject", key, *status, Some(code), "")),
            Some(Fault::Silent) => fetched(Box::pin(Slow(None))),
            Some(Fault::Trickles) => fetched(Box::pin(Slow(Some(tokio::time::interval(Duration::from_millis(100)))))),
            Some(Fault::Longer) => fetched(Box::pin(io::Cursor::new(bytes.repeat(2)))),
            Some(Fault::Breaks(times)) => {
                let mut broken = self.broken.lock().unwrap();
                let broken = broken.entry(key.to_owned()).or_default();
                *broken += 1;
                let half = bytes.len() / 2;
                match *broken <= *times {
                    true => fetched(Box::pin(io::Cursor::new(bytes[..half].to_vec()).chain(Breaks))),
                    false => fetched(Box::pin(io::Cursor::new(bytes))),
                }
            }
            None => fetched(Box::pin(io::Cursor::new(bytes))),
        }
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        let replaced = self.replaced.iter().any(|replaced| replaced == key);
        Ok(self.objects.get(key).map(|bytes| meta(key, bytes, if replaced { "another" } else { "same" })))
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        let start = continuation.map_or(0, |number| number.parse().unwrap());
        let objects: Vec<_> = self.objects.iter().filter(|(key, _)| key.starts_with(prefix)).collect();
        let page = objects.iter().skip(start).take(3).map(|(key, bytes)| meta(key, bytes, "same")).collect();
        let continuation = (start + 3 < objects.len()).then(|| (start + 3).to_string());
        Ok(Page { objects: page, continuation, ..Page::default() })
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        panic!("a reader deletes nothing")
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        panic!("a reader creates no buckets")
    }
}

fn meta(key: &str, bytes: &[u8], etag: &str) -> ObjectMeta {
    ObjectMeta {
        key: key.to_owned(),
        size: bytes.len() as u64,
        etag: Some(etag.to_owned()),
        modified_at: None,
        headers: None,
    }
}

fn key(number: usize) -> String {
    format!("exports/2026-03-01/Shop_20260301000000000000_{:05}.txt", 10_000 + number)
}

/// Ten objects with a hundred lines each, some with a failure.
fn bucket(faults: &[(usize, Fault)]) -> FaultyBucket {
    let text = format!("{RIGHT}\n").repeat(100).into_bytes();
    FaultyBucket {
        objects: (0..10).map(|number| (key(number), text.clone())).collect(),
        faults: faults.iter().map(|(number, fault)| (key(*number), *fault)).collect(),
        ..FaultyBucket::default()
    }
}

fn check(bucket: FaultyBucket) -> (Outcome, usize) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = Arc::new(bucket);
    let patience = Duration::from_millis(300);
    let bucket = Bucket::new(BUCKET, store.clone(), runtime.handle().clone(), patience);
    let inputs: Vec<Input> = bucket.list("exports/", &|_| {}).unwrap();
    let options = Options::new(Edition { form: Form::Outbound, strict: false });
    let outcome = mp_forwarding::validate::validate(&inputs, &options, &|_| {});
    (outcome, store.gets.load(Ordering::Relaxed))
}

#[test]
fn all_pages_are_read_and_nothing_is_requested_twice() {
    let (outcome, gets) = check(bucket(&[]));
    assert_eq!((outcome.files, outcome.lines, outcome.wrong_lines, gets), (10, 1000, 0, 10));
    assert_eq!(outcome.faults.count(), 0);
}

#[test]
fn objects_are_read_as_many_at_once_as_help_or_as_were_asked_for() {
    let text = format!("{RIGHT}\n").into_bytes();
    let slow = || FaultyBucket {
        objects: (0..400).map(|number| (key(number), text.clone())).collect(),
        delay: Duration::from_millis(20),
        ..FaultyBucket::default()
    };
    let at_once = |fetches: Option<usize>| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let store = Arc::new(slow());
        let bucket = Bucket::new(BUCKET, store.clone(), runtime.handle().clone(), Duration::from_secs(1));
        let mut options = Options::new(Edition { form: Form::Outbound, strict: false });
        options.jobs = 2.try_into().unwrap();
        options.fetches = fetches.and_then(|fetches| fetches.try_into().ok());
        // Given keys are opened without being listed.
        let outcome = mp_forwarding::validate::validate(&bucket.objects((0..400).map(key)), &options, &|_| {});
        assert_eq!((outcome.lines, outcome.errors.len()), (400, 0));
        store.open.1.load(Ordering::Relaxed)
    };
    assert_eq!(at_once(Some(3)), 3);
    let adaptive = at_once(None);
    assert!((12..=64).contains(&adaptive), "{adaptive}");
}

#[test]
fn deleted_objects_are_reported_and_the_rest_is_checked() {
    let (outcome, _) = check(bucket(&[(3, Fault::Gone), (7, Fault::Gone)]));
    assert_eq!((outcome.vanished, outcome.files, outcome.lines, outcome.errors.len()), (2, 8, 800, 0));
}

#[test]
fn an_answer_that_breaks_off_is_continued() {
    let (outcome, gets) = check(bucket(&[(0, Fault::Breaks(1)), (5, Fault::Breaks(3))]));
    assert_eq!((outcome.lines, outcome.wrong_lines, outcome.errors.len()), (1000, 0, 0), "{:?}", outcome.errors);
    assert!(gets > 10);
}

#[test]
fn an_object_that_is_replaced_while_reading_is_an_error() {
    let (outcome, _) = check(FaultyBucket { replaced: vec![key(4)], ..bucket(&[(4, Fault::Breaks(1))]) });
    assert_eq!((outcome.errors.len(), outcome.unread), (1, 0));
    assert!(outcome.lines >= 900, "{}", outcome.lines);
    let text = format!("{:?}", outcome.errors[0]);
    assert!(text.contains("replaced or deleted"), "{text}");
}

#[test]
fn a_server_that_is_silent_or_sends_a_byte_at_a_time_is_given_up_at_the_deadline() {
    for (fault, said) in [(Fault::Silent, "sent 0 bytes in 1 s"), (Fault::Trickles, "bytes in 1 s")] {
        let started = std::time::Instant::now();
        let (outcome, _) = check(bucket(&[(9, fault)]));
        let text = format!("{:?}", outcome.errors);
        assert!(text.contains(said) && outcome.lines == 900, "{} lines, {text}", outcome.lines);
        // A deadline below a second counts as one second.
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    }
}

#[test]
fn an_answer_that_is_longer_than_the_object_is_an_error_about_this_object() {
    let (outcome, _) = check(bucket(&[(4, Fault::Longer)]));
    assert!(format!("{:?}", outcome.errors).contains("more than the"), "{:?}", outcome.errors);
    assert_eq!((outcome.errors.len(), outcome.unread), (1, 0));
}

#[test]
fn a_refused_object_does_not_affect_the_others() {
    for code in ["AccessDenied", "InvalidObjectState", "KMS.DisabledException"] {
        let (outcome, _) = check(bucket(&[(2, Fault::Answers(403, code))]));
        assert_eq!((outcome.errors.len(), outcome.lines, outcome.unread), (1, 900, 0), "{code}");
        assert!(outcome.errors[0].is_of_target(), "{code}");
    }
}

#[test]
fn a_target_that_refuses_everything_is_not_asked_ten_thousand_times() {
    for (status, code) in [(403, "ExpiredToken"), (503, "SlowDown"), (404, "NoSuchBucket")] {
        let faults: Vec<_> = (0..10).map(|number| (number, Fault::Answers(status, code))).collect();
        let mut bucket = bucket(&faults);
        let text = bucket.objects[&key(0)].clone();
        bucket.objects.extend((10..1000).map(|number| (key(number), text.clone())));
        let (outcome, _) = check(bucket);
        assert!(outcome.unread > 900 && !outcome.errors.is_empty(), "{code}: {}", outcome.unread);
    }
}

#[test]
fn an_empty_prefix_is_reported() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bucket = Bucket::new(BUCKET, Arc::new(bucket(&[])), runtime.handle().clone(), Duration::ZERO);
    let error = bucket.list("Exports/", &|_| {}).unwrap_err();
    assert!(matches!(error, InputError::Empty { .. }) && error.to_string().contains("s3://acme-exports/Exports/"));
    assert!(!error.is_of_target());
}

/// The number of objects on each real server.
const OBJECTS: usize = 1200;

#[tokio::test]
async fn a_prefix_on_each_server_is_checked_with_its_keys() {
    for server in [Server::minio, Server::seaweedfs].into_iter().filter_map(|start| start()) {
        let s3 = server.client();
        s3.create_bucket().bucket(BUCKET).send().await.unwrap();
        let text = format!("{RIGHT}\n").repeat(3);
        let put =
            |key: String, text: String| s3.put_object().bucket(BUCKET).key(key).body(text.into_bytes().into()).send();
        for number in 0..OBJECTS {
            put(key(number), text.clone()).await.unwrap();
        }
        put("exports/mParticle_Bucket_Verification_20260301-000000.txt".to_owned(), "{}".to_owned()).await.unwrap();
        let all = format!("s3://{BUCKET}/exports/");
        let (report, code) = report(&server, &[&all]);
        assert_eq!(
            (code, report.summary.files, report.summary.verification_objects),
            (0, OBJECTS as u64 + 1, 1),
            "{}",
            server.name()
        );
        // All objects have the same bytes, which is reported and no fault (U-28).
        let is_fault = |finding: &&Finding| finding.clause.as_deref() != Some("U-28");
        let faults = report.findings.iter().filter(is_fault).count();
        assert_eq!((report.summary.lines, faults), (3 * OBJECTS as u64, 0), "{}", server.name());

        let (report, _) = self::report(&server, &[&all, "--sample", "1%", "--seed", "3"]);
        let sample = report.summary.sample.unwrap();
        assert_eq!(
            (sample.selected, sample.of, report.summary.files),
            (13, OBJECTS as u64 + 1, 13),
            "{}",
            server.name()
        );

        put("exports/2026-3-1/Shop_20260301000000000000_99999.txt".to_owned(), text.clone()).await.unwrap();
        put("exports/2026-03-01/renamed.txt".to_owned(), "{\"environment\":\"test\"}\n".to_owned()).await.unwrap();
        let (report, code) = self::report(&server, &[&all]);
        let clauses: Vec<&str> =
            report.findings.iter().filter(is_fault).filter_map(|finding| finding.clause.as_deref()).collect();
        assert_eq!((code, clauses), (1, vec!["NAME-1", "DTO-8", "LAY-2"]), "{}", server.name());
        assert_eq!(
            report.findings[0].places[0].object.as_deref(),
            Some("s3://acme-exports/exports/2026-03-01/renamed.txt")
        );

        clear_refusals(&server);
    }
}

/// An error is one line with a remedy, and the exit code shows its kind.
fn clear_refusals(server: &Server) {
    for (path, wrong, code, parts) in [
        ("s3://acme-missing/exports/", None, 3, &["NoSuchBucket", "acme-missing"][..]),
        ("s3://acme-exports/Exports/", None, 2, &["there is nothing to check", "s3://acme-exports/Exports/"]),
        ("s3://acme-exports/exports/", Some(("AWS_SECRET_ACCESS_KEY", "not-the-secret")), 3, &["secret access key"]),
        ("s3://Acme/exports/", None, 2, &["only lower-case letters"]),
    ] {
        let mut command = validate(&server.endpoint(), &[path]);
        command.envs(wrong);
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{}: {path}: {text}", server.name());
        assert!(parts.iter().all(|part| text.contains(part)), "{}: {path}: {text}", server.name());
        assert!(!text.contains("not-the-secret") && text.matches("error: ").count() == 1, "{text}");
    }
}

#[test]
fn an_unreachable_endpoint_is_reported_within_the_deadline() {
    // On a machine that runs tests, no program listens on the discard port.
    let output = validate("http://127.0.0.1:9", &["s3://acme-exports/", "--deadline", "1"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{text}");
    assert!(text.contains("127.0.0.1:9") && text.contains("check the endpoint"), "{text}");
}

fn validate(endpoint: &str, arguments: &[&str]) -> Command {
    let mut program = program_as_root();
    program.arg("validate").args(arguments).args(["--endpoint", endpoint]);
    program
}

fn report(server: &Server, arguments: &[&str]) -> (Report<Validation>, i32) {
    let output: Output = validate(&server.endpoint(), arguments).args(["--format", "json"]).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (report, output.status.code().unwrap())
}
