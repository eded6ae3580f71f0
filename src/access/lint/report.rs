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

/// Lints policies and reports each rule as a check. A rule that has only notes passes. The caller sets the duration.
pub fn check_policies(policies: &[NamedPolicy], expected: &Expectations, started_at: Timestamp) -> Report<Policies> {
    let mut findings = Findings::default();
    for one in policies {
        for fault in lint(&one.policy, one.bytes, expected) {
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
        checks: Rule::ALL.iter().map(|rule| rule.check(&findings)).collect(),
        findings,
        unlisted_findings,
        summary: Policies::new(files),
    }
}

impl Rule {
    fn check(self, findings: &[Finding]) -> Check {
        let fails = findings.iter().any(|one| one.check == self.id() && one.severity != Severity::Note);
        let check = Check::new(self.id(), Some(self.clause()), self.title());
        if fails { check.with(Outcome::Fail) } else { check }
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
