//! `forward` as a service: streams and growing files with a state, metrics, health and logs.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mp_forwarding::contract::object_key::ObjectKey;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::{PATH, program, run_with_input, text};
use crate::support::proxy::Proxy;

const DEAD: &str = "http://127.0.0.1:9";

struct Service {
    server: Embedded,
    folder: TempDir,
}

/// A batch with one event that has this id, `bytes` longer than it must be.
fn long_line(id: u64, bytes: usize) -> String {
    let more = "x".repeat(bytes);
    format!(
        "{{\"environment\":\"production\",\"mpid\":\"1\",\"events\":[{{\"event_type\":\"profile\",\"data\":{{\"event_id\":\"{id}\",\"more\":\"{more}\"}}}}]}}\n"
    )
}

fn line(id: u64) -> String {
    long_line(id, 0)
}

fn lines(ids: impl IntoIterator<Item = u64>) -> String {
    ids.into_iter().map(line).collect()
}

impl Service {
    fn new(engine: &str) -> Self {
        let service = Self { server: Embedded::start(), folder: TempDir::new().unwrap() };
        let settings = embedded::settings_text(&service.server, "send_as_batch = false\n");
        fs::write(service.path("connection.toml"), settings.replace("[engine]\n", &format!("[engine]\n{engine}\n")))
            .unwrap();
        service
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, options: &[&str]) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path());
        command.args(["forward", "--format", "json", "--settings", "connection.toml"]).args(options);
        command
    }

    /// A command that goes on.
    fn resumable(&self, options: &[&str]) -> Command {
        self.command(&[&["--state", "state"], options].concat())
    }

    fn start(&self, command: &mut Command) -> Child {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until the event with this id is in the spool.
    fn wait_until_spooled(&self, id: u64) {
        let wanted = format!("\"event_id\":\"{id}\"");
        wait_until(&wanted, || {
            let files = fs::read_dir(self.path("state/spool")).ok();
            let files = files.into_iter().flatten().map(|entry| fs::read(entry.unwrap().path()).unwrap_or_default());
            files.into_iter().any(|bytes| bytes.windows(wanted.len()).any(|window| window == wanted.as_bytes()))
        });
    }

    /// How often each event is in the bucket.
    fn found(&self) -> BTreeMap<u64, u64> {
        let mut found = BTreeMap::new();
        for object in self.server.objects() {
            for line in String::from_utf8(object.text.unwrap()).unwrap().lines() {
                let batch: Value = serde_json::from_str(line).unwrap();
                for event in batch["events"].as_array().unwrap() {
                    *found.entry(event["data"]["event_id"].as_str().unwrap().parse().unwrap()).or_default() += 1;
                }
            }
        }
        found
    }

    fn assert_once(&self, ids: std::ops::RangeInclusive<u64>) {
        assert_eq!(self.found(), ids.map(|id| (id, 1)).collect());
    }
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never comes: {what}");
        sleep(Duration::from_millis(20));
    }
}

fn terminate(child: &Child) {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(output)))
}

#[test]
fn what_was_taken_from_a_pipe_before_sigterm_is_delivered_by_the_next_start() {
    let service = Service::new("");
    let mut child = service.start(&mut service.resumable(&["--input", "-"]));
    let mut pipe = child.stdin.take().unwrap();
    let half = line(4);
    pipe.write_all((lines(1..=3) + &half[..30]).as_bytes()).unwrap();
    service.wait_until_spooled(3);
    terminate(&child);
    sleep(Duration::from_millis(150));
    // The line that it had begun is taken, the next one is not.
    pipe.write_all(&half.as_bytes()[30..]).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(text(&output).contains("the same command goes on from here"), "{}", text(&output));
    let output = run_with_input(&mut service.resumable(&["--input", "-"]), lines(5..=6));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!((&report(&output)["fates"]["written"], &report(&output)["complete"]), (&6.into(), &true.into()));
    service.assert_once(1..=6);
    assert!(!service.path("state/spool").exists(), "a finished run keeps no personal data");
}

/// Bug: the program took from a pipe before it listened for signals, so a signal during its start ended it with what it had taken.
#[test]
fn a_signal_during_the_start_does_not_end_the_process_before_what_was_taken_is_kept() {
    let service = Service::new("");
    for _ in 0..5 {
        let mut child = service.start(&mut service.resumable(&["--input", "-"]));
        child.stdin.as_ref().unwrap().write_all(line(1).as_bytes()).unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        while !service.path("state/spool").exists() && Instant::now() < end {
            sleep(Duration::from_micros(200));
        }
        terminate(&child);
        let _open = child.stdin.take();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}: {}", output.status, text(&output));
        fs::remove_dir_all(service.path("state")).unwrap();
    }
}

#[test]
fn the_end_of_a_stream_and_the_arrival_of_its_records_are_remembered() {
    let service = Service::new("");
    let begun = Timestamp::now();
    let dead = &mut service.resumable(&["--input", "-", "--deadline", "1", "--endpoint", DEAD]);
    let output = run_with_input(dead, lines(1..=2));
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let ended = Timestamp::now();
    sleep(Duration::from_millis(50));
    // The stream has ended, so nothing is taken from this one.
    let output = run_with_input(&mut service.resumable(&["--input", "-"]), lines(7..=8));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    service.assert_once(1..=2);
    for key in service.server.keys(embedded::BUCKET) {
        let at = ObjectKey::parse(&key, None).unwrap().name.forwarded_at;
        assert!(begun <= at && at <= ended, "{key}: the name has the time of the first start");
    }
    let output = run_with_input(&mut service.resumable(&["--input", "-"]), "");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let said = "nothing left to do; give another folder for another stream";
    assert!(text(&output).contains(said), "{}", text(&output));
}

#[test]
fn a_disk_that_is_full_ends_the_run_before_more_is_taken() {
    let service = Service::new("max_line_bytes = 1048576");
    let pipe = service.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    // It stays open, so that nothing that was not taken is lost.
    let mut held = OpenOptions::new().read(true).write(true).open(&pipe).unwrap();
    const LINES: u64 = 900;
    let writer = std::thread::spawn(move || {
        (1..=LINES).for_each(|id| held.write_all(long_line(id, 10_000).as_bytes()).unwrap());
        held
    });
    let resumable =
        ["forward", "--format", "json", "--settings", "connection.toml", "--state", "state", "--input", "pipe"];
    // A file larger than 12 MiB cannot be written, as on a full disk.
    let limited = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 12288; exec \"$0\" \"$@\"", PATH])
        .args(resumable)
        .current_dir(service.folder.path())
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(2), "{}", text(&limited));
    assert!(text(&limited).contains("cannot use the spool"), "{}", text(&limited));
    let child = service.start(&mut service.resumable(&["--input", "pipe"]));
    // Everything is in the pipe when this ends, and the stream ends when the pipe is closed.
    drop(writer.join().unwrap());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    service.assert_once(1..=LINES);
}

#[test]
fn what_cannot_be_read_on_is_refused() {
    let service = Service::new("");
    let refused = |options: &[&str], input: &[u8], reason: &str| {
        let output = run_with_input(&mut service.command(options), input);
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains(reason), "{reason}: {}", text(&output));
    };
    refused(&["--input", "-", "--state", "gzip"], &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0], "decompress it first");
    refused(&["--input", "-", "--state", "s", "--spool-limit", "1MiB"], b"", "must be at least 134217728");
    refused(&["--input", "-", "--spool-limit", "1GiB"], b"", "--state");
    refused(&["--input", "-", "--follow"], b"", "`--follow` is for files");
    refused(&["--input", "nothing/*.ndjson"], b"", "matches no file");
    fs::create_dir(service.path("empty")).unwrap();
    refused(&["--input", "empty"], b"", "there is no file in `empty`");
    // Fault: the state was an input of the next start, which was another run then. A ledger was forwarded as batches.
    fs::create_dir(service.path("in")).unwrap();
    fs::write(service.path("in/a.ndjson"), line(1)).unwrap();
    for option in ["--state", "--ledger", "--quarantine"] {
        for more in [&["--input", "in"][..], &["--input", "in", "--follow"], &["--input", "in/*"]] {
            refused(&[more, &[option, "in/own"]].concat(), b"", "`in/own` would be one of the files of `--input in");
        }
    }
    refused(&["--input", "in", "--report", "in/report.json"], b"", "write it to another place");
    assert_eq!(fs::read_dir(service.path("in")).unwrap().count(), 1);
}

#[test]
fn folders_and_patterns_are_inputs_and_a_dry_run_counts_them() {
    let service = Service::new("");
    fs::create_dir_all(service.path("in/deep")).unwrap();
    fs::write(service.path("in/b.ndjson"), lines(1..=2)).unwrap();
    fs::write(service.path("in/deep/a.ndjson"), line(3)).unwrap();
    fs::write(service.path("other.ndjson"), line(4)).unwrap();
    let inputs = ["--input", "in", "--input", "oth*.ndjson"];
    let output = service.command(&[&inputs[..], &["--dry-run", "--endpoint", DEAD]].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!((&report(&output)["fates"]["written"], &report(&output)["target"]), (&4.into(), &"a dry run".into()));
    assert!(service.found().is_empty());
    let output = service.command(&[&inputs[..], &["--input", "in/b.ndjson"]].concat()).output().unwrap();
    assert!(text(&output).contains("is given twice"), "{}", text(&output));
    let output = service.command(&inputs).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    service.assert_once(1..=4);
}

fn append(path: &PathBuf, text: &str) {
    OpenOptions::new().append(true).create(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn files_that_grow_are_followed_across_starts_and_renames() {
    let service = Service::new("max_file_age_seconds = 1");
    fs::create_dir(service.path("in")).unwrap();
    let (a, b) = (service.path("in/a.ndjson"), service.path("in/b.ndjson"));
    let half = line(3);
    append(&a, &(lines(1..=2) + &half[..40]));
    let follow = || service.resumable(&["--input", "in", "--follow"]);
    let child = service.start(&mut follow());
    wait_until("the first lines", || service.found().len() == 2);
    append(&a, &half[40..]);
    append(&b, &line(4));
    wait_until("what was appended, and a new file", || service.found().len() == 4);
    // The file is rotated.
    fs::rename(&a, service.path("in/a.ndjson.1")).unwrap();
    append(&a, &line(5));
    service.wait_until_spooled(5);
    terminate(&child);
    let output = child.wait_with_output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 3)), "{}", text(&output));
    append(&a, &line(6));
    append(&b, &line(7));
    let child = service.start(&mut follow());
    wait_until("what was appended meanwhile", || service.found().len() == 7);
    let _ = Command::new("kill").args(["-9", &child.id().to_string()]).status();
    child.wait_with_output().unwrap();
    append(&b, &line(8));
    let child = service.start(&mut follow());
    wait_until("what was appended after a kill", || service.found().len() == 8);
    terminate(&child);
    child.wait_with_output().unwrap();
    service.assert_once(1..=8);
    // A file that was cut is another one.
    fs::write(&b, line(9)).unwrap();
    let output = follow().output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("is no longer the file that was read up to byte"), "{}", text(&output));
    service.assert_once(1..=8);
}

/// Bug: looking at the beginning of a file moved the position of its reader, so that in a file of several blocks lines were read
/// twice and others were lost.
#[test]
fn a_followed_file_of_several_blocks_is_read_once() {
    for options in [&["--state", "state"][..], &[]] {
        let service = Service::new("max_file_age_seconds = 1");
        let several: String = (1..=300).map(|id| long_line(id, 12_000)).collect();
        fs::write(service.path("in.ndjson"), several).unwrap();
        let follow = [&["--input", "in.ndjson", "--follow"][..], options].concat();
        let child = service.start(&mut service.command(&follow));
        wait_until("the last line", || service.found().contains_key(&300));
        sleep(Duration::from_millis(1_500));
        terminate(&child);
        child.wait_with_output().unwrap();
        service.assert_once(1..=300);
    }
}

#[test]
fn files_are_followed_without_a_state() {
    let service = Service::new("max_file_age_seconds = 1");
    let file = service.path("a.ndjson");
    append(&file, &line(1));
    let child = service.start(&mut service.command(&["--input", "a.ndjson", "--follow"]));
    wait_until("the first line", || service.found().len() == 1);
    append(&file, &line(2));
    wait_until("the second line", || service.found().len() == 2);
    terminate(&child);
    child.wait_with_output().unwrap();
    service.assert_once(1..=2);
}

/// The status and the body of an answer.
fn get(url: &str, path: &str) -> (u16, String) {
    let host = url.strip_prefix("http://").unwrap();
    let mut socket = TcpStream::connect(host).unwrap();
    write!(socket, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[test]
fn metrics_are_shown_and_health_turns_red_while_nothing_is_written() {
    let service = Service::new("max_file_age_seconds = 1");
    let proxy = Proxy::start(&service.server.endpoint);
    let endpoint = proxy.endpoint();
    let options =
        ["--input", "-", "--metrics-listen", "127.0.0.1:0", "--unhealthy-after", "3s", "--deadline", "forever"];
    let mut command = service.resumable(&[&options[..], &["--endpoint", &endpoint]].concat());
    let mut child = service.start(command.arg("-v"));
    let mut pipe = child.stdin.take().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    let url = loop {
        log.read_line(&mut said).unwrap();
        if let Some((_, url)) = said.split_once("metrics are at ") {
            break url.trim().strip_suffix("/metrics").unwrap().to_owned();
        }
    };
    let reader = std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    let metric = |name: &str| {
        let (status, text) = get(&url, "/metrics");
        assert_eq!(status, 200, "{text}");
        let value =
            text.lines().find_map(|line| line.strip_prefix(&format!("mp_forwarding_{name} "))).map(str::to_owned);
        value.unwrap_or_else(|| panic!("{name} is missing: {text}")).parse::<f64>().unwrap()
    };
    pipe.write_all(lines(1..=2).as_bytes()).unwrap();
    wait_until("two written events", || metric("events_written_total") == 2.0);
    assert_eq!((metric("events_received_total"), metric("events_pending"), metric("objects_total")), (2.0, 0.0, 1.0));
    assert!(metric("spool_bytes") > 200.0 && metric("last_written_age_seconds") < 60.0);
    assert!(metric("raw_bytes_total") >= lines(1..=2).len() as f64);
    assert_eq!(metric("healthy"), 1.0);
    assert_eq!(get(&url, "/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(get(&url, "/other").0, 404);
    proxy.set_dead(true);
    pipe.write_all(line(3).as_bytes()).unwrap();
    wait_until("red health", || get(&url, "/healthz").0 == 503);
    let (_, problem) = get(&url, "/healthz");
    assert!(problem.contains("1 events are pending"), "{problem}");
    assert!(get(&url, "/metrics").1.contains("mp_forwarding_retries_total{cause="));
    // `forever` waits for the server, however long it is gone.
    proxy.set_dead(false);
    wait_until("green health", || get(&url, "/healthz").0 == 200);
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    reader.join().unwrap().unwrap();
    service.assert_once(1..=3);
}

#[test]
fn every_message_is_json_on_request() {
    let service = Service::new("");
    fs::write(service.path("a.ndjson"), lines(1..=2) + "\u{202e}no json\n").unwrap();
    let output = service.command(&["--input", "a.ndjson", "--log", "json", "-v"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let said = String::from_utf8(output.stderr).unwrap();
    let entries: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(entries.iter().all(|entry| entry["timestamp"].is_string() && entry["level"].is_string()), "{said}");
    assert!(
        entries
            .iter()
            .any(|entry| entry["level"] == "WARN" && entry["message"].as_str().unwrap().contains("a.ndjson:3"))
    );
    assert!(entries.iter().any(|entry| entry["message"] == "written" && entry["key"].is_string()), "{said}");
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    let output = service.command(&["--input", "a.ndjson", "--log", "json", "--region", secret]).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains(secret), "{said}");
    said.lines().for_each(|line| drop(serde_json::from_str::<Value>(line).expect(line)));
}

#[test]
fn a_deadline_of_forever_outlasts_a_dead_server() {
    let service = Service::new("");
    let proxy = Proxy::start(&service.server.endpoint);
    proxy.set_dead(true);
    fs::write(service.path("a.ndjson"), lines(1..=2)).unwrap();
    let endpoint = proxy.endpoint();
    let child =
        service.start(&mut service.command(&["--input", "a.ndjson", "--deadline", "forever", "--endpoint", &endpoint]));
    sleep(Duration::from_secs(3));
    proxy.set_dead(false);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    service.assert_once(1..=2);
}

#[test]
fn a_named_pipe_is_an_input() {
    let service = Service::new("");
    assert!(Command::new("mkfifo").arg(service.path("pipe")).status().unwrap().success());
    let child = service.start(&mut service.resumable(&["--input", "pipe"]));
    let mut pipe: File = OpenOptions::new().write(true).open(service.path("pipe")).unwrap();
    pipe.write_all(lines(1..=3).as_bytes()).unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    service.assert_once(1..=3);
}
