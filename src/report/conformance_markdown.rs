//! A conformance run for a pull request.

use std::io::{self, Write};

use super::markdown::{code, folded, table, text};
use super::{Check, ConformanceReport, Finding, Status};

/// How many findings of a check a reader is shown.
const SHOWN: usize = 10;

/// Writes the verdict, the table of checks, and what is wrong; the cases are folded away.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_conformance(report: &ConformanceReport, out: &mut dyn Write) -> io::Result<()> {
    let verdict = if report.is_ok() { "kept" } else { "broken" };
    writeln!(out, "## The export's contract is {verdict}\n")?;
    writeln!(
        out,
        "{} on {}: **{}**; {}",
        text(&report.subject),
        text(&report.target),
        report.tally(),
        report.extent()
    )?;
    writeln!(out)?;
    let rows = report.checks.iter().map(|check| {
        let seen = check.reason.as_ref().unwrap_or(&check.seen);
        let status = if check.status == Status::Fail { "**FAIL**".to_owned() } else { check.status.to_string() };
        [text(&check.clause), text(&check.title), status, text(seen)]
    });
    out.write_all(table(["clause", "check", "result", "seen"], rows).as_bytes())?;
    for check in report.checks.iter().filter(|check| check.status == Status::Fail) {
        write_failure(check, out)?;
    }
    let rows = report.cases.iter().map(|case| {
        let settings: Vec<_> = case.settings.iter().map(|(id, value)| code(&format!("{id}={value}"))).collect();
        let counts = [case.input_lines, case.objects, case.lines].map(|count| count.to_string());
        let [input, objects, lines] = counts;
        [text(&case.name), settings.join(" "), input, objects, lines]
    });
    let cases = table(["case", "settings", "lines in", "objects", "lines out"], rows);
    writeln!(out, "\n{}", folded(&report.extent(), &cases))?;
    let seed = report.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
    writeln!(out, "{} {}{seed}", text(&report.tool.name), text(&report.tool.version))
}

fn write_failure(check: &Check, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {} {}\n", text(&check.clause), text(&check.title))?;
    if !check.consequence_of.is_empty() {
        writeln!(out, "May follow from {}.\n", check.consequence_of.join(", "))?;
    }
    for Finding { message, place, .. } in check.findings.iter().take(SHOWN) {
        let place = place.to_string();
        let at = if place.is_empty() { String::new() } else { format!(" (at {})", code(&place)) };
        writeln!(out, "- {}{at}", text(message))?;
    }
    let more = check.found.saturating_sub(check.findings.len().min(SHOWN) as u64);
    if more > 0 { writeln!(out, "- … and {more} more") } else { Ok(()) }
}
