//! `conform --observe`: the faults of an existing bucket.

use std::fs;
use std::process::Command;

use mp_forwarding::report::model::{Outcome, Report};
use mp_forwarding::report::summary::Conformance;

use crate::support::embedded::{BUCKET, Embedded, settings};
use crate::support::program::{program, run, text};

/// Observes the bucket. Returns the exit code and the report.
fn observe(settings: &str, more: &[&str]) -> (Option<i32>, Report<Conformance>) {
    let url = format!("s3://{BUCKET}/exports");
    let output = run([&["conform", "--observe", &url, "--settings", settings, "--format", "json"], more].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(&output)));
    (output.status.code(), report)
}

fn failed(report: &Report<Conformance>) -> Vec<&str> {
    report.failed().map(|check| check.id.as_str()).collect()
}

#[test]
fn faults_of_a_bucket_are_found_and_nothing_is_written() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let dated = "folder_name = \"exports\"\ninclude_mp_deviceid = true\nuse_compression = true\n";
    let typed = settings(folder.path(), &server, dated);
    let by_event = fs::read_to_string(&typed).unwrap().replace("\"none\"", "\"event_time\"");
    fs::write(&typed, by_event).unwrap();
    let typed = typed.to_str().unwrap();
    let batches = folder.path().join("batches.ndjson");
    fs::write(&batches, run(["generate", "--batches", "300"]).stdout).unwrap();
    let forwarded = run(["forward", "--settings", typed, "--input", batches.to_str().unwrap()]);
    assert!(matches!(forwarded.status.code(), Some(0 | 1)), "{}", text(&forwarded));
    let keys = server.keys(BUCKET);
    assert!(keys.len() > 10, "{keys:?}");

    // The engine's objects have no faults.
    let (code, report) = observe(typed, &[]);
    assert_eq!((code, failed(&report)), (Some(0), vec![]), "{report:#?}");
    assert_eq!(report.summary.cases[0].objects, keys.len() as u64);
    assert!(report.count(&Outcome::Pass) >= 8 && report.summary.lateness.as_ref().is_some_and(|it| it.total() > 100));
    let open = |report: &Report<Conformance>, name: &str| {
        let check = report.checks.iter().find(|check| check.id == name).unwrap().clone();
        assert!(matches!(check.outcome, Outcome::Open { .. }));
        check.seen
    };
    assert!(!open(&report, "gaps").is_empty() && !open(&report, "field-drift").is_empty());

    // Other settings: the objects are in other folders, are compressed, and have members that the settings remove.
    let others =
        fs::read_to_string(typed).unwrap().replace("event_time", "none").replace(dated, "folder_name = \"exports\"\n");
    let other = folder.path().join("other.toml");
    fs::write(&other, others).unwrap();
    let (code, report) = observe(other.to_str().unwrap(), &[]);
    assert_eq!((code, failed(&report)), (Some(1), vec!["date-folders", "compression", "settings"]), "{report:#?}");

    // Without settings, checks that need them are not evaluated.
    let keyed = |command: &mut Command| {
        command.env("AWS_ACCESS_KEY_ID", &server.access_key_id).env("AWS_SECRET_ACCESS_KEY", &server.secret).output()
    };
    let url = format!("s3://{BUCKET}/exports");
    let mut command = program();
    command.args(["conform", "--observe", &url, "--endpoint", &server.endpoint, "--format", "json"]);
    let report: Report<Conformance> = serde_json::from_slice(&keyed(&mut command).unwrap().stdout).unwrap();
    assert_eq!((report.count(&Outcome::skip("")), report.count(&Outcome::Fail)), (3, 0), "{report:#?}");

    // An object of another program, and one with a wrong name.
    server.put(BUCKET, "exports/_SUCCESS");
    server.put(BUCKET, "exports/renamed.txt");
    let (code, report) = observe(typed, &[]);
    assert_eq!(code, Some(1));
    assert_eq!(failed(&report), ["file-names", "compression", "schema"], "{report:#?}");
    assert!(open(&report, "foreign-objects").contains("`exports/_SUCCESS`"));
    let (code, report) = observe(typed, &["--check", "LAY-*"]);
    assert_eq!((code, report.checks.len()), (Some(0), 4), "{report:#?}");
    assert_eq!(server.keys(BUCKET).len(), keys.len() + 2, "nothing is written");
}

#[test]
fn an_empty_bucket_is_an_error() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let typed = settings(folder.path(), &server, "");
    let typed = typed.to_str().unwrap();
    for (url, code, said) in [
        (format!("s3://{BUCKET}/nowhere"), 3, "nothing"),
        ("s3://mp-forwarding-missing/".to_owned(), 3, "mp-forwarding-missing"),
    ] {
        let output = run(["conform", "--observe", &url, "--settings", typed]);
        assert_eq!(output.status.code(), Some(code), "{}", text(&output));
        assert!(text(&output).contains(said), "{}", text(&output));
    }
    let output = run(["conform", "--observe", "s3://mp-forwarding-it/", "--suite", "full"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
}
