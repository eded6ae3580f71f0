//! Windows and sessions in the whole engine (BAT-1, BAT-2).

use std::io::Write;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use mp_forwarding::conform::Object;
use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::forward::{Block, Engine, FixedClock, Record, Source, SourceError};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{Embedded as Server, S3Store, Store};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::program;

const CLOCK: &str = "2026-03-01T00:00:00Z";
const T: i64 = 1_700_000_000_000;

fn start(server: &Embedded, folder: &TempDir, more: &str, options: &[&str]) -> Child {
    program()
        .args(["forward", "--quiet", "--input", "-", "--settings"])
        .arg(embedded::settings(folder.path(), server, more))
        .args(options)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap()
}

fn lines(objects: &[Object]) -> Vec<Value> {
    let texts = objects.iter().map(|object| std::str::from_utf8(object.text.as_ref().unwrap()).unwrap());
    texts.flat_map(str::lines).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn batch(device: &str, after: i64) -> String {
    let at = T + after;
    format!(
        r#"{{"environment":"production","mpid":"1","mp_deviceid":"{device}","timestamp_unixtime_ms":"{at}","events":[{{"event_type":"profile","data":{{"event_id":"{after}","timestamp_unixtime_ms":"{at}"}}}}]}}"#
    ) + "\n"
}

#[test]
fn chunks_of_the_input_change_neither_lines_nor_ledger() {
    let input: String = Synthesizer::new(5, CLOCK.parse().unwrap()).take(60).map(|line| line + "\n").collect();
    let forward = |piece: usize| {
        let server = Embedded::start();
        let folder = TempDir::new().unwrap();
        let ledger = folder.path().join("ledger.ndjson");
        let more = "wait_for_complete_batch = true\n";
        let mut child = start(&server, &folder, more, &["--clock", CLOCK, "--ledger", ledger.to_str().unwrap()]);
        let mut stdin = child.stdin.take().unwrap();
        for piece in input.as_bytes().chunks(piece) {
            stdin.write_all(piece).unwrap();
            stdin.flush().unwrap();
        }
        drop(stdin);
        assert!(child.wait().unwrap().success());
        // Uploads end in any order, and the ledger has a file's entries where its upload ended.
        let mut entries: Vec<_> = std::fs::read_to_string(ledger).unwrap().lines().map(str::to_owned).collect();
        entries.sort_unstable();
        (server.objects(), entries)
    };
    let whole = forward(input.len());
    assert!(!whole.0.is_empty());
    assert!(whole == forward(1_000));
    assert!(whole == forward(33_333));
}

#[test]
fn no_file_crosses_a_folder() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let path = embedded::settings(folder.path(), &server, "");
    let text = std::fs::read_to_string(&path).unwrap().replace("= \"none\"", "= \"event_time\"");
    std::fs::write(&path, text).unwrap();
    let mut child = program()
        .args(["forward", "--quiet", "--clock", CLOCK, "--input", "-", "--settings"])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let hour = 3_600_000;
    for step in 0..200 {
        stdin.write_all(batch(&(step % 7).to_string(), step * hour / 20).as_bytes()).unwrap();
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    let objects = server.objects();
    assert!(objects.len() > 1);
    for object in &objects {
        for line in lines(std::slice::from_ref(object)) {
            let at = line["events"][0]["data"]["timestamp_unixtime_ms"].as_str().unwrap().parse().unwrap();
            let date = TimeZone::UTC.to_datetime(Timestamp::from_millisecond(at).unwrap()).date();
            assert!(object.key.starts_with(&format!("{date}/")), "{}: {date}", object.key);
        }
    }
}

#[test]
fn a_window_closes_while_the_pipe_delivers_nothing() {
    let server = Embedded::start();
    let folder = TempDir::new().unwrap();
    let path = embedded::settings(folder.path(), &server, "");
    let text = std::fs::read_to_string(&path).unwrap();
    let text = text.replace("[engine]\n", "[engine]\nwindow_seconds = 2\nmax_file_age_seconds = 1\n");
    std::fs::write(&path, text).unwrap();
    let mut child = program()
        .args(["forward", "--quiet", "--input", "-", "--settings"])
        .arg(&path)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // The timestamps are years ago. Time advances from there, and batches that arrive together stay together.
    stdin.write_all((batch("a", 0) + &batch("a", 1_999)).as_bytes()).unwrap();
    stdin.flush().unwrap();
    let begun = Instant::now();
    while server.objects().is_empty() {
        assert!(begun.elapsed() < Duration::from_secs(60), "the window never closed");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(child.try_wait().unwrap().is_none());
    assert_eq!(lines(&server.objects())[0]["events"].as_array().unwrap().len(), 2);
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// Delivers one record at a time and records which ones were acknowledged before.
struct OneByOne {
    records: Vec<String>,
    handed: usize,
    acknowledged: Vec<u64>,
    seen: Vec<Vec<u64>>,
}

#[async_trait]
impl Source for OneByOne {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        // By then everything that can be delivered was delivered.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        self.seen.push(self.acknowledged.clone());
        let Some(text) = self.records.get(self.handed) else { return Ok(None) };
        let text = text.trim_end().as_bytes().to_vec();
        let length = text.len();
        let sequence = self.handed as u64;
        self.handed += 1;
        let record = Record { sequence, line: sequence + 1, offset: 0, length: length as u64, range: 0..length };
        Ok(Some(Block { input: "records".into(), text, records: vec![record], spooled: None }))
    }

    fn acknowledge(&mut self, sequence: u64) {
        self.acknowledged.push(sequence);
    }
}

#[test]
fn records_in_an_open_window_are_not_acknowledged() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Server::start(None).await.unwrap();
        let store = Arc::new(S3Store::connect(server.config("mp-forwarding-waits")).await.unwrap());
        store.create_bucket().await.unwrap();
        let mut settings = Settings::new(Connection::new("mp-forwarding-waits".parse().unwrap(), DateFolders::None));
        settings.engine.max_file_lines = 1;
        // A file closes when the line after its only line arrives, so the second window closes the first file.
        let minute = 60_000;
        let records =
            [batch("a", 0), batch("a", 1), batch("b", 20 * minute), batch("c", 40 * minute), batch("d", 60 * minute)];
        let mut source = OneByOne { records: records.into(), handed: 0, acknowledged: Vec::new(), seen: Vec::new() };
        let engine = Engine::builder(settings, store).clock(FixedClock(CLOCK.parse().unwrap())).seed(1).build();
        let summary = engine.run(&mut source, std::future::pending()).await.unwrap();
        assert_eq!((summary.fates.written, summary.lines), (5, 4));
        assert!(source.seen[..4].iter().all(Vec::is_empty), "{:?}", source.seen);
        assert_eq!(source.seen[4], [0, 1], "the first window left when the second one did");
        source.acknowledged.sort_unstable();
        assert_eq!(source.acknowledged, [0, 1, 2, 3, 4]);
    });
}

#[test]
fn an_idle_source_does_not_delay_the_release_of_a_session() {
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let server = Server::start(None).await.unwrap();
        let store = Arc::new(S3Store::connect(server.config("mp-forwarding-silent")).await.unwrap());
        store.create_bucket().await.unwrap();
        let mut settings = Settings::new(Connection::new("mp-forwarding-silent".parse().unwrap(), DateFolders::None));
        settings.connection.wait_for_complete_batch = true;
        settings.engine.session_release_seconds = 1;
        let record = r#"{"mpid":1,"device_info":{"platform":"Android"},"timestamp_unixtime_ms":1700000000000,"events":[{"event_type":"profile","data":{"session_id":5,"timestamp_unixtime_ms":5}}]}"#;
        let records = vec![record.to_owned(), record.replace("1700000000000", "1700000000999")];
        let mut source = OneByOne { records, handed: 0, acknowledged: Vec::new(), seen: Vec::new() };
        let engine = Engine::builder(settings, store).seed(1).build();
        let summary = engine.run(&mut source, std::future::pending()).await.unwrap();
        assert_eq!(summary.lines, 2);
        let flags: Vec<String> = summary.flags.iter().map(|(flag, count)| format!("{flag} {count}")).collect();
        assert_eq!(flags, ["session_released 2", "timestamp_in_seconds 2"]);
    });
}
