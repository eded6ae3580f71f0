//! A preflight for a person at a terminal: the table of checks, then what is wrong with what to do, then how it ended.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

use super::human::{BAD, DIM, GOOD, paint};
use super::{AccessKind, FaultSeverity, ObjectState, PreflightCheck, PreflightReport, Status, VerificationObject};

/// Writes the table of checks, what was found, what was skipped for want of which right, and one line to end with.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_preflight(report: &PreflightReport, out: &mut dyn Write) -> io::Result<()> {
    let access = match report.access {
        AccessKind::RoleBased => "role-based",
        AccessKind::UserBased => "user-based",
    };
    write!(out, "{}: {access} access", report.target)?;
    if let (Some(pod), Some(date)) = (&report.pod, &report.catalogue_date) {
        write!(out, " for pod {pod} {DIM}(account and roles as of {date}){DIM:#}")?;
    }
    writeln!(out)?;
    if let Some(inspector) = &report.inspector {
        writeln!(out, "looked at by {inspector}")?;
    }
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["clause", "check", "what", "seen", "result"]);
    for check in &report.checks {
        table.add_row([
            check.clause.as_deref().unwrap_or("AWS"),
            &check.id,
            &check.title,
            &short(check),
            &check.status.to_string(),
        ]);
    }
    for line in table.to_string().lines() {
        writeln!(out, "{}", paint(line))?;
    }
    for check in &report.checks {
        write_findings(check, out)?;
    }
    write_skips(report, out)?;
    if let Some(object) = &report.verification_object {
        write_object(object, out)?;
    }
    let (style, verdict) = if report.is_ok() { (GOOD, "ok") } else { (BAD, "FAILED") };
    writeln!(
        out,
        "{style}{verdict}{style:#}: {} passed, {} failed, {} skipped, {} not applicable in {:.1} s",
        report.count(Status::Pass),
        report.count(Status::Fail),
        report.count(Status::Skip),
        report.count(Status::NotApplicable),
        report.milliseconds as f64 / 1000.0,
    )
}

/// What fits into a row; the reasons stand below the table in full.
fn short(check: &PreflightCheck) -> String {
    match (check.status, &check.missing_right, &check.reason) {
        (Status::Skip, Some(right), _) => format!("{right} is missing"),
        (Status::Skip, None, _) => "see below".to_owned(),
        (Status::NotApplicable, _, Some(reason)) => reason.clone(),
        _ => check.seen.clone(),
    }
}

fn write_findings(check: &PreflightCheck, out: &mut dyn Write) -> io::Result<()> {
    if check.findings.is_empty() {
        return Ok(());
    }
    let style = if check.status == Status::Fail { BAD } else { DIM };
    writeln!(out, "\n{style}{}{style:#} {}", check.id, check.title)?;
    for finding in &check.findings {
        let (style, severity) = (finding.severity.style(), finding.severity.as_str());
        writeln!(out, "  {style}{severity}{style:#}: {}", finding.message)?;
        if finding.severity != FaultSeverity::Note || !finding.remedy.is_empty() {
            writeln!(out, "    {DIM}do{DIM:#} {}", finding.remedy)?;
        }
    }
    Ok(())
}

fn write_skips(report: &PreflightReport, out: &mut dyn Write) -> io::Result<()> {
    let mut skipped = report.checks.iter().filter(|check| check.status == Status::Skip).peekable();
    if skipped.peek().is_some() {
        writeln!(out, "\nskipped, which is not passed:")?;
    }
    for check in skipped {
        writeln!(out, "  {} {DIM}{}{DIM:#}", check.id, check.reason.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn write_object(object: &VerificationObject, out: &mut dyn Write) -> io::Result<()> {
    let state = match object.state {
        ObjectState::Refused => "was refused",
        ObjectState::Written => "was written and left in the bucket",
        ObjectState::Removed => "was written and removed",
        ObjectState::Unconfirmed => "was sent and not confirmed: it may be in the bucket",
    };
    let principal = object.principal.as_deref().unwrap_or("a principal that the endpoint does not name");
    let whose = if object.as_mparticle { "who writes for mParticle" } else { "who is not mParticle" };
    writeln!(out, "\n`{}` {state}, sent by {principal}, {whose}", object.key)?;
    match &object.reason {
        Some(reason) => writeln!(out, "  not removed: {reason}"),
        None => Ok(()),
    }
}
