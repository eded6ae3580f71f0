//! The report of `policy check`: one check for each rule.

use jiff::Timestamp;

use super::fault::{Expectations, Fault};
use super::rule::Rule;
use super::run::lint;
use crate::access::Policy;
use crate::report::model::{Check, Finding, Findings, Outcome, Place, Report, Severity, Summary, Tool};
use crate::report::summary::Policies;

/// A policy and the name of its file.
#[derive(Debug, Clone)]
pub struct NamedPolicy {
    /// The file's name.
    pub file: String,
    /// The policy.
    pub policy: Policy,
    /// The length of the policy's text without white space, in bytes.
    pub bytes: usize,
}

/// Lints policies and reports each rule as a check. A rule passes if all of its findings are less severe than `fail_on`. If
/// AWS refuses one of the policies, the rules that found nothing are skipped. The caller sets the duration.
pub fn check_policies(
    policies: &[NamedPolicy],
    expected: &Expectations,
    fail_on: Severity,
    started_at: Timestamp,
) -> Report<Policies> {
    let mut findings = Findings::default();
    let mut refused = None;
    for one in policies {
        for fault in lint(&one.policy, one.bytes, expected) {
            if fault.rule == Rule::Refused {
                refused = Some(format!("{} refuses `{}`", one.policy.kind().stored_by(), one.file));
            }
            findings.add(fault.finding(&one.file));
        }
    }
    let (findings, unlisted_findings) = findings.into_parts();
    let files: Vec<String> = policies.iter().map(|one| one.file.clone()).collect();
    Report {
        tool: Tool::default(),
        command: Policies::COMMAND.to_owned(),
        target: files.join(", "),
        started_at: started_at.to_string(),
        milliseconds: 0,
        incomplete: None,
        checks: Rule::ALL.iter().map(|rule| rule.check(&findings, fail_on, refused.as_deref())).collect(),
        findings,
        unlisted_findings,
        summary: Policies::new(files),
    }
}

impl Rule {
    fn check(self, findings: &[Finding], fail_on: Severity, refused: Option<&str>) -> Check {
        let own = || findings.iter().filter(|one| one.check == self.id());
        let check = Check::new(self.id(), Some(self.clause()), self.title());
        match refused {
            _ if own().any(|one| one.severity >= fail_on) => check.with(Outcome::Fail),
            Some(reason) if self != Self::Refused && own().next().is_none() => check.with(Outcome::skip(reason)),
            _ => check,
        }
    }
}

impl Fault {
    /// The fault as a finding in this file.
    pub fn finding(self, file: &str) -> Finding {
        let pointer = Some(self.pointer).filter(|pointer| !pointer.is_empty());
        let place = Place { object: Some(file.to_owned()), pointer: pointer.clone(), ..Place::default() };
        let mut finding = Finding::new(self.rule.id(), self.rule.severity(), self.message)
            .clause(self.rule.clause())
            .at(place)
            .remedy(self.remedy);
        finding.place = pointer.map(|pointer| crate::json::without_indices(&pointer));
        finding
    }
}
