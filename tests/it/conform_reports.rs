//! The reports of a conformance run: every format has the same data.

mod evidence;

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::program;

fn run_in(folder: &Path, arguments: &[&str]) -> std::process::Output {
    program().current_dir(folder).args(arguments).output().unwrap()
}

#[test]
fn every_format_of_a_run_has_the_same_data() {
    let folder = TempDir::new().unwrap();
    let forms = ["all.json", "all.jsonl", "all.xml", "all.md", "all.sarif", "all.html", "badge.json", "all.txt"];
    let mut arguments = vec!["conform", "--batches", "50", "--quiet"];
    forms.iter().for_each(|form| arguments.extend(["--report", form]));
    let output = run_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();

    let report: Value = serde_json::from_str(&read("all.json")).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let passed = checks.iter().filter(|check| check["outcome"] == "pass").count();
    assert!(passed > 10, "{passed}");
    assert_eq!(read("all.jsonl").matches("\"kind\":\"check\"").count(), checks.len());
    assert_eq!(read("all.xml").matches("<testcase ").count(), checks.len());
    assert_eq!(read("all.xml").matches("<skipped ").count(), checks.len() - passed);
    // Each object has a size. Most events have a known delay.
    let total = |bars: &Value| bars.as_array().unwrap().iter().map(|bar| bar["count"].as_u64().unwrap()).sum::<u64>();
    let objects: u64 =
        report["summary"]["cases"].as_array().unwrap().iter().map(|case| case["objects"].as_u64().unwrap()).sum();
    assert_eq!(total(&report["summary"]["sizes"]["bars"]), objects);
    assert!(total(&report["summary"]["lateness"]["bars"]) > 1_000);
    let badge: Value = serde_json::from_str(&read("badge.json")).unwrap();
    assert_eq!(badge["message"], format!("{passed} checks passed"));
    for form in ["all.txt", "all.md", "all.html"] {
        for check in checks {
            assert!(read(form).contains(check["clause"].as_str().unwrap()), "{form} has {}", check["clause"]);
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_is_reported_before_the_run() {
    let folder = TempDir::new().unwrap();
    for (arguments, said) in [
        (&["conform", "--report", "nowhere/report.xml"][..], "cannot write the report `nowhere/report.xml`"),
        (&["conform", "faults", "--report", "nowhere/report.json"], "cannot write the report `nowhere/report.json`"),
        (
            &["conform", "--report", "report.pdf"],
            "unknown report extension `.pdf` (known: .txt, .json, .jsonl, .xml, .md, .html, .sarif, badge.json)",
        ),
        (
            &["conform", "--format", "pdf"],
            "[possible values: human, json, jsonl, junit, markdown, html, sarif, badge, github]",
        ),
        (&["clause", "--format", "junit", "NAME-1"], "[possible values: human, json, jsonl]"),
    ] {
        let output = run_in(folder.path(), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
