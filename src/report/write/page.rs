//! A report as one HTML page without scripts and requests. It follows the light or dark mode of the system.

use std::io::{self, Write};
use std::sync::LazyLock;

use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use super::findings::{causes, clause_command, first_places, headline, more_places, totals, unlisted};
use crate::contract::clause;
use crate::report::model::{Cell, Check, Finding, Outcome, PlotUnit, Report, Section, Summary, Tone};
use crate::report::model::{Verdict, bytes, counted, duration};
use crate::visible::visible;

const TEMPLATE: &str = "page.html";

/// The name ends in `.html`, so that tera escapes every value.
static ENGINE: LazyLock<Result<Tera, tera::Error>> = LazyLock::new(|| {
    let mut engine = Tera::new();
    engine.register_filter("code", |text: String, _: Kwargs, _: &State| tera::Value::safe_string(&with_code(&text)));
    engine.add_raw_template(TEMPLATE, include_str!("page.html.tera"))?;
    Ok(engine)
});

/// Writes the page. The same report gives the same bytes.
///
/// # Errors
/// If `out` cannot be written.
pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let engine = ENGINE.as_ref().map_err(|error| io::Error::other(error.to_string()))?;
    let context = Context::from_serialize(&Page::new(report)).map_err(io::Error::other)?;
    let page = engine.render(TEMPLATE, &context).map_err(io::Error::other)?;
    out.write_all(page.as_bytes())
}

/// A time in RFC 3339, cut after the seconds.
fn started(at: &str) -> String {
    let seconds = at.get(..19).filter(|time| time.contains('T'));
    seconds.map_or_else(|| at.to_owned(), |time| format!("{} UTC", time.replace('T', " ")))
}

/// Text as HTML. Parts between backticks become code.
fn with_code(text: &str) -> String {
    let text = visible(text);
    let pieces: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is an ordinary character.
    let is_paired = !pieces.len().is_multiple_of(2);
    let mut html = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let (before, after): (&[u8], &[u8]) = match index {
            _ if is_paired && index % 2 == 1 => (b"<code>", b"</code>"),
            1.. if !is_paired => (b"`", b""),
            _ => (b"", b""),
        };
        html.extend_from_slice(before);
        // Writing to a vector cannot fail.
        let _ = tera::escape_html(piece, &mut html);
        html.extend_from_slice(after);
    }
    String::from_utf8_lossy(&html).into_owned()
}

/// The variables of the template. All of them are always set.
#[derive(Serialize)]
struct Page {
    title: String,
    headline: String,
    verdict: &'static str,
    verdict_class: &'static str,
    incomplete: String,
    totals: String,
    facts: Vec<(String, String)>,
    tiles: Vec<Tile>,
    findings: Vec<FindingCard>,
    unlisted: String,
    cases: Vec<String>,
    matrix: Vec<MatrixRow>,
    checks: Vec<CheckRow>,
    sections: Vec<Block>,
    footer: String,
}

/// The number of checks with one outcome.
#[derive(Serialize)]
struct Tile {
    class: &'static str,
    name: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct FindingCard {
    severity: &'static str,
    check: String,
    clause: String,
    sentence: &'static str,
    message: String,
    count: String,
    known: bool,
    places: Vec<String>,
    more: u64,
    remedy: String,
    command: String,
    causes: String,
}

#[derive(Serialize)]
struct MatrixRow {
    clause: String,
    title: String,
    class: &'static str,
    cells: Vec<&'static str>,
}

#[derive(Serialize)]
struct CheckRow {
    clause: String,
    title: String,
    sentence: &'static str,
    class: &'static str,
    result: &'static str,
    seen: String,
    reason: String,
    needs: String,
    time: String,
}

/// A section for the template. `kind` says which of the lists is used.
#[derive(Serialize)]
struct Block {
    kind: &'static str,
    title: String,
    about: String,
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<BlockCell>>,
    bars: Vec<Bar>,
    height: usize,
}

#[derive(Serialize)]
struct BlockCell {
    text: String,
    number: bool,
    class: &'static str,
}

/// A bar of a plot: x and width in percent, y in pixels.
#[derive(Serialize)]
struct Bar {
    label: String,
    value: String,
    y: usize,
    width: String,
    end: String,
}

/// The height of a bar with its gap, in pixels.
const PITCH: usize = 24;

/// The left end of the bars in percent. The labels are on the left of it, as in the template.
const START: f64 = 35.0;

/// The width of the longest bar in percent of the drawing. The values are on the right of it.
const LONGEST: f64 = 50.0;

impl Page {
    fn new<T: Summary>(report: &Report<T>) -> Self {
        let verdict = report.verdict();
        let mut facts =
            vec![("target".to_owned(), report.target.clone()), ("started".to_owned(), started(&report.started_at))];
        let properties = T::properties(report).into_iter().filter(|(_, value)| !value.is_empty());
        facts.extend(properties.map(|(name, value)| (name.to_owned(), value)));
        let tool = &report.tool;
        let commit = tool.commit.as_ref().map(|commit| format!(" ({commit})")).unwrap_or_default();
        let (cases, matrix) = matrix(&report.checks);
        Self {
            title: format!("{}: {}", report.command, verdict.as_str()),
            headline: T::headline(report),
            verdict: verdict.as_str(),
            verdict_class: match verdict {
                Verdict::Ok => "pass",
                Verdict::Failed => "fail",
                Verdict::Incomplete => "open",
            },
            incomplete: report.incomplete.clone().unwrap_or_default(),
            totals: totals(report),
            facts,
            tiles: tiles(report),
            findings: findings(report),
            unlisted: unlisted(report).unwrap_or_default(),
            cases,
            matrix,
            checks: failures_first(&report.checks).map(row).collect(),
            sections: T::sections(report).into_iter().map(block).collect(),
            footer: format!("{} {}{commit}, {}", tool.name, tool.version, report.command),
        }
    }
}

fn tiles<T: Summary>(report: &Report<T>) -> Vec<Tile> {
    let tile = |outcome: Outcome, name| Tile { class: class(&outcome), name, count: report.count(&outcome) };
    vec![
        tile(Outcome::Fail, "failed"),
        tile(Outcome::Pass, "passed"),
        tile(Outcome::skip(""), "skipped"),
        tile(Outcome::not_applicable(""), "not applicable"),
        tile(Outcome::open(""), "left open"),
    ]
}

/// The findings: errors, then warnings, then notes. Known findings come last.
fn findings<T: Summary>(report: &Report<T>) -> Vec<FindingCard> {
    let mut list: Vec<&Finding> = report.findings.iter().collect();
    list.sort_by_key(|finding| (finding.known, std::cmp::Reverse(finding.severity)));
    list.into_iter().map(|finding| card(report, finding)).collect()
}

fn card<T>(report: &Report<T>, finding: &Finding) -> FindingCard {
    let check = report.checks.iter().find(|check| check.id == finding.check);
    let clause = finding.clause.clone().unwrap_or_default();
    FindingCard {
        severity: finding.severity.as_str(),
        check: finding.check.clone(),
        sentence: sentence(&clause),
        command: clause_command(finding).unwrap_or_default(),
        clause,
        message: headline(finding),
        count: counted(finding.count, "place", "places"),
        known: finding.known,
        places: first_places(finding),
        more: more_places(finding),
        remedy: finding.remedy.clone().unwrap_or_default(),
        causes: check.map(|check| causes(report, check).join(", ")).unwrap_or_default(),
    }
}

fn sentence(clause: &str) -> &'static str {
    clause::find(clause).map(|clause| clause.sentence).unwrap_or_default()
}

/// The names of the cases, and a row for each check that ran in cases, with one cell per case.
fn matrix(checks: &[Check]) -> (Vec<String>, Vec<MatrixRow>) {
    let mut cases: Vec<String> = Vec::new();
    for case in checks.iter().flat_map(|check| check.passed_cases.iter().chain(&check.failed_cases)) {
        if !cases.contains(case) {
            cases.push(case.clone());
        }
    }
    let in_cases = |check: &&Check| !check.passed_cases.is_empty() || !check.failed_cases.is_empty();
    let rows = failures_first(checks).filter(in_cases).map(|check| MatrixRow {
        clause: check.clause.clone().unwrap_or_default(),
        title: check.title.clone(),
        class: class(&check.outcome),
        cells: cases
            .iter()
            .map(|case| match (check.failed_cases.contains(case), check.passed_cases.contains(case)) {
                (true, _) => "fail",
                (false, true) => "pass",
                (false, false) => "none",
            })
            .collect(),
    });
    let rows = rows.collect();
    (cases, rows)
}

fn failures_first(checks: &[Check]) -> impl Iterator<Item = &Check> {
    let failed = |check: &&Check| check.outcome == Outcome::Fail;
    checks.iter().filter(failed).chain(checks.iter().filter(move |check| !failed(check)))
}

fn row(check: &Check) -> CheckRow {
    let clause = check.clause.clone().unwrap_or_default();
    CheckRow {
        sentence: sentence(&clause),
        clause,
        title: check.title.clone(),
        class: class(&check.outcome),
        result: check.outcome.as_str(),
        seen: check.seen.clone(),
        reason: check.outcome.reason().unwrap_or_default().to_owned(),
        needs: check.needs.join(", "),
        time: if check.milliseconds == 0 { String::new() } else { duration(check.milliseconds) },
    }
}

fn class(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Skip { .. } => "skip",
        Outcome::NotApplicable { .. } => "none",
        Outcome::Open { .. } => "open",
    }
}

fn block(section: Section) -> Block {
    let empty = |kind, title| Block {
        kind,
        title,
        about: String::new(),
        columns: Vec::new(),
        rows: Vec::new(),
        bars: Vec::new(),
        height: 0,
    };
    match section {
        Section::Table { title, columns, rows } => {
            let is_number =
                |index: usize| rows.first().and_then(|row| row.get(index)).is_some_and(|cell| cell.is_number);
            let columns = columns.into_iter().enumerate().map(|(index, name)| (name, is_number(index))).collect();
            let rows = rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect();
            Block { columns, rows, ..empty("table", title) }
        }
        Section::Facts { title, facts } => {
            let row = |(name, value)| vec![cell(Cell::text(name).tone(Tone::Dim)), cell(Cell::text(value))];
            Block { rows: facts.into_iter().map(row).collect(), ..empty("facts", title) }
        }
        Section::Plot { title, about, unit, bars } => {
            let most = bars.iter().map(|(_, value)| *value).max().unwrap_or_default().max(1) as f64;
            let bar = |(index, (label, value)): (usize, (String, u64))| {
                // A value above zero must be visible.
                let width = if value == 0 { 0.0 } else { (value as f64 * LONGEST / most).max(0.4) };
                Bar {
                    label,
                    y: index * PITCH,
                    width: format!("{width:.2}"),
                    end: format!("{:.2}", START + width),
                    value: match unit {
                        PlotUnit::Count => value.to_string(),
                        PlotUnit::Bytes => bytes(value),
                    },
                }
            };
            let height = bars.len() * PITCH;
            Block { about, height, bars: bars.into_iter().enumerate().map(bar).collect(), ..empty("plot", title) }
        }
    }
}

fn cell(cell: Cell) -> BlockCell {
    let class = match cell.tone {
        Tone::Plain => "",
        Tone::Good => "pass",
        Tone::Bad => "fail",
        Tone::Warning => "open",
        Tone::Dim => "dim",
    };
    BlockCell { text: cell.text, number: cell.is_number, class }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_become_markup() {
        assert_eq!(with_code("the key `a<b` is \"odd\""), "the key <code>a&lt;b</code> is &quot;odd&quot;");
        assert_eq!(with_code("one ` alone & \u{1b}[31m"), "one ` alone &amp; \\u{1b}[31m");
    }

    #[test]
    fn failed_checks_come_first_and_have_a_cell_for_each_case() {
        let passed =
            Check { passed_cases: vec!["a".into(), "b".into()], ..Check::new("names", Some("NAME-1"), "names") };
        let failed = Check {
            failed_cases: vec!["b".into()],
            ..Check::new("lines", Some("FILE-1"), "lines").with(Outcome::Fail)
        };
        let (cases, rows) = matrix(&[passed, failed]);
        assert_eq!(cases, ["a", "b"]);
        assert_eq!((rows[0].title.as_str(), rows[0].cells.as_slice()), ("lines", ["none", "fail"].as_slice()));
        assert_eq!((rows[1].title.as_str(), rows[1].cells.as_slice()), ("names", ["pass", "pass"].as_slice()));
    }

    #[test]
    fn a_bar_is_as_long_as_its_share_and_never_invisible() {
        let bars = vec![("a".to_owned(), 1000), ("b".to_owned(), 1), ("c".to_owned(), 0)];
        let plot = block(Section::Plot { title: String::new(), about: String::new(), unit: PlotUnit::Bytes, bars });
        let widths: Vec<&str> = plot.bars.iter().map(|bar| bar.width.as_str()).collect();
        assert_eq!(widths, ["50.00", "0.40", "0.00"]);
        assert_eq!((plot.bars[0].end.as_str(), plot.bars[0].value.as_str(), plot.height), ("85.00", "1000 B", 72));
    }
}
