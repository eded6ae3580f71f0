//! DELIVERY-1: every event that was received is in the bucket exactly once, or was filtered or quarantined.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{CaseResult, Definition, Snapshot};
use crate::contract::clause::DELIVERY;
use crate::report::Fates;
use crate::report::model::Place;

pub(super) const CONSERVATION: Definition = Definition {
    id: "conservation",
    clause: DELIVERY,
    title: "no event lost, repeated or invented",
    // If lines are split differently, an event without an id cannot be distinguished from a lost event.
    consequence_of: &["BAT-1", "BAT-2", "BAT-3"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        result.saw("event(s)", snapshot.comparison.events);
        result.saw("line(s)", snapshot.places.len() as u64);
        let of_clause =
            snapshot.comparison.findings.iter().filter(|finding| finding.clause.as_deref() == Some(DELIVERY));
        result.findings.extend(of_clause.cloned());
        result
    },
};

pub(super) const OWN_COUNT: Definition = Definition {
    id: "own-count",
    clause: DELIVERY,
    title: "the subject's own counts are right",
    // A subject that ignores a setting reports what it did.
    consequence_of: &[DELIVERY, "SET-1", "SET-2"],
    evaluate: |snapshot| {
        let Some(fates) = snapshot.fates else {
            return CaseResult::not_applicable("the subject does not report counts");
        };
        let mut result = CaseResult::default();
        result.saw("event(s) in its counts", fates.received);
        compare_counts(fates, &expected(snapshot), &mut result);
        result
    },
};

/// The counts of a correct subject on a target that accepts everything.
fn expected(snapshot: &Snapshot<'_>) -> Fates {
    let expectation = snapshot.expectation;
    let filtered: BTreeMap<String, u64> =
        expectation.filtered_by().into_iter().map(|(setting, count)| (setting.to_string(), count)).collect();
    Fates {
        received: expectation.received,
        written: expectation.written(),
        filtered,
        quarantined: expectation.quarantined.iter().map(|entry| entry.events).sum(),
        unconfirmed: 0,
        pending: 0,
    }
}

fn compare_counts(fates: &Fates, expected: &Fates, result: &mut CaseResult) {
    if !fates.is_conserved() {
        result.wrong(Place::default(), format!("the subject's counts do not add up: {fates}"));
    }
    let mut compare = |what: &str, counted: u64, expected: u64| {
        if counted != expected {
            let expected = format!("the subject's count of events {what} to be {expected}");
            result.unexpected(Place::default(), expected, counted.to_string());
        }
    };
    compare("received", fates.received, expected.received);
    compare("written", fates.written, expected.written);
    compare("quarantined", fates.quarantined, expected.quarantined);
    compare("unconfirmed", fates.unconfirmed, expected.unconfirmed);
    compare("pending", fates.pending, expected.pending);
    for setting in fates.filtered.keys().chain(expected.filtered.keys()).collect::<BTreeSet<_>>() {
        let count = |fates: &Fates| fates.filtered.get(setting).copied().unwrap_or_default();
        compare(&format!("filtered by {setting}"), count(fates), count(expected));
    }
}
