//! `replay --send`: to `serve`, and to a server whose answers are written down.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::support::program::{assert_code, text};
use crate::support::serve::{SECRET, Serve, program_with_secret, quiet_program, settings};

/// A line of a quarantine feed: two of its three events are blocked.
fn line(number: u64) -> String {
    let event = |id: u64| {
        format!(
            r#"{{"event_type":"custom_event","data":{{"event_name":"e","event_id":"{id}","timestamp_unixtime_ms":"{}"}}}}"#,
            1_772_323_200_000 + number
        )
    };
    let ids = [1, 2, 3].map(|index| 9_007_199_254_740_993 + 10 * number + index);
    let events = ids.map(event).join(",");
    format!(
        r#"{{"environment":"development","batch_id":"{number}","user_identities":{{"customer_id":"c{number}"}},"events":[{events}],"context":{{"data_plan":{{"plan_id":"p","block_metadata":{{"dto_version":1,"blocked_event_ids":["{}","{}"]}}}}}}}}"#,
        ids[0], ids[1]
    ) + "\n"
}

/// A folder with a feed of so many lines in three files.
fn feed(name: &str, lines: u64) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("replay-send-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("feed")).unwrap();
    for file in 0..3 {
        let text: String = (0..lines).filter(|number| number % 3 == file).map(line).collect();
        fs::write(folder.join(format!("feed/{file}.txt")), text).unwrap();
    }
    folder
}

fn replay(folder: &Path, url: &str, more: &[&str]) -> Command {
    let mut replay = program_with_secret();
    replay.arg("replay").arg(folder.join("feed")).args(["--send", "--yes", "--format", "json", "--events-url", url]);
    replay.arg("--state").arg(folder.join("state")).args(more);
    replay
}

fn sent(output: &Output) -> Value {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(output)));
    report["summary"]["sent"].clone()
}

/// The counts that are not zero.
fn counts(output: &Output) -> Vec<(String, u64)> {
    let sent = sent(output);
    let counts = sent.as_object().unwrap().iter().filter_map(|(name, count)| Some((name.clone(), count.as_u64()?)));
    counts.filter(|(_, count)| *count > 0).collect()
}

fn assert_counts(output: &Output, expected: &[(&str, u64)]) {
    let mut expected: Vec<_> = expected.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
    expected.sort();
    let mut found = counts(output);
    found.sort();
    assert_eq!(found, expected, "{}", text(output));
}

#[test]
fn what_was_blocked_is_accepted_once_and_is_in_the_bucket() {
    let folder = feed("round-trip", 250);
    let settings = settings(
        "replay-send-settings",
        "s3_bucket_name = \"mp-forwarding-replay\"\nstore_data_in_folders_by_date = \"none\"",
    );
    let objects = folder.join("objects");
    let serve = Serve::start(&settings, &["--keep", objects.to_str().unwrap()]);
    let output = assert_code(0, &mut replay(&folder, &serve.url, &["--rate", "1000"]));
    assert_counts(&output, &[("requests", 3), ("accepted", 250)]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["summary"]["lines"], &report["summary"]["blocked_events"]), (&250.into(), &500.into()));
    assert!(text(&output).contains("change the data plan first"), "{}", text(&output));
    // Once more: nothing is sent.
    let again = assert_code(0, &mut replay(&folder, &serve.url, &[]));
    assert_counts(&again, &[("accepted_before", 250)]);
    let stopped = serve.stop();
    assert_eq!(stopped.status.code(), Some(0), "{}", text(&stopped));
    assert!(text(&stopped).contains("accepted 3 requests with 250 batches"), "{}", text(&stopped));
    let mut ids: Vec<String> = fs::read_dir(objects.join("mp-forwarding-replay"))
        .unwrap()
        .flat_map(|entry| {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
        })
        .flat_map(|batch| batch["events"].as_array().unwrap().clone())
        .map(|event| event["data"]["event_id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 500);
}

/// Gives the written answers in their order, each on its own connection, and keeps the bodies.
struct Scripted {
    url: String,
    bodies: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// An empty answer closes the connection after the request.
    fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (bodies, answers) = (Arc::new(Mutex::new(Vec::new())), answers.to_vec());
        let kept = bodies.clone();
        std::thread::spawn(move || {
            for answer in answers {
                let (mut socket, _) = listener.accept().unwrap();
                kept.lock().unwrap().push(body(&mut socket));
                if !answer.is_empty() {
                    let answer = format!("HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n");
                    socket.write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        Self { url, bodies }
    }

    fn requests(&self) -> usize {
        self.bodies.lock().unwrap().len()
    }
}

fn body(socket: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return body.to_owned();
            }
        }
        let count = socket.read(&mut buffer).unwrap();
        assert!(count > 0, "the request ended early");
        read.extend_from_slice(&buffer[..count]);
    }
}

const ACCEPTED: &str = "202 Accepted\r\nContent-Length: 0";
const REFUSED: &str =
    "400 Bad Request\r\nContent-Length: 53\r\n\r\n{\"errors\":[{\"code\":\"BAD_REQUEST\",\"message\":\"wrong\"}]}";

#[test]
fn a_lost_answer_is_unconfirmed_and_sent_again_only_on_request() {
    let folder = feed("lost", 2);
    let server = Scripted::start(&["", ACCEPTED]);
    let lost = assert_code(1, &mut replay(&folder, &server.url, &[]));
    assert_counts(&lost, &[("requests", 1), ("unconfirmed", 2)]);
    assert!(text(&lost).contains("--resend"), "{}", text(&lost));
    let kept = assert_code(1, &mut replay(&folder, &server.url, &[]));
    assert_counts(&kept, &[("unconfirmed", 2)]);
    assert_eq!(server.requests(), 1);
    let again = assert_code(0, &mut replay(&folder, &server.url, &["--resend"]));
    assert_counts(&again, &[("requests", 1), ("accepted", 2)]);
    let bodies = server.bodies.lock().unwrap();
    assert_eq!(bodies[0], bodies[1]);
}

#[test]
fn a_server_error_may_have_been_accepted_and_three_in_a_row_end_the_run() {
    let folder = feed("errors", 350);
    let error = "500 Internal Server Error\r\nContent-Length: 0";
    let server = Scripted::start(&[error, error, error, ACCEPTED]);
    let output = assert_code(3, &mut replay(&folder, &server.url, &["--rate", "1000"]));
    assert_counts(&output, &[("requests", 3), ("unconfirmed", 300), ("not_sent", 1)]);
    let output = assert_code(1, &mut replay(&folder, &server.url, &["--rate", "1000"]));
    assert_counts(&output, &[("requests", 1), ("unconfirmed", 300), ("accepted", 50)]);
}

#[test]
fn a_busy_server_is_waited_for_as_long_as_it_asks() {
    let folder = feed("busy", 2);
    let server = Scripted::start(&["429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0", ACCEPTED]);
    let started = std::time::Instant::now();
    let output = assert_code(0, &mut replay(&folder, &server.url, &[]));
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_counts(&output, &[("requests", 2), ("accepted", 2)]);
    // It is new to the next run if it was never accepted.
    let folder = feed("busy-always", 2);
    let server = Scripted::start(&["429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0", ACCEPTED]);
    let output = assert_code(3, &mut replay(&folder, &server.url, &["--deadline", "1s"]));
    assert_counts(&output, &[("requests", 1), ("not_sent", 2)]);
    assert_counts(&assert_code(0, &mut replay(&folder, &server.url, &[])), &[("requests", 1), ("accepted", 2)]);
}

#[test]
fn a_refused_request_is_divided_to_find_the_batch_that_is_refused() {
    let folder = feed("refused", 3);
    let server = Scripted::start(&[REFUSED, ACCEPTED, REFUSED, ACCEPTED]);
    let output = assert_code(1, &mut replay(&folder, &server.url, &["--rate", "1000"]));
    assert_counts(&output, &[("requests", 4), ("accepted", 2), ("refused", 1)]);
    assert!(text(&output).contains("a batch was refused: wrong"), "{}", text(&output));
    let bodies = server.bodies.lock().unwrap();
    let batches: Vec<usize> =
        bodies.iter().map(|body| serde_json::from_str::<Vec<Value>>(body).unwrap().len()).collect();
    assert_eq!(batches, [3, 1, 1, 1]);
}

#[test]
fn wrong_credentials_end_the_run_and_nothing_counts_as_sent() {
    let folder = feed("credentials", 2);
    let forbidden = "403 Forbidden\r\nContent-Length: 0";
    let server = Scripted::start(&[forbidden, ACCEPTED]);
    let output = assert_code(3, &mut replay(&folder, &server.url, &[]));
    assert_counts(&output, &[("requests", 1), ("not_sent", 2)]);
    assert!(text(&output).contains("refused the request with 403"), "{}", text(&output));
    assert_counts(&assert_code(0, &mut replay(&folder, &server.url, &[])), &[("requests", 1), ("accepted", 2)]);
}

#[test]
fn an_interrupted_run_goes_on_where_it_ended() {
    let folder = feed("interrupted", 2);
    let server = Scripted::start(&["429 Too Many Requests\r\nRetry-After: 20\r\nContent-Length: 0", ACCEPTED]);
    let mut command = replay(&folder, &server.url, &["--deadline", "60s"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while server.requests() == 0 {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(text(&output).contains("error: interrupted"), "{}", text(&output));
    assert_counts(&output, &[("requests", 1), ("not_sent", 2)]);
    assert_counts(&assert_code(0, &mut replay(&folder, &server.url, &[])), &[("requests", 1), ("accepted", 2)]);
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_is_sent() {
    let folder = feed("refusals", 1);
    let server = Scripted::start(&[ACCEPTED]);
    let with = |arguments: &[&str]| {
        let mut replay = program_with_secret();
        replay.arg("replay").arg(folder.join("feed")).args(arguments);
        replay
    };
    let state = folder.join("state").display().to_string();
    let (state, url) = (state.as_str(), server.url.as_str());
    for (arguments, says) in [
        (&["--send", "--pod", "us1"][..], "--state <DIR>"),
        (&["--send", "--state", state], "give it with --pod"),
        (&["--send", "--state", state, "--pod", "mars", "--yes"], "unknown pod `mars`"),
        (&["--send", "--state", state, "--pod", "us1"], "confirm it with --yes"),
        (&["--send", "--state", state, "--events-url", "http://10.0.0.1", "--yes"], "unencrypted"),
        (&["--send", "--state", state, "--pod", "us1", "--yes", "--rate", "0"], "from 1 to 1000"),
        (&["--send", "--state", state, "--pod", "us1", "--yes", "--out", "x.ndjson"], "cannot be used with"),
        (&["--resend"], "--send"),
    ] {
        let output = assert_code(2, &mut with(arguments));
        assert!(text(&output).contains(says), "{arguments:?}: {}", text(&output));
    }
    let mut without = quiet_program();
    without.arg("replay").arg(folder.join("feed")).args(["--send", "--yes", "--state", state, "--events-url", url]);
    let output = assert_code(2, without.env("MPARTICLE_API_SECRET", SECRET));
    assert!(text(&output).contains("MPARTICLE_API_KEY is not set"), "{}", text(&output));
    assert!(!text(&output).contains(SECRET));
    assert_eq!(server.requests(), 0);

    // A state belongs to one place and one way to make batches.
    assert_code(0, &mut replay(&folder, url, &[]));
    let other = assert_code(2, &mut replay(&folder, url, &["--restore", "attributes"]));
    assert!(text(&other).contains("belongs to another run"), "{}", text(&other));
    fs::write(folder.join("feed/0.txt"), "").unwrap();
    let empty = assert_code(2, &mut replay(&folder, url, &[]));
    assert!(text(&empty).contains("no line of data was read"), "{}", text(&empty));
}

#[test]
fn a_full_disk_ends_the_run_before_anything_is_sent() {
    let folder = feed("full", 40);
    let full = folder.join("state");
    fs::create_dir(&full).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"]).arg(&full).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: a_full_disk_ends_the_run_before_anything_is_sent: no file system can be mounted here");
        return;
    }
    let server = Scripted::start(&[ACCEPTED]);
    let output = replay(&folder, &server.url, &[]).output().unwrap();
    assert!(Command::new("umount").arg(&full).status().unwrap().success());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("cannot be read or written"), "{}", text(&output));
    assert_eq!(server.requests(), 0);
}
