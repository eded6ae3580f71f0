//! The ledger and the quarantine of a run, with a full disk or another run at the same time.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Output;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::program;

const BATCH: &str = r#"{"environment":"production","events":[{"event_type":"profile","data":{}}]}"#;

fn forward(server: &Embedded, folder: &Path, input: &Path, options: &[&str]) -> Output {
    program()
        .current_dir(folder)
        .args(["forward", "--format", "json", "--deadline", "20", "--settings"])
        .arg(embedded::settings(folder, server, ""))
        .arg("--input")
        .arg(input)
        .args(options)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A bucket, and a folder with three batches of one event. Line 2 is not a batch.
fn stage() -> (Embedded, TempDir) {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("in.ndjson"), format!("{BATCH}\nhello\n{BATCH}\n{BATCH}\n")).unwrap();
    (Embedded::start(), folder)
}

/// Regression: the run ended without a report, so the content of the bucket was not known.
#[test]
fn a_full_disk_for_the_ledger_ends_the_run_with_a_report() {
    let (server, folder) = stage();
    let output = forward(&server, folder.path(), Path::new("in.ndjson"), &["--ledger", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["fault"].as_str().unwrap().starts_with("the ledger cannot be written"), "{report}");
    assert_eq!(report["complete"], false);
    let written = report["fates"]["written"].as_u64().unwrap();
    assert_eq!(report.get("unrecorded").map_or(0, |unrecorded| unrecorded.as_u64().unwrap()), written);
    let in_bucket: usize = server
        .objects()
        .iter()
        .map(|object| object.text.as_ref().unwrap().iter().filter(|b| **b == b'\n').count())
        .sum();
    assert_eq!(in_bucket as u64, written);
}

/// Regression: the same for the quarantine. Nothing counts as quarantined that it did not keep: the line is unread.
#[test]
fn a_line_that_a_full_quarantine_cannot_keep_is_unread() {
    let (server, folder) = stage();
    let output = forward(&server, folder.path(), Path::new("in.ndjson"), &["--quarantine", "/dev/full"]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["fault"].as_str().unwrap().starts_with("the quarantine cannot be written"), "{report}");
    assert_eq!(report["fates"]["written"], 1, "what comes before is delivered: {report}");
    assert_eq!((&report["fates"]["received"], &report["unread_from"]["line"]), (&1.into(), &2.into()), "{report}");
}

/// Regression: the next run's entry was appended to the unfinished line of a killed run, and both were lost.
#[test]
fn an_unfinished_line_does_not_corrupt_the_next_one() {
    let (server, folder) = stage();
    let ledger = folder.path().join("ledger.ndjson");
    fs::write(&ledger, "{\"entry\":\"writ").unwrap();
    forward(&server, folder.path(), Path::new("in.ndjson"), &["--ledger", "ledger.ndjson"]);
    let text = fs::read_to_string(&ledger).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("{\"entry\":\"writ"));
    assert!(lines.all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
}

/// Regression: entries of two runs were mixed within lines.
#[test]
fn a_second_run_does_not_append_to_the_same_ledger() {
    let (server, folder) = stage();
    let first = fs::File::options().append(true).create(true).open(folder.path().join("ledger.ndjson")).unwrap();
    first.lock().unwrap();
    let output = forward(&server, folder.path(), Path::new("in.ndjson"), &["--ledger", "ledger.ndjson"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another run is appending to it"), "{}", stderr(&output));
    assert!(server.objects().is_empty());
}

/// Regression: a hard link to the input was treated as another file and appended to. Two spellings of a path were
/// written twice.
#[test]
fn one_file_under_two_names_is_refused_before_anything_is_written() {
    let (server, folder) = stage();
    fs::hard_link(folder.path().join("in.ndjson"), folder.path().join("link.ndjson")).unwrap();
    let before = fs::read(folder.path().join("in.ndjson")).unwrap();
    for options in [
        &["--ledger", "link.ndjson"][..],
        &["--ledger", "new.ndjson", "--quarantine", "./new.ndjson"],
        &["--input", "link.ndjson"],
    ] {
        let output = forward(&server, folder.path(), Path::new("in.ndjson"), options);
        assert_eq!(output.status.code(), Some(2), "{options:?}: {}", stderr(&output));
    }
    assert_eq!(fs::read(folder.path().join("in.ndjson")).unwrap(), before);
    assert!(server.objects().is_empty());
}

/// Regression: an access key with a line break, as in a secret of a CI system, made the SDK panic.
#[test]
fn a_key_that_cannot_be_sent_is_an_error_without_a_panic() {
    let folder = TempDir::new().unwrap();
    let mut settings = fs::File::create(folder.path().join("connection.toml")).unwrap();
    writeln!(settings, "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'")
        .unwrap();
    fs::write(folder.path().join("in.ndjson"), BATCH).unwrap();
    for (variable, value) in [("AWS_ACCESS_KEY_ID", "AKIA\n"), ("AWS_SESSION_TOKEN", "abc\ndef")] {
        let output = program()
            .current_dir(folder.path())
            .args(["forward", "--settings", "connection.toml", "--input", "in.ndjson"])
            .args(["--endpoint", "http://127.0.0.1:9"])
            .envs([("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_SECRET_ACCESS_KEY", "hush"), (variable, value)])
            .output()
            .unwrap();
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        assert!(stderr.contains("line break") && !stderr.contains("panicked"), "{stderr}");
    }
}
