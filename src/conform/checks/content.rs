//! What lines say: the findings of the comparison, each under the promise that it breaks.

use super::promise::{Evidence, Promise, Verdict};
use crate::contract::clause::DELIVERY;
use crate::report::Finding;

pub(super) const FORM: Promise = Promise {
    clause: "DTO-1",
    title: "outbound form (inbound for a raw feed)",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| matches!(finding.clause.as_str(), "DTO-1" | "DTO-2")),
};

pub(super) const TEXT: Promise = Promise {
    clause: "DTO-4",
    title: "digits, text and key order are kept",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| finding.clause == "DTO-4"),
};

/// The settings' effects have no clause of their own but their id; SET-2 is what binds them together.
pub(super) const SETTINGS: Promise = Promise {
    clause: "SET-2",
    title: "every setting does what it says",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| group(finding) == Group::Setting),
};

pub(super) const UNKNOWN_TYPES: Promise = Promise {
    clause: "SET-1",
    title: "types that no setting names are kept",
    consequence_of: &["DELIVERY-1"],
    check: |evidence| of(evidence, |finding| finding.clause == "SET-1"),
};

pub(super) const CUT: Promise = Promise {
    clause: "BAT-3",
    title: "one batch or one event a line",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| finding.clause.starts_with("BAT-")),
};

#[derive(Debug, PartialEq, Eq)]
enum Group {
    /// It has a row of its own.
    Named,
    /// Some setting was not done.
    Setting,
}

/// Which row a finding belongs to: what no other row names is about settings, so that none can get lost.
fn group(finding: &Finding) -> Group {
    match finding.clause.as_str() {
        "DTO-1" | "DTO-2" | "DTO-4" | "DTO-9" | "SET-1" | DELIVERY => Group::Named,
        clause if clause.starts_with("BAT-") => Group::Named,
        _ => Group::Setting,
    }
}

fn of(evidence: &Evidence<'_>, belongs: impl Fn(&Finding) -> bool) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.saw("lines", evidence.places.len() as u64);
    verdict.findings = evidence.comparison.findings.iter().filter(|finding| belongs(finding)).cloned().collect();
    verdict
}
