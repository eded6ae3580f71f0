//! Evidence bundles: they are complete, have no values of events, and every change is detected.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use mp_forwarding::report::model::{Outcome, Report};
use mp_forwarding::report::summary::Bundle;

use super::run_in;
use crate::support::program::text;

type Files = BTreeMap<String, Vec<u8>>;

fn unpack(path: &Path) -> Files {
    let mut archive = tar::Archive::new(GzDecoder::new(File::open(path).unwrap()));
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.path().unwrap().display().to_string(), bytes)
    });
    entries.collect()
}

fn pack(files: &Files, path: &Path) {
    let mut archive = tar::Builder::new(GzEncoder::new(File::create(path).unwrap(), flate2::Compression::fast()));
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        archive.append_data(&mut header, name, bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap();
}

fn verify(folder: &Path, bundle: &str) -> (Option<i32>, Report<Bundle>) {
    let output = run_in(folder, &["conform", "verify", bundle, "--format", "json"]);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (output.status.code(), report)
}

#[test]
fn a_bundle_has_a_complete_run_and_every_change_is_detected() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let batch = r#"{"environment":"production","mpid":7,"user_attributes":{"name":"Zoe Secret"},"application_info":{"application_name":"Shop"},"events":[{"event_type":"screen_view","data":{"screen_name":"Secret"}}]}"#;
    fs::write(folder.join("batches.ndjson"), format!("{batch}\n")).unwrap();
    let run = ["conform", "--input", "batches.ndjson", "--case", "by-event-time", "--case", "raw-data-feed"];
    let output = run_in(folder, &[&run[..], &["--evidence", "run.tar.gz"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));

    let files = unpack(&folder.join("run.tar.gz"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let ledgers = ["ledger/by-event-time.jsonl", "ledger/raw-data-feed.jsonl"];
    assert_eq!(names, [&ledgers[..], &["manifest.json", "objects.jsonl", "report.json", "settings.json"]].concat());
    for (name, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains("Secret"), "`{name}` has a value of an event");
    }
    let (code, report) = verify(folder, "run.tar.gz");
    assert_eq!((code, &report.findings[..]), (Some(0), &[][..]));
    assert_eq!(report.count(&Outcome::Pass), report.checks.len());
    assert!(report.summary.verdict.unwrap().starts_with("ok: "));

    // A changed bit in any file, a missing file, an additional file.
    let mut changed: Vec<Files> = Vec::new();
    for name in files.keys() {
        let mut other = files.clone();
        let bytes = other.get_mut(name).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        changed.push(other);
        let mut other = files.clone();
        other.remove(name);
        changed.push(other);
    }
    changed.push(files.clone().into_iter().chain([("data/more".to_owned(), b"x".to_vec())]).collect());
    for (at, other) in changed.iter().enumerate() {
        pack(other, &folder.join("changed.tar.gz"));
        let (code, report) = verify(folder, "changed.tar.gz");
        assert!(code == Some(1) && !report.findings.is_empty(), "change {at} goes unnoticed");
    }
    fs::write(folder.join("half.tar.gz"), &fs::read(folder.join("run.tar.gz")).unwrap()[..200]).unwrap();
    assert_eq!(verify(folder, "half.tar.gz").0, Some(1));
    assert_eq!(run_in(folder, &["conform", "verify", "nowhere.tar.gz"]).status.code(), Some(2));

    // The objects are included only on request.
    let output = run_in(folder, &[&run[..], &["--evidence", "all.tar.gz", "--evidence-values"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let files = unpack(&folder.join("all.tar.gz"));
    assert_eq!(files.keys().filter(|name| name.starts_with("data/")).count(), 2);
    assert_eq!(verify(folder, "all.tar.gz").0, Some(0));
}

#[test]
fn evidence_that_cannot_be_written_is_reported_before_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), &["conform", "--evidence", "nowhere/run.tar.gz"]);
    assert_eq!(output.status.code(), Some(2));
    let said = "cannot write the evidence `nowhere/run.tar.gz`: there is no folder `nowhere`";
    assert!(text(&output).contains(said), "{}", text(&output));
}

/// Fault: the report of the run was not printed, and the bundle of an earlier run was emptied before a run that failed.
#[cfg(target_os = "linux")]
#[test]
fn evidence_that_cannot_be_written_loses_neither_the_report_nor_an_earlier_bundle() {
    let folder = tempfile::tempdir().unwrap();
    let run = ["conform", "--case", "tiny-files", "--batches", "20", "--check", "FILE-1", "--format", "json"];
    let output = run_in(folder.path(), &[&run[..], &["--evidence", "/dev/full"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("cannot write the evidence `/dev/full`: No space left"), "{}", text(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["checks"][0]["outcome"], "pass", "{report:#}");

    std::fs::write(folder.path().join("run.tar.gz"), "yesterday").unwrap();
    let unreachable = ["--endpoint", "http://127.0.0.1:9", "--deadline", "0", "--evidence", "run.tar.gz"];
    let output = run_in(folder.path(), &[&["conform"], &unreachable[..]].concat());
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert_eq!(std::fs::read_to_string(folder.path().join("run.tar.gz")).unwrap(), "yesterday");
}
