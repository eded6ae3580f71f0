//! The reports of a conformance run: every form is made from the same data, and says the same.

mod evidence;
mod observe;

use std::fs;
use std::path::Path;

use mp_forwarding::report::{
    Bar, Case, Check, ConformanceReport, Finding, Histogram, Place, Status, Tool, Unit, write_conformance_badge,
    write_conformance_html, write_conformance_junit, write_conformance_markdown,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::program;

const HOSTILE: &str = "<script>alert(1)</script> & \"q\" 'a' `b` | [x](y) {{ x }}\n\u{1}\u{2028}é";

fn run_in(folder: &Path, arguments: &[&str]) -> std::process::Output {
    program().current_dir(folder).args(arguments).output().unwrap()
}

/// A report with one check of every status, each full of text that would be markup if it were not escaped.
fn report() -> ConformanceReport {
    let check = |status, findings: usize| Check {
        name: "file-names".to_owned(),
        clause: "NAME-1".to_owned(),
        title: HOSTILE.to_owned(),
        status,
        seen: HOSTILE.to_owned(),
        reason: (status != Status::Pass && status != Status::Fail).then(|| HOSTILE.to_owned()),
        consequence_of: Vec::new(),
        findings: std::iter::repeat_n(
            Finding {
                clause: "NAME-1".to_owned(),
                setting: None,
                place: Place { object: Some(HOSTILE.to_owned()), line: Some(3), ..Place::default() },
                message: HOSTILE.to_owned(),
            },
            findings,
        )
        .collect(),
        found: findings as u64,
        milliseconds: 12,
    };
    ConformanceReport {
        tool: Tool::default(),
        subject: HOSTILE.to_owned(),
        target: HOSTILE.to_owned(),
        seed: Some(7),
        cases: vec![Case {
            name: HOSTILE.to_owned(),
            settings: [("unique_id".to_owned(), HOSTILE.to_owned()), ("use_compression".to_owned(), "true".to_owned())]
                .into(),
            input_lines: 1,
            objects: 1,
            lines: 1,
            stored_bytes: 1,
            fates: None,
        }],
        checks: vec![
            check(Status::Pass, 0),
            check(Status::Fail, 60),
            check(Status::Skip, 0),
            check(Status::NotApplicable, 0),
            check(Status::Undefined, 0),
        ],
        sizes: Some(Histogram {
            unit: Unit::Bytes,
            bars: vec![Bar { up_to: Some(1024), count: 1 }, Bar { up_to: None, count: u64::MAX }],
        }),
        lateness: Some(Histogram::of_lateness()),
        milliseconds: 1234,
    }
}

fn text(write: impl Fn(&ConformanceReport, &mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut once = Vec::new();
    write(&report(), &mut once).unwrap();
    let mut again = Vec::new();
    write(&report(), &mut again).unwrap();
    assert_eq!(once, again, "the same data are the same bytes");
    String::from_utf8(once).unwrap()
}

#[test]
fn nothing_that_a_report_quotes_becomes_markup() {
    let page = text(write_conformance_html);
    assert!(!page.contains("<script"), "{page}");
    assert!(page.contains("&lt;script&gt;"), "{page}");
    assert_eq!(rows(&page), 5);
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page asks for nothing: {outside}");
    }

    let markdown = text(write_conformance_markdown);
    // As code it shows as it is, and is none.
    let as_code = ["`` <script", "`` unique_id=<script"].map(|code| markdown.matches(code).count());
    assert_eq!(markdown.matches("<script").count(), as_code.iter().sum::<usize>(), "{markdown}");
    assert!(markdown.lines().filter(|line| line.starts_with("| NAME")).count() == 5, "{markdown}");

    let junit = text(write_conformance_junit);
    assert!(!junit.contains('\u{1}') && !junit.contains("<script"), "{junit}");
    assert_eq!(junit.matches("<testcase ").count(), 5);
    assert_eq!(junit.matches("<failure ").count(), 1);
    assert_eq!(junit.matches("<skipped ").count(), 3);

    let badge: Value = serde_json::from_str(&text(write_conformance_badge)).unwrap();
    assert_eq!(badge["message"], "1 of 2 promises broken");
    assert_eq!(badge["color"], "red");
}

/// The rows of the page's table of checks.
fn rows(page: &str) -> usize {
    let table = page.split("<table id=\"checks\">").nth(1).unwrap().split("</table>").next().unwrap();
    table.split("<tbody>").nth(1).unwrap().matches("<tr").count()
}

#[test]
fn every_form_of_a_run_says_the_same() {
    let folder = TempDir::new().unwrap();
    let forms = ["all.json", "all.jsonl", "all.xml", "all.md", "all.html", "badge.json", "all.txt"];
    let mut arguments = vec!["conform", "--batches", "50", "--quiet"];
    forms.iter().for_each(|form| arguments.extend(["--report", form]));
    let output = run_in(folder.path(), &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name| fs::read_to_string(folder.path().join(name)).unwrap();

    let report: Value = serde_json::from_str(&read("all.json")).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let passed = checks.iter().filter(|check| check["status"] == "pass").count();
    assert!(passed > 10, "{passed}");
    assert_eq!(read("all.jsonl").matches("\"kind\":\"check\"").count(), checks.len());
    assert_eq!(read("all.xml").matches("<testcase ").count(), checks.len());
    assert_eq!(read("all.xml").matches("<skipped ").count(), checks.len() - passed);
    assert_eq!(rows(&read("all.html")), checks.len());
    // Each object has a size; of most events it is told how late they are.
    let total = |bars: &Value| bars.as_array().unwrap().iter().map(|bar| bar["count"].as_u64().unwrap()).sum::<u64>();
    let objects: u64 = report["cases"].as_array().unwrap().iter().map(|case| case["objects"].as_u64().unwrap()).sum();
    assert_eq!(total(&report["sizes"]["bars"]), objects);
    assert!(total(&report["lateness"]["bars"]) > 1_000);
    assert_eq!(read("all.html").matches("<svg ").count(), 2);
    let badge: Value = serde_json::from_str(&read("badge.json")).unwrap();
    assert_eq!(badge["message"], format!("{passed} promises kept"));
    for form in ["all.txt", "all.md", "all.html"] {
        for check in checks {
            assert!(read(form).contains(check["clause"].as_str().unwrap()), "{form} has {}", check["clause"]);
        }
    }
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_the_run() {
    let folder = TempDir::new().unwrap();
    for (arguments, said) in [
        (&["conform", "--report", "nowhere/report.xml"][..], "cannot write the report `nowhere/report.xml`"),
        (&["conform", "faults", "--report", "nowhere/report.json"], "cannot write the report `nowhere/report.json`"),
        (
            &["conform", "--report", "report.pdf"],
            "unknown report extension `.pdf` (known: .txt, .json, .jsonl, .xml, .md, .html, badge.json)",
        ),
        (&["conform", "--format", "pdf"], "[possible values: human, json, jsonl, junit, markdown, html, badge]"),
        (&["clause", "--format", "junit", "NAME-1"], "unknown report format `junit` (known: human, json, jsonl)"),
    ] {
        let output = run_in(folder.path(), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
