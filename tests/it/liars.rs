//! The tester notices: an honest engine passes, and an engine whose store breaks one promise on the way fails on that
//! promise's clause, on others only where they are declared to follow from it.
//!
//! The liars are doubles by intent: each wraps a real store and changes what is put into it.

use std::io::{Read, Write};
use std::sync::Arc;

use async_trait::async_trait;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::conform::{Scenario, ServerTraits, Subject, SubjectError, Suite, plans};
use mp_forwarding::contract::raw;
use mp_forwarding::forward::{Engine, FixedClock, Input, KeepNone, NdjsonSource};
use mp_forwarding::report::{ConformanceReport, Fates, Status};
use mp_forwarding::settings::Settings;
use mp_forwarding::store::{Body, Embedded, Encryption, Object, ObjectMeta, Page, S3Store, Store, StoreError};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const NOW: &str = "2026-03-01T00:00:02Z";

/// What a liar does to an object before it is put; `None` puts nothing.
pub(crate) type Lie = fn(Object) -> Option<Object>;

struct LyingStore {
    honest: Arc<dyn Store>,
    lie: Lie,
}

#[async_trait]
impl Store for LyingStore {
    fn name(&self) -> String {
        self.honest.name()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        match (self.lie)(object.clone()) {
            Some(object) => self.honest.put(&object).await,
            None => Ok(()),
        }
    }

    async fn get(&self, key: &str) -> Result<Body, StoreError> {
        self.honest.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        self.honest.head(key).await
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.honest.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.honest.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.honest.create_bucket().await
    }
}

/// Our engine, writing through a store that lies.
struct Liar(Lie);

#[async_trait]
impl Subject for Liar {
    fn name(&self) -> String {
        "a liar".to_owned()
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let input = Input::Text { name: "input".to_owned(), text: scenario.input.clone() };
        let mut source = NdjsonSource::start(&[input], 1 << 20).map_err(|error| SubjectError(error.to_string()))?;
        let engine = Engine {
            settings: scenario.settings.clone(),
            store: Arc::new(LyingStore { honest: scenario.writer.clone(), lie: self.0 }),
            clock: Arc::new(FixedClock(scenario.clock.unwrap())),
            random: Box::new(ChaCha8Rng::seed_from_u64(7)),
            quarantine: Box::new(KeepNone),
            observer: Box::new(()),
            fail_fast: false,
        };
        let summary = engine.run(&mut source, std::future::pending()).await;
        Ok(Some(summary.map_err(|error| SubjectError(error.to_string()))?.ledger.fates()))
    }
}

fn judge(lie: Lie) -> ConformanceReport {
    let input: String = Synthesizer::new(7, NOW.parse().unwrap()).take(120).map(|line| line + "\n").collect();
    judge_with(&input, lie)
}

fn judge_with(input: &str, lie: Lie) -> ConformanceReport {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Embedded::start(None).await.unwrap();
        let now = NOW.parse().unwrap();
        let mut scenarios = Vec::new();
        for plan in plans(&"mp-forwarding-liars".parse().unwrap()) {
            let config = server.config(&format!("mp-forwarding-{}", plan.name));
            let store = Arc::new(S3Store::connect(config).await.unwrap());
            store.create_bucket().await.unwrap();
            scenarios.push(Scenario {
                name: plan.name.clone(),
                settings: Settings::new(plan.connection),
                input: input.as_bytes().into(),
                clock: Some(now),
                root: String::new(),
                writer: store.clone(),
                store,
                server: ServerTraits::default(),
            });
        }
        Suite::new(&Liar(lie)).scenarios(scenarios).seed(Some(7)).run().await.unwrap()
    })
}

fn failed(report: &ConformanceReport) -> Vec<&str> {
    let failed = report.checks.iter().filter(|check| check.status == Status::Fail);
    failed.map(|check| check.clause.as_str()).collect()
}

/// The lie is caught by its own check, and by others only as a declared consequence of it.
fn assert_caught(lie: Lie, clause: &str) {
    assert_caught_in(&judge(lie), clause);
}

/// The same over an input of its own, on which an honest engine passes.
pub(crate) fn assert_caught_with(input: &str, lie: Lie, clause: &str) {
    assert_eq!(failed(&judge_with(input, Some)), Vec::<&str>::new());
    assert_caught_in(&judge_with(input, lie), clause);
}

fn assert_caught_in(report: &ConformanceReport, clause: &str) {
    let failed = failed(report);
    assert!(failed.contains(&clause), "{clause} did not notice; {failed:?} did");
    for check in report.checks.iter().filter(|check| check.status == Status::Fail && check.clause != clause) {
        let follows = check.consequence_of.iter().any(|cause| cause == clause);
        assert!(follows, "{} failed too and does not follow from {clause}: {:?}", check.clause, check.findings.first());
    }
}

/// Changes the text of an object, whichever way it is stored.
pub(crate) fn edit(mut object: Object, change: impl FnOnce(String) -> String) -> Option<Object> {
    let gzip = object.body.starts_with(&[0x1f, 0x8b]);
    let mut text = String::new();
    if gzip {
        GzDecoder::new(&object.body[..]).read_to_string(&mut text).unwrap();
    } else {
        text.push_str(std::str::from_utf8(&object.body).unwrap());
    }
    let text = change(text).into_bytes();
    object.body = if gzip {
        let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&text).unwrap();
        encoder.finish().unwrap().into()
    } else {
        text.into()
    };
    Some(object)
}

/// Changes the last segment of a key.
fn rename(mut object: Object, change: impl FnOnce(&str) -> String) -> Option<Object> {
    let (folder, name) = match object.key.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), change(name)),
        None => (String::new(), change(&object.key)),
    };
    object.key = folder + &name;
    Some(object)
}

#[test]
fn an_honest_engine_passes_every_check() {
    let report = judge(Some);
    assert_eq!(failed(&report), Vec::<&str>::new());
    assert!(report.checks.iter().all(|check| check.status == Status::Pass), "{:?}", report.checks);
}

#[test]
fn drops_an_event() {
    assert_caught(
        |object| {
            edit(object, |text| {
                let (line, rest) = text.split_once('\n').unwrap();
                let events = raw::members(line).and_then(|batch| raw::elements(raw::find(&batch, "events")?));
                match events.as_deref() {
                    Some([first, _, ..]) => format!("{}\n{rest}", line.replace(&format!("{first},"), "")),
                    _ => text,
                }
            })
        },
        "DELIVERY-1",
    );
}

#[test]
fn drops_a_line() {
    assert_caught(
        |object| {
            edit(object, |text| match text.split_once('\n') {
                Some((_, rest)) if !rest.is_empty() => rest.to_owned(),
                _ => text,
            })
        },
        "DELIVERY-1",
    );
}

#[test]
fn writes_a_line_twice() {
    assert_caught(
        |object| edit(object, |text| format!("{}\n{text}", text.split('\n').next().unwrap_or_default())),
        "DELIVERY-1",
    );
}

#[test]
fn drops_a_whole_file() {
    assert_caught(|object| (!object.key.contains("shop")).then_some(object), "DELIVERY-1");
}

#[test]
fn puts_files_into_the_wrong_date_folder() {
    assert_caught(
        |mut object| {
            object.key = object.key.replace("2026-02-28/", "2026-02-27/");
            Some(object)
        },
        "LAY-3",
    );
}

#[test]
fn writes_names_without_microseconds() {
    assert_caught(
        |object| {
            rename(object, |name| {
                let (rest, number) = name.rsplit_once('_').unwrap();
                format!("{}_{number}", &rest[..rest.len() - 6])
            })
        },
        "NAME-1",
    );
}

#[test]
fn draws_numbers_of_four_digits() {
    assert_caught(
        |object| {
            rename(object, |name| {
                let (rest, number) = name.rsplit_once('_').unwrap();
                format!("{rest}_{}", &number[1..])
            })
        },
        "NAME-1",
    );
}

#[test]
fn writes_plain_bytes_where_gzip_was_asked_for() {
    assert_caught(
        |mut object| {
            if object.body.starts_with(&[0x1f, 0x8b]) {
                let mut text = Vec::new();
                GzDecoder::new(&object.body[..]).read_to_end(&mut text).unwrap();
                object.body = text.into();
            }
            Some(object)
        },
        "FILE-2",
    );
}

#[test]
fn forgets_the_last_newline() {
    assert_caught(|object| edit(object, |text| text.trim_end_matches('\n').to_owned()), "FILE-1");
}

#[test]
fn ignores_the_folder_name() {
    assert_caught(
        |mut object| {
            object.key = object.key.replace("exports/", "exported/");
            Some(object)
        },
        "LAY-1",
    );
}

#[test]
fn writes_integers_as_numbers() {
    assert_caught(
        |object| {
            edit(object, |text| {
                let (line, rest) = text.split_once('\n').unwrap();
                let id = raw::members(line).and_then(|batch| raw::find(&batch, "batch_id"));
                match id {
                    Some(id) => format!("{}\n{rest}", line.replace(id, id.trim_matches('"'))),
                    None => text,
                }
            })
        },
        "DTO-1",
    );
}

/// The text of a line's events and each of them, if there are at least `least`.
fn events(line: &str, least: usize) -> Option<(&str, Vec<&str>)> {
    let events = raw::find(&raw::members(line)?, "events")?;
    let elements = raw::elements(events)?;
    (elements.len() >= least).then_some((events, elements))
}

/// The first two lines as one that holds the events of both.
fn join_two(text: String) -> String {
    let mut lines = text.splitn(3, '\n');
    let (Some(first), Some(second)) = (lines.next(), lines.next()) else { return text };
    match (events(first, 1), events(second, 1)) {
        (Some((own, one)), Some((_, other))) => {
            let all = format!("[{}]", [one, other].concat().join(","));
            format!("{}\n{}", first.replace(own, &all), lines.next().unwrap_or_default())
        }
        _ => text,
    }
}

#[test]
fn cuts_a_window_in_two() {
    assert_caught(
        |object| {
            // Only windows are gathered below this folder, not sessions.
            if !object.key.starts_with("exports/") {
                return Some(object);
            }
            edit(object, |text| {
                let (line, rest) = text.split_once('\n').unwrap();
                match events(line, 2) {
                    Some((all, each)) => {
                        let with = |some: &[&str]| line.replace(all, &format!("[{}]", some.join(",")));
                        format!("{}\n{}\n{rest}", with(&each[..1]), with(&each[1..]))
                    }
                    None => text,
                }
            })
        },
        "BAT-1",
    );
}

#[test]
fn gathers_what_two_devices_sent_into_one_line() {
    assert_caught(
        |object| if object.key.starts_with("exports/") { edit(object, join_two) } else { Some(object) },
        "BAT-1",
    );
}

#[test]
fn writes_two_events_on_a_line_that_is_for_one() {
    assert_caught(
        |object| {
            // The one case that compresses and has no folder is the one without batching.
            let is_single = object.body.starts_with(&[0x1f, 0x8b]) && !object.key.starts_with("exports/");
            if is_single { edit(object, join_two) } else { Some(object) }
        },
        "BAT-3",
    );
}

#[test]
fn asks_for_no_encryption_where_one_is_chosen() {
    assert_caught(|object| Some(Object { encryption: None, ..object }), "SSE-1");
}

#[test]
fn asks_for_encryption_where_none_is_chosen() {
    assert_caught(
        |object| Some(Object { encryption: object.encryption.or(Some(Encryption::Aes256)), ..object }),
        "SSE-1",
    );
}

#[test]
fn asks_for_another_encryption_than_the_chosen_one() {
    assert_caught(
        |object| {
            Some(Object { encryption: object.encryption.map(|_| Encryption::AwsKmsDsse { key_id: None }), ..object })
        },
        "SSE-1",
    );
}

#[test]
fn says_of_gzip_that_it_is_text() {
    assert_caught(|object| Some(Object { content_type: "text/plain; charset=utf-8", ..object }), "FILE-2");
}
