//! A conformance run as one page that needs nothing else: no script, no request, light or dark as the reader's system is.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::sync::LazyLock;

use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use super::{Check, ConformanceReport, Histogram, Status};
use crate::contract::clause;

const TEMPLATE: &str = "conformance.html";

/// Its name ends in `.html`, so that whatever enters it is escaped.
static ENGINE: LazyLock<Result<Tera, tera::Error>> = LazyLock::new(|| {
    let mut engine = Tera::new();
    engine.register_filter("spans", |text: String, _: Kwargs, _: &State| tera::Value::safe_string(&spans(&text)));
    engine.add_raw_template(TEMPLATE, include_str!("conformance.html.tera"))?;
    Ok(engine)
});

/// Writes the page: the same bytes for the same report.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_conformance(report: &ConformanceReport, out: &mut dyn Write) -> io::Result<()> {
    let engine = ENGINE.as_ref().map_err(|error| io::Error::other(error.to_string()))?;
    let context = Context::from_serialize(&Page::of(report)).map_err(io::Error::other)?;
    let page = engine.render(TEMPLATE, &context).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

/// Text as HTML, in which pieces between backticks are code.
fn spans(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is one like any other character.
    if pieces.len().is_multiple_of(2) {
        return escape(text);
    }
    let spans = pieces.iter().enumerate().map(|(index, piece)| match index % 2 {
        0 => escape(piece),
        _ => format!("<code>{}</code>", escape(piece)),
    });
    spans.collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

/// All that the template shows; every variable is always there.
#[derive(Serialize)]
struct Page<'a> {
    program: String,
    subject: &'a str,
    target: &'a str,
    seed: String,
    ok: bool,
    extent: String,
    seconds: String,
    tiles: Vec<Tile>,
    checks: Vec<Row<'a>>,
    settings: Vec<&'a str>,
    cases: Vec<GridRow<'a>>,
    charts: Vec<Chart>,
}

/// How many checks ended in one way.
#[derive(Serialize)]
struct Tile {
    status: &'static str,
    name: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct Row<'a> {
    clause: &'a str,
    sentence: &'static str,
    title: &'a str,
    status: &'static str,
    result: String,
    seen: &'a str,
    reason: &'a str,
    consequence_of: String,
    findings: Vec<Line<'a>>,
    more: u64,
    milliseconds: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    message: &'a str,
    place: String,
}

/// A case, and what it sets: a cell for every setting that any case sets.
#[derive(Serialize)]
struct GridRow<'a> {
    name: &'a str,
    cells: Vec<&'a str>,
    input_lines: u64,
    objects: u64,
    lines: u64,
}

#[derive(Serialize)]
struct Chart {
    title: &'static str,
    about: &'static str,
    total: u64,
    width: usize,
    bars: Vec<Column>,
}

/// A bar in the units of its drawing, whose base line is at [`BASE`].
#[derive(Serialize)]
struct Column {
    x: usize,
    middle: usize,
    y: u64,
    height: u64,
    above: u64,
    label: String,
    count: u64,
}

const BASE: u64 = 130;
const TALLEST: u64 = 110;
const PITCH: usize = 62;

impl<'a> Page<'a> {
    fn of(report: &'a ConformanceReport) -> Self {
        let settings: BTreeSet<&str> =
            report.cases.iter().flat_map(|case| case.settings.keys().map(String::as_str)).collect();
        let cases = report.cases.iter().map(|case| GridRow {
            name: &case.name,
            cells: settings.iter().map(|id| case.settings.get(*id).map_or("", |value| value.as_str())).collect(),
            input_lines: case.input_lines,
            objects: case.objects,
            lines: case.lines,
        });
        let cases = cases.collect();
        let tile = |status, name| Tile { status: class(status), name, count: report.count(status) };
        let sizes =
            report.sizes.as_ref().map(|sizes| chart("Sizes of objects", "bytes as stored, an object each", sizes));
        let lateness = report.lateness.as_ref().map(|lateness| {
            chart("Lateness of events", "from an event until its batch was received, an event each", lateness)
        });
        Self {
            program: format!("{} {}", report.tool.name, report.tool.version),
            subject: &report.subject,
            target: &report.target,
            seed: report.seed.map(|seed| seed.to_string()).unwrap_or_default(),
            ok: report.is_ok(),
            extent: report.extent(),
            seconds: format!("{:.1}", report.milliseconds as f64 / 1000.0),
            tiles: vec![
                tile(Status::Pass, "passed"),
                tile(Status::Fail, "failed"),
                tile(Status::Skip, "skipped"),
                tile(Status::NotApplicable, "not applicable"),
                tile(Status::Undefined, "left open"),
            ],
            checks: report.checks.iter().map(row).collect(),
            settings: settings.into_iter().collect(),
            cases,
            charts: sizes.into_iter().chain(lateness).filter(|chart| chart.total > 0).collect(),
        }
    }
}

fn row(check: &Check) -> Row<'_> {
    let finding = |finding: &'_ super::Finding| finding.place.to_string();
    Row {
        clause: &check.clause,
        sentence: clause::find(&check.clause).map(|clause| clause.sentence).unwrap_or_default(),
        title: &check.title,
        status: class(check.status),
        result: check.status.to_string(),
        seen: &check.seen,
        reason: check.reason.as_deref().unwrap_or_default(),
        consequence_of: check.consequence_of.join(", "),
        findings: check.findings.iter().map(|it| Line { message: &it.message, place: finding(it) }).collect(),
        more: check.found.saturating_sub(check.findings.len() as u64),
        milliseconds: check.milliseconds,
    }
}

fn class(status: Status) -> &'static str {
    match status {
        Status::Pass => "pass",
        Status::Fail => "fail",
        Status::Skip => "skip",
        Status::NotApplicable => "none",
        Status::Undefined => "open",
    }
}

fn chart(title: &'static str, about: &'static str, histogram: &Histogram) -> Chart {
    let most = histogram.bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
    let columns = histogram.labels().zip(&histogram.bars).enumerate().map(|(index, (label, bar))| {
        // What is there is seen, be it ever so little.
        let height = (bar.count.saturating_mul(TALLEST) / most).max(u64::from(bar.count > 0) * 2);
        let x = index * PITCH;
        let y = BASE - height;
        Column { x: x + 6, middle: x + PITCH / 2, y, height, above: y - 5, label, count: bar.count }
    });
    let bars: Vec<_> = columns.collect();
    Chart { title, about, total: histogram.total(), width: bars.len() * PITCH, bars }
}
