//! Annotations of GitHub Actions. GitHub shows them beside the affected line of a pull request.

use std::io::{self, Write};

use super::findings::{headline, more_than, new_findings, totals};
use crate::report::model::{Finding, Report, Severity, Summary};
use crate::visible::visible;

pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    for finding in new_findings(report) {
        write_finding(finding, out)?;
    }
    if let Some(reason) = &report.incomplete {
        writeln!(out, "::error title={}::{}", property(&format!("{} is incomplete", T::COMMAND)), message(reason))?;
    }
    // A line of the log, not an annotation.
    writeln!(out, "{}: {}", report.verdict().as_str(), visible(&totals(report)))
}

/// One annotation for each listed place.
fn write_finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let names = [finding.clause.as_deref(), Some(finding.check.as_str())];
    let title = property(&names.into_iter().flatten().collect::<Vec<_>>().join(" "));
    let remedy = finding.remedy.as_ref().map(|remedy| format!(". Fix: {remedy}")).unwrap_or_default();
    let more = match more_than(finding.places.len(), finding) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    if finding.places.is_empty() {
        return writeln!(out, "::{level} title={title}::{}", message(&format!("{}{more}{remedy}", finding.message)));
    }
    for (number, place) in finding.places.iter().enumerate() {
        let mut properties = Vec::new();
        properties.extend(place.object.as_deref().map(|object| format!("file={}", property(object))));
        properties.extend(place.line.map(|line| format!("line={line}")));
        properties.push(format!("title={title}"));
        let what = match (&finding.expected, &place.found) {
            (Some(expected), Some(found)) => format!("expected {expected}, found {found}"),
            _ => headline(finding),
        };
        let pointer = place.pointer.as_deref().filter(|pointer| !pointer.is_empty());
        let pointer = pointer.map(|pointer| format!("{pointer}: ")).unwrap_or_default();
        let more = if number == 0 { more.as_str() } else { "" };
        writeln!(out, "::{level} {}::{}", properties.join(","), message(&format!("{pointer}{what}{more}{remedy}")))?;
    }
    Ok(())
}

fn message(text: &str) -> String {
    visible(text).replace('%', "%25")
}

fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
