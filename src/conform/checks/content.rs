//! The content of lines: the findings of the comparison, each under the broken clause.

use super::definition::{CaseResult, Definition, Snapshot};
use crate::conform::expect::{Closing, Gathering};
use crate::contract::clause::DELIVERY;

pub(super) const OUTBOUND: Definition = Definition {
    id: "outbound-form",
    clause: "DTO-1",
    title: "outbound form",
    consequence_of: &[],
    evaluate: |snapshot| match snapshot.scenario.settings.connection.raw_data_feed {
        true => CaseResult::not_applicable("raw_data_feed selects the inbound form"),
        false => of(snapshot, |clause| clause == "DTO-1"),
    },
};

pub(super) const INBOUND: Definition = Definition {
    id: "inbound-form",
    clause: "DTO-2",
    title: "inbound form of a raw feed",
    consequence_of: &[],
    evaluate: |snapshot| match snapshot.scenario.settings.connection.raw_data_feed {
        true => of(snapshot, |clause| clause == "DTO-2"),
        false => CaseResult::not_applicable("raw_data_feed is off"),
    },
};

pub(super) const TEXT: Definition = Definition {
    id: "text",
    clause: "DTO-4",
    title: "digits, text and key order are kept",
    consequence_of: &[],
    evaluate: |snapshot| of(snapshot, |clause| clause == "DTO-4"),
};

/// The clause of a setting's effect has the setting's id. SET-2 requires all of them.
pub(super) const SETTINGS: Definition = Definition {
    id: "settings",
    clause: "SET-2",
    title: "every setting has its effect",
    consequence_of: &[],
    evaluate: |snapshot| of(snapshot, |clause| !has_own_check(clause)),
};

pub(super) const UNKNOWN_TYPES: Definition = Definition {
    id: "unknown-types",
    clause: "SET-1",
    title: "event types without a setting are kept",
    consequence_of: &["DELIVERY-1"],
    evaluate: |snapshot| {
        let mut result = CaseResult { seen: Vec::new(), ..of(snapshot, |clause| clause == "SET-1") };
        result.saw("event(s) of such types", snapshot.comparison.ungoverned);
        result
    },
};

pub(super) const WINDOWS: Definition = Definition {
    id: "windows",
    clause: "BAT-1",
    title: "one line for the events of a device in a window",
    consequence_of: &[],
    evaluate: |snapshot| gathered(snapshot, Gathering::Window, "send_as_batch is off"),
};

pub(super) const SESSIONS: Definition = Definition {
    id: "sessions",
    clause: "BAT-2",
    title: "one line for an Android session",
    consequence_of: &[],
    evaluate: |snapshot| gathered(snapshot, Gathering::Session, "wait_for_complete_batch is off"),
};

pub(super) const EVENTS: Definition = Definition {
    id: "single-events",
    clause: "BAT-3",
    title: "one line for each event without batching",
    consequence_of: &[],
    evaluate: |snapshot| gathered(snapshot, Gathering::None, "batching is on"),
};

/// Counts the lines that were read and collected in this way.
fn gathered(snapshot: &Snapshot<'_>, gathering: Gathering, off: &'static str) -> CaseResult {
    let findings = of(snapshot, |clause| clause == gathering.clause()).findings;
    let mut result = CaseResult { findings, ..CaseResult::default() };
    let expected = &snapshot.expectation.lines;
    let read = snapshot.comparison.matched.iter().filter_map(|index| Some(&expected[(*index)?]));
    for line in read.filter(|line| line.gathering == gathering) {
        result.saw("line(s)", 1);
        if line.sources.len() > 1 {
            result.saw("merged", 1);
        }
        match line.closing {
            Closing::SessionEnded => result.saw("ended", 1),
            Closing::SessionReleased => result.saw("released", 1),
            Closing::Full => result.saw("full", 1),
            Closing::Oversize => result.saw("too long alone", 1),
            _ => {}
        }
    }
    if expected.iter().all(|line| line.gathering != gathering) {
        result.not_applicable = Some(off.into());
    }
    result
}

/// Whether a check of its own reports this clause. All other clauses are effects of settings, so no finding is lost.
fn has_own_check(clause: &str) -> bool {
    matches!(clause, "DTO-1" | "DTO-2" | "DTO-4" | "DTO-9" | "SET-1" | DELIVERY) || clause.starts_with("BAT-")
}

fn of(snapshot: &Snapshot<'_>, is_meant: impl Fn(&str) -> bool) -> CaseResult {
    let mut result = CaseResult::default();
    result.saw("line(s)", snapshot.places.len() as u64);
    let findings = snapshot.comparison.findings.iter();
    let findings = findings.filter(|finding| is_meant(finding.clause.as_deref().unwrap_or_default()));
    result.findings = findings.cloned().collect();
    result
}
