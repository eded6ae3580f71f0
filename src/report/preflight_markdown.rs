//! A preflight for a pull request.

use std::io::{self, Write};

use super::markdown::{table, text};
use super::{PreflightCheck, PreflightReport, Status};

/// Writes the verdict, the table of checks, and what to do.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_preflight(report: &PreflightReport, out: &mut dyn Write) -> io::Result<()> {
    let verdict =
        if report.is_ok() { "is ready for mParticle, as far as it was asked" } else { "is not ready for mParticle" };
    writeln!(out, "## The bucket {verdict}\n")?;
    let counts = [
        (Status::Pass, "passed"),
        (Status::Fail, "failed"),
        (Status::Skip, "skipped, which is not passed"),
        (Status::NotApplicable, "not applicable"),
    ];
    let counts = counts.map(|(status, name)| format!("{} {name}", report.count(status)));
    writeln!(out, "{}: {}\n", text(&report.target), counts.join(", "))?;
    let rows = report.checks.iter().map(|check| {
        let seen = check.reason.as_ref().unwrap_or(&check.seen);
        let status = if check.status == Status::Fail { "**FAIL**".to_owned() } else { check.status.to_string() };
        [text(check.clause.as_deref().unwrap_or("AWS")), text(&check.id), text(&check.title), status, text(seen)]
    });
    out.write_all(table(["clause", "check", "what", "result", "seen"], rows).as_bytes())?;
    for check in report.checks.iter().filter(|check| !check.findings.is_empty()) {
        write_findings(check, out)?;
    }
    writeln!(out, "\n{} {}", text(&report.tool.name), text(&report.tool.version))
}

fn write_findings(check: &PreflightCheck, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n### {} {}\n", text(&check.id), text(&check.title))?;
    for finding in &check.findings {
        let fix = if finding.remedy.is_empty() { String::new() } else { format!(" Do: {}", text(&finding.remedy)) };
        writeln!(out, "- {}: {}.{fix}", finding.severity.as_str(), text(finding.message.trim_end_matches('.')))?;
    }
    Ok(())
}
