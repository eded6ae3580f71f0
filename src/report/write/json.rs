//! JSON and JSON lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::model::{Check, Finding, Report, Summary, Tool, Verdict};
use crate::visible::is_hidden;

/// A line of a report in JSON lines: all checks, then all findings, then the summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Line<T> {
    /// A check.
    Check(Check),
    /// A finding.
    Finding(Finding),
    /// The summary of the run: always the last line.
    Summary(RunSummary<T>),
}

/// The part of a report that concerns the whole run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunSummary<T> {
    /// The program that wrote this.
    pub tool: Tool,
    /// The command's name.
    pub command: String,
    /// The target of the run.
    pub target: String,
    /// The start of the run, RFC 3339 in UTC.
    pub started_at: String,
    /// The duration of the run in milliseconds.
    pub milliseconds: u64,
    /// Why the run ended before everything was checked; absent if it was completed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// Whether no check failed and the run was completed.
    pub ok: bool,
    /// The number of faults that are counted but not listed.
    pub unlisted_findings: u64,
    /// The summary of this command.
    pub summary: T,
}

pub(super) fn write_report_lines<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    write_lines(report.checks.iter().cloned().map(Line::<&T>::Check), out)?;
    write_lines(report.findings.iter().cloned().map(Line::<&T>::Finding), out)?;
    let summary = RunSummary {
        tool: report.tool.clone(),
        command: report.command.clone(),
        target: report.target.clone(),
        started_at: report.started_at.clone(),
        milliseconds: report.milliseconds,
        incomplete: report.incomplete.clone(),
        ok: report.verdict() == Verdict::Ok,
        unlisted_findings: report.unlisted_findings,
        summary: &report.summary,
    };
    write_lines([Line::Summary(summary)], out)
}

/// Writes one JSON document, indented, with a newline at the end.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_document(report: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(report)?;
    writeln!(out, "{}", escaped(text))
}

/// Writes one JSON object per line.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_lines<T: Serialize>(lines: impl IntoIterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    lines.into_iter().try_for_each(|line| writeln!(out, "{}", escaped(serde_json::to_string(&line)?)))
}

/// The same JSON with hidden characters escaped. They occur only in strings.
fn escaped(text: String) -> String {
    let needs_escape = |c: char| c > '~' && is_hidden(c);
    if !text.contains(needs_escape) {
        return text;
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if needs_escape(c) {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        } else {
            escaped.push(c);
        }
    }
    escaped
}
