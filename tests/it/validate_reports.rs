//! The formats of a validation's report: each has the same data and quotes nothing as markup.
//! tests/fixtures/validate/report.* are one report in each format.

use std::fs;
use std::path::Path;

use mp_forwarding::report::model::Report;
use mp_forwarding::report::write::write;
use mp_forwarding::report::{Format, Validation};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::program;

const HOSTILE: &str = "<script>alert(1)</script> & \"q\" 'a' `b` | [x](y) {{ x }}\n\u{1}\u{2028}é";

fn written(format: Format, report: &Report<Validation>) -> String {
    let mut out = Vec::new();
    write(report, format, Some(100), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A report with three findings, one of them in a baseline. It quotes `quoted` in every possible place.
fn report(quoted: &str) -> Report<Validation> {
    let place = |line: u64| json!({ "object": format!("s3://acme/exports/{quoted}.txt"), "line": line });
    let finding = |check: &str, clause: &str, place_in_batch: Value, message: &str, places: Vec<Value>| json!({ "check": check, "clause": clause, "place": place_in_batch, "severity": "error", "message": message, "count": 40, "places": places });
    let environment = "one of `development`, `production`";
    let mut known = finding("lines", "FILE-1", Value::Null, quoted, vec![place(9)]);
    known["known"] = json!(true);
    let message = format!("expected {environment}, found a string of 1 character");
    let mut first = finding("schema", "DTO-8", json!("/environment"), &message, (1..4).map(place).collect());
    first["expected"] = json!(environment);
    first["remedy"] = json!(quoted);
    let attribute = format!("/user_attributes/{quoted}");
    let second = finding("limits", "LIM-2", json!(attribute), quoted, vec![place(5)]);
    let check = |id: &str, clause: &str, outcome: &str| json!({ "id": id, "clause": clause, "title": id, "outcome": outcome, "seen": quoted });
    let mut skipped = check("settings", "SET-2", "skip");
    skipped["reason"] = json!(quoted);
    let contents = json!({
                "batches": 49, "events": { quoted: 7, "custom_event": 49 }, "environments": { "production": 49 },
                "apps": { quoted: 49 },
                "delays": { "unit": "milliseconds", "bars": [{ "up_to": 60_000, "count": 49 }, { "count": 7 }] },
                "longest_line": 300, "smallest_file": 2, "largest_file": 12000,
                "sizes": { "unit": "bytes", "bars": [{ "up_to": 65_536, "count": 2 }, { "count": 0 }] },
                "folders": { quoted: { "files": 2, "stored_bytes": 12343 } },
                "events_by_day": { "2026-03-01": 56 }, "events_by_hour": [56], "files_by_day": { "2026-03-01": 2 },
                "files_by_hour": [2], "bytes_by_day": { "2026-03-01": 12343 }, "bytes_by_hour": [12343],
                "repeated_batches": { "count": 1, "exact": true }, "repeated_events": { "count": 0, "exact": true },
    });
    let whole = json!({
        "tool": { "name": "mp-forwarding", "version": "0.0.0" },
        "command": "validate", "target": quoted, "started_at": "2026-03-01T00:00:00Z", "milliseconds": 1234,
        "incomplete": format!("cannot open `{quoted}`: permission denied"),
        "checks": [check("lines", "FILE-1", "pass"), check("schema", "DTO-1", "fail"), check("limits", "LIM-1", "fail"), skipped],
        "findings": [first, second, known], "unlisted_findings": 5,
        "summary": {
            "schema": "batch", "files": 3, "verification_objects": 1, "vanished": 2,
            "lines": 90, "wrong_lines": 41, "text_bytes": 12345, "stored_bytes": 12345, "unlisted": { "schema": 5 },
            "baseline": { "file": "baseline.json", "findings": 2, "gone": 1 },
            "errors": [format!("cannot open `{quoted}`: permission denied")],
            "stopped": false,
            "contents": contents,
        },
    });
    serde_json::from_value(whole).unwrap()
}

#[test]
fn each_format_is_its_golden_file() {
    let report = report("a b");
    for (name, format) in
        [("report.xml", Format::Junit), ("report.md", Format::Markdown), ("report.sarif", Format::Sarif)]
    {
        let text = written(format, &report);
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/validate").join(name);
        if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
            fs::write(&golden, &text).unwrap();
        }
        assert_eq!(text, fs::read_to_string(golden).unwrap(), "{name}: MP_FORWARDING_BLESS=1 updates it");
    }
}

#[test]
fn quoted_text_never_becomes_markup() {
    let report = report(HOSTILE);
    let junit = written(Format::Junit, &report);
    assert!(!junit.contains('\u{1}') && !junit.contains("<script"), "{junit}");

    let markdown = written(Format::Markdown, &report);
    for line in markdown.lines().filter(|line| line.contains("<script")) {
        let before = line.split("<script").next().unwrap();
        assert!(before.contains('`') || line.starts_with("    "), "only as code: {line}");
    }

    let sarif: Value = serde_json::from_str(&written(Format::Sarif, &report)).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let states: Vec<_> = results.iter().map(|result| result["baselineState"].as_str().unwrap()).collect();
    assert_eq!(states, ["new", "new", "unchanged"]);
    let uri = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("s3://acme/exports/%3Cscript%3E") && uri.is_ascii() && !uri.contains(' '), "{uri}");
    assert_eq!(sarif["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn every_format_of_a_run_has_the_same_data() {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("export")).unwrap();
    let right = r#"{"environment":"production"}"#;
    fs::write(folder.path().join("export/a.txt"), format!("{right}\n{{\"environment\":7}}\n\n{right}\n")).unwrap();
    let forms = ["all.json", "all.jsonl", "all.xml", "all.md", "all.sarif", "all.txt"];
    let reports = forms.iter().flat_map(|form| ["--report", form]);
    let run = |arguments: Vec<&str>| {
        let mut program = program();
        program.current_dir(folder.path()).arg("validate").args(arguments).output().unwrap()
    };
    let output = run(["export", "missing"].into_iter().chain(reports).collect());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    let report: Report<Validation> = serde_json::from_str(&read("all.json")).unwrap();
    assert_eq!((report.findings.len(), report.summary.errors.len()), (2, 1), "{report:?}");
    assert_eq!(["<failure ", "<error "].map(|tag| read("all.xml").matches(tag).count()), [1, 1]);
    let sarif: Value = serde_json::from_str(&read("all.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
    for finding in &report.findings {
        let message = finding.expected.as_deref().unwrap_or(&finding.message).split(['`', '"']).next().unwrap();
        let clause = finding.clause.as_deref().unwrap();
        for form in forms {
            assert!(read(form).contains(clause) && read(form).contains(message), "{form}: {message}");
        }
    }
    for (form, beginning) in [("junit", "<?xml"), ("markdown", "## "), ("sarif", "{\n")] {
        let output = run(vec!["export", "--format", form]);
        assert!(String::from_utf8_lossy(&output.stdout).starts_with(beginning), "{form}: {output:?}");
    }
    let output = run(vec!["export", "--format", "pdf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("junit, markdown, html, sarif, badge, github"),
        "{output:?}"
    );
}
