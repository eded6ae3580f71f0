//! The report writers: each format has the same content, fits its width, and escapes text from outside.

use mp_forwarding::report::model::{
    Check, Finding, Findings, Outcome, Place, Report, Section, Severity, Summary, Tool,
};
use mp_forwarding::report::write::{Line, write};
use mp_forwarding::report::{Format, Histogram};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const HOSTILE: &str = "<script>alert(1)</script> & \"q\" 'a' `b` | [x](y) {{ x }}\n::error::x%0A\u{1}\u{1b}[31m\u{9b}1m\u{202e}\u{2028}é🛒";
const SHARED: &str = "cannot be tested here: this server has no mParticle roles";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
struct Sample {
    cases: u64,
}

impl Summary for Sample {
    const COMMAND: &'static str = "conform";
    const SUITE: &'static str = "mp-forwarding.conform";
    const FORMATS: &'static [Format] = &[
        Format::Human,
        Format::Json,
        Format::Jsonl,
        Format::Junit,
        Format::Markdown,
        Format::Html,
        Format::Sarif,
        Format::Badge,
        Format::Github,
    ];

    fn headline(report: &Report<Self>) -> String {
        format!("a forwarder writes to {}", report.target)
    }

    fn extent(report: &Report<Self>) -> String {
        format!("{} cases", report.summary.cases)
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let mut delays = Histogram::of_lateness();
        [5, 70_000, 70_001].into_iter().for_each(|delay| delays.add(delay));
        let facts = vec![("object".to_owned(), report.target.clone()), ("sent by".to_owned(), "mParticle".to_owned())];
        vec![
            Section::Facts { title: "verification object".to_owned(), facts },
            Section::histogram("delay from event to receipt", "delay", &delays),
        ]
    }

    fn properties(_: &Report<Self>) -> Vec<(&'static str, String)> {
        vec![("seed", "7".to_owned())]
    }
}

/// One check with each outcome, with `text` in every place for text from outside.
fn report(text: &str) -> Report<Sample> {
    let check = |id: &str, clause: &str, outcome| Check {
        seen: text.to_owned(),
        milliseconds: 12,
        ..Check::new(id, Some(clause), "what is checked").with(outcome)
    };
    let mut names = check("file-names", "NAME-1", Outcome::Fail);
    names.consequence_of = ["NAME-1", "LAY-1", "FILE-2"].map(str::to_owned).to_vec();
    let mut findings = Findings::default();
    for number in 0..9 {
        let object = format!("exports/{number}-{text}.txt");
        let place = Place { object: Some(object), line: Some(3), ..Place::default() };
        let found = if number < 2 { "no app" } else { text };
        let finding = Finding::expected("file-names", Severity::Error, "an app name", found, place);
        findings.add(finding.clause("NAME-1").remedy("name the file after the app"));
    }
    findings.add(Finding::new("layout", Severity::Warning, format!("a folder is named {text}")).clause("LAY-1"));
    let (findings, unlisted_findings) = findings.into_parts();
    Report {
        tool: Tool::default(),
        command: Sample::COMMAND.to_owned(),
        target: text.to_owned(),
        started_at: "2026-03-01T00:00:00Z".to_owned(),
        milliseconds: 4_012,
        incomplete: None,
        checks: vec![
            check("schema", "DTO-1", Outcome::Pass),
            names,
            check("role", "ACC-3", Outcome::skip(SHARED)),
            check("other-role", "ACC-4", Outcome::skip(SHARED)),
            check("compression", "FILE-3", Outcome::not_applicable("use_compression is off")),
            check("order", "U-4", Outcome::open("the documentation names no order")),
            check("layout", "LAY-1", Outcome::Fail),
        ],
        findings,
        unlisted_findings,
        summary: Sample { cases: 14 },
    }
}

/// The report, written twice with the same result.
fn written(report: &Report<Sample>, format: Format, width: usize) -> String {
    let once = |report: &Report<Sample>| {
        let mut out = anstream::StripStream::new(Vec::new());
        write(report, format, Some(width), &mut out).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    };
    let text = once(report);
    assert_eq!(text, once(report), "the same report gives the same bytes");
    text
}

#[test]
fn a_table_puts_failures_first_and_says_a_shared_reason_once() {
    let text = written(&report("651 objects"), Format::Human, 80);
    let expected = "\
a forwarder writes to 651 objects
clause  check            result  seen                                         ms
────────────────────────────────────────────────────────────────────────────────
NAME-1  what is checked  FAIL    651 objects                                  12
LAY-1   what is checked  FAIL    651 objects                                  12
DTO-1   what is checked  pass    651 objects                                  12
ACC-3   what is checked  skip    651 objects; see (1)                         12
ACC-4   what is checked  skip    651 objects; see (1)                         12
FILE-3  what is checked  n/a     651 objects; use_compression is off          12
U-4     what is checked  open    651 objects; the documentation names no      12
                                 order
(1) cannot be tested here: this server has no mParticle roles

error[file-names NAME-1] (9 times): expected an app name
  at exports/0-651 objects.txt:3: found no app
  at exports/1-651 objects.txt:3: found no app
  at exports/2-651 objects.txt:3: found 651 objects
  at exports/3-651 objects.txt:3: found 651 objects
  at exports/4-651 objects.txt:3: found 651 objects
  … and 4 more
  may follow from LAY-1
  fix: name the file after the app
  more: mp-forwarding clause NAME-1

warning[layout LAY-1]: a folder is named 651 objects
  more: mp-forwarding clause LAY-1

verification object
  object   651 objects
  sent by  mParticle

FAILED: 1 passed, 2 failed, 2 skipped, 1 open, 1 not applicable; 14 cases in 4.0
s
";
    assert_eq!(text, expected, "{text}");
}

#[test]
fn no_line_of_a_table_is_wider_than_requested() {
    let long = "exports/2026-03-01/買い物_20260301000000000000_34523.txt and 12 others in the same folder, ".repeat(3);
    for width in [40, 80, 120] {
        for text in ["651 objects", &long, HOSTILE] {
            let table = written(&report(text), Format::Human, width);
            let command = "  more: mp-forwarding clause NAME-1".len();
            for line in table.lines() {
                assert!(unicode_width(line) <= width.max(command), "{width}: {line}");
            }
        }
    }
}

/// A wide character takes two columns.
fn unicode_width(line: &str) -> usize {
    line.chars().map(|c| if "買い物🛒".contains(c) { 2 } else { 1 }).sum()
}

#[test]
fn text_from_outside_is_escaped_in_every_format() {
    let hostile = report(HOSTILE);
    for format in Sample::FORMATS {
        let text = written(&hostile, *format, 120);
        let hidden = |c: &char| *c != '\n' && (c.is_control() || "\u{202e}\u{2028}\u{2029}".contains(*c));
        assert_eq!(text.chars().find(hidden), None, "{format:?}: {text}");
    }
    let github = written(&hostile, Format::Github, 120);
    assert_eq!(github.matches("\n::").count() + 1, 6, "{github}");
    assert!(github.contains("%250A") && !github.contains("%0A"), "{github}");

    let markdown = written(&hostile, Format::Markdown, 120);
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| ")).count(), 13, "{markdown}");
    for (at, _) in markdown.match_indices("<script") {
        let line = markdown[..at].rsplit('\n').next().unwrap();
        assert!(line.contains("- at `` "), "as code only: {line}");
    }

    for format in [Format::Junit, Format::Html] {
        let text = written(&hostile, format, 120);
        assert!(!text.contains("<script"), "{text}");
    }
    let page = written(&hostile, Format::Html, 120);
    for outside in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(outside), "the page asks for nothing: {outside}");
    }
}

#[test]
fn every_format_has_the_same_checks_and_findings() {
    let mut report = report("651 objects");
    report.incomplete = Some("interrupted after case 5 of 14".to_owned());
    let json: Report<Sample> = serde_json::from_str(&written(&report, Format::Json, 80)).unwrap();
    assert_eq!(json, report);

    let lines = written(&report, Format::Jsonl, 80);
    let lines: Vec<Line<Sample>> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut checks = Vec::new();
    let mut findings = Vec::new();
    for line in &lines {
        match line {
            Line::Check(check) => checks.push(check.clone()),
            Line::Finding(finding) => findings.push(finding.clone()),
            Line::Summary(summary) => assert!(!summary.ok && summary.incomplete == report.incomplete),
        }
    }
    assert_eq!((&checks, &findings), (&report.checks, &report.findings));
    assert_eq!(lines.len(), checks.len() + findings.len() + 1);

    let junit = written(&report, Format::Junit, 80);
    assert_eq!(junit.matches("<testcase ").count(), report.checks.len() + 1);
    assert_eq!(junit.matches("<failure ").count(), 2);
    assert_eq!(junit.matches("<skipped ").count(), 4);
    assert!(junit.contains("<error message=\"interrupted after case 5 of 14\"/>"), "{junit}");
    assert!(junit.contains("tests=\"8\" failures=\"2\" errors=\"1\" time=\"4.012\""), "{junit}");
    assert_eq!(junit.matches("<system-out>651 objects").count(), 7, "what was seen stays beside the reason");

    let sarif: Value = serde_json::from_str(&written(&report, Format::Sarif, 80)).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), report.findings.len());
    assert_eq!(run["results"][0]["occurrenceCount"], 9);
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);

    let badge: Value = serde_json::from_str(&written(&report, Format::Badge, 80)).unwrap();
    assert_eq!((&badge["message"], &badge["color"]), (&"2 of 3 checks failed".into(), &"red".into()));

    let github = written(&report, Format::Github, 80);
    assert!(github.starts_with("::error file=exports/0-651 objects.txt,line=3,title=NAME-1 file-names::"), "{github}");
    assert!(github.contains("::error title=conform is incomplete::interrupted after case 5 of 14"), "{github}");

    let markdown = written(&report, Format::Markdown, 80);
    for check in &report.checks {
        let clause = check.clause.as_ref().unwrap();
        assert!(markdown.contains(&format!("| {clause} |")), "{markdown}");
    }
    assert!(written(&report, Format::Human, 80).contains("\nincomplete: interrupted after case 5 of 14\n"));
}

#[test]
fn a_report_without_failures_ends_early_or_well() {
    let mut report = report("651 objects");
    report.checks.retain(|check| check.outcome != Outcome::Fail);
    report.findings.clear();
    let last = |report: &_| written(report, Format::Human, 120).lines().last().unwrap().to_owned();
    assert_eq!(last(&report), "ok: 1 passed, 0 failed, 2 skipped, 1 open, 1 not applicable; 14 cases in 4.0 s");
    report.incomplete = Some("the target does not answer".to_owned());
    assert!(last(&report).starts_with("INCOMPLETE: 1 passed, 0 failed"), "{}", last(&report));
    let badge: Value = serde_json::from_str(&written(&report, Format::Badge, 80)).unwrap();
    assert_eq!(badge["message"], "incomplete");
}
