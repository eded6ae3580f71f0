//! Makes the report of a preflight.

use jiff::Timestamp;

use super::registry::{evaluate, skipped};
use super::snapshot::{Expected, Snapshot, Write};
use crate::access::Catalogue;
use crate::report::model::{Check, Findings, Outcome, Report, Summary, Tool};
use crate::report::summary::{ObjectState, Preflight, VerificationObject};

/// Evaluates the snapshot of `target`. Reading started at `started_at` and took `milliseconds`.
pub fn report(snapshot: &Snapshot, target: String, started_at: Timestamp, milliseconds: u64) -> Report<Preflight> {
    let (checks, found) = evaluate(snapshot);
    let mut findings = Findings::default();
    found.into_iter().for_each(|finding| findings.add(finding));
    let (findings, unlisted_findings) = findings.into_parts();
    let mut report = Report { checks, findings, unlisted_findings, ..empty(&snapshot.expected, target, started_at) };
    report.incomplete = unanswered(snapshot, &report.checks);
    report.milliseconds = milliseconds;
    report.summary.inspector = snapshot.inspector.as_ref().ok().map(|caller| caller.arn.clone());
    report.summary.verification_object = snapshot.write.as_ref().ok().map(verification_object);
    report
}

/// Why the main question, whether mParticle may write, has no answer. None if it has one.
fn unanswered(snapshot: &Snapshot, checks: &[Check]) -> Option<String> {
    let find = |id: &str| checks.iter().find(|check| check.id == id).map(|check| &check.outcome);
    let has_answer = |outcome: Option<&Outcome>| matches!(outcome, Some(Outcome::Pass | Outcome::Fail));
    let (may, write) = (find("may-write"), find("write"));
    // On a server without policies for signed requests, a write by anybody is the only evidence.
    let wrote = || snapshot.write.as_ref().is_ok_and(|write| write.outcome.is_ok());
    let is_moot = may.is_some_and(|outcome| outcome.is_like(&Outcome::not_applicable(""))) && wrote();
    if has_answer(may) || has_answer(write) || is_moot {
        return None;
    }
    let reason = |outcome: Option<&Outcome>| outcome.and_then(|one| one.reason()).unwrap_or("unknown").to_owned();
    Some(format!("whether mParticle may write is not known: `may-write`: {}; `write`: {}", reason(may), reason(write)))
}

/// The report of a preflight that ended before the snapshot was complete, for instance because the endpoint is
/// unreachable.
pub fn report_of_failure(
    expected: &Expected,
    target: String,
    started_at: Timestamp,
    milliseconds: u64,
    reason: String,
) -> Report<Preflight> {
    let checks = skipped(expected.access(), &reason);
    Report { checks, milliseconds, incomplete: Some(reason), ..empty(expected, target, started_at) }
}

fn empty(expected: &Expected, target: String, started_at: Timestamp) -> Report<Preflight> {
    Report {
        tool: Tool::default(),
        command: Preflight::COMMAND.to_owned(),
        target,
        started_at: started_at.to_string(),
        milliseconds: 0,
        incomplete: None,
        checks: Vec::new(),
        findings: Vec::new(),
        unlisted_findings: 0,
        summary: Preflight {
            access: expected.access(),
            pod: expected.pod.map(|pod| pod.name.clone()),
            catalogue_date: expected.pod.map(|_| Catalogue::built_in().date.clone()),
            inspector: None,
            verification_object: None,
        },
    }
}

fn verification_object(write: &Write) -> VerificationObject {
    let (state, reason) = match (&write.outcome, &write.removed) {
        (Err(_), Some(Ok(()))) => (ObjectState::Removed, None),
        (Err(error), removed) if error.answer_lost => {
            (ObjectState::Unconfirmed, removed.as_ref().and_then(|removed| removed.as_ref().err()))
        }
        (Err(_), _) => (ObjectState::Refused, None),
        (Ok(()), Some(Ok(()))) => (ObjectState::Removed, None),
        (Ok(()), Some(Err(why))) => (ObjectState::Written, Some(why)),
        (Ok(()), None) => (ObjectState::Written, None),
    };
    VerificationObject {
        key: write.key.clone(),
        principal: write.caller.as_ref().ok().map(|caller| caller.arn.clone()),
        as_mparticle: write.as_mparticle,
        state,
        reason: reason.map(ToString::to_string),
    }
}
