//! What lines say: the findings of the comparison, each under the promise that it breaks.

use super::definition::{Evidence, Promise, Verdict};
use crate::conform::expect::{Closing, Gathering};
use crate::contract::clause::DELIVERY;
use crate::report::Finding;

pub(super) const OUTBOUND: Promise = Promise {
    name: "outbound-form",
    clause: "DTO-1",
    title: "outbound form",
    consequence_of: &[],
    check: |evidence| match evidence.scenario.settings.connection.raw_data_feed {
        true => Verdict::not_applicable("raw_data_feed asks for the inbound form"),
        false => of(evidence, |finding| finding.clause == "DTO-1"),
    },
};

pub(super) const INBOUND: Promise = Promise {
    name: "inbound-form",
    clause: "DTO-2",
    title: "inbound form of a raw feed",
    consequence_of: &[],
    check: |evidence| match evidence.scenario.settings.connection.raw_data_feed {
        true => of(evidence, |finding| finding.clause == "DTO-2"),
        false => Verdict::not_applicable("raw_data_feed is off"),
    },
};

pub(super) const TEXT: Promise = Promise {
    name: "text",
    clause: "DTO-4",
    title: "digits, text and key order are kept",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| finding.clause == "DTO-4"),
};

/// The settings' effects have no clause of their own but their id; SET-2 is what binds them together.
pub(super) const SETTINGS: Promise = Promise {
    name: "settings",
    clause: "SET-2",
    title: "every setting does what it says",
    consequence_of: &[],
    check: |evidence| of(evidence, |finding| group(finding) == Group::Setting),
};

pub(super) const UNKNOWN_TYPES: Promise = Promise {
    name: "unknown-types",
    clause: "SET-1",
    title: "types that no setting names are kept",
    consequence_of: &["DELIVERY-1"],
    check: |evidence| of(evidence, |finding| finding.clause == "SET-1"),
};

pub(super) const WINDOWS: Promise = Promise {
    name: "windows",
    clause: "BAT-1",
    title: "what a device sends in a window is one line",
    consequence_of: &[],
    check: |evidence| gathered(evidence, Gathering::Window, "send_as_batch is off"),
};

pub(super) const SESSIONS: Promise = Promise {
    name: "sessions",
    clause: "BAT-2",
    title: "an Android session is one line",
    consequence_of: &[],
    check: |evidence| gathered(evidence, Gathering::Session, "wait_for_complete_batch is off"),
};

pub(super) const EVENTS: Promise = Promise {
    name: "single-events",
    clause: "BAT-3",
    title: "without batching one event is a line",
    consequence_of: &[],
    check: |evidence| gathered(evidence, Gathering::None, "batching is on"),
};

/// Looks at the lines that are gathered this way.
fn gathered(evidence: &Evidence<'_>, gathering: Gathering, off: &'static str) -> Verdict {
    let mut verdict = Verdict::default();
    let findings = evidence.comparison.findings.iter();
    verdict.findings = findings.filter(|finding| finding.clause == gathering.clause()).cloned().collect();
    let lines = evidence.expectation.lines.iter().filter(|line| line.gathering == gathering);
    let mut saw = |what, count: usize| {
        if count > 0 {
            verdict.saw(what, count as u64);
        }
    };
    saw("lines", lines.clone().count());
    saw("merged", lines.clone().filter(|line| line.sources.len() > 1).count());
    for (closing, what) in [
        (Closing::SessionEnded, "ended"),
        (Closing::SessionReleased, "released"),
        (Closing::Full, "full"),
        (Closing::Oversize, "too long alone"),
    ] {
        saw(what, lines.clone().filter(|line| line.closing == closing).count());
    }
    verdict.not_applicable = verdict.seen.is_empty().then_some(off.into());
    verdict
}

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
