//! The law of conservation: every event that came in is somewhere, once.

use std::collections::BTreeMap;

use super::definition::{Evidence, Promise, Verdict};
use crate::contract::clause::DELIVERY;
use crate::report::{Fates, Finding, Place};

pub(super) const CONSERVATION: Promise = Promise {
    name: "conservation",
    clause: DELIVERY,
    title: "no event lost, repeated or invented",
    // Where lines are cut otherwise, an event without an id cannot be told from a lost one.
    consequence_of: &["BAT-1", "BAT-2", "BAT-3"],
    check: |evidence| {
        let mut verdict = Verdict::default();
        verdict.saw("events", evidence.expectation.received);
        verdict.findings =
            evidence.comparison.findings.iter().filter(|finding| finding.clause == DELIVERY).cloned().collect();
        let expected = expected(evidence);
        verdict.saw("filtered", expected.filtered_total());
        verdict.saw("quarantined", expected.quarantined);
        verdict
    },
};

pub(super) const OWN_COUNT: Promise = Promise {
    name: "own-count",
    clause: DELIVERY,
    title: "the subject's own count is true",
    // A subject that does otherwise than it is told counts what it did.
    consequence_of: &[DELIVERY, "SET-1", "SET-2"],
    check: |evidence| {
        let Some(fates) = evidence.fates else {
            return Verdict::not_applicable("the subject keeps no count");
        };
        let mut verdict = Verdict::default();
        verdict.saw("events", fates.received);
        verdict.findings.extend(differences(fates, &expected(evidence)).into_iter().map(|message| Finding {
            clause: DELIVERY.to_owned(),
            setting: None,
            place: Place { scenario: Some(evidence.scenario.name.clone()), ..Place::default() },
            message,
        }));
        verdict
    },
};

/// What the subject ought to have counted, if nothing stood in its way.
fn expected(evidence: &Evidence<'_>) -> Fates {
    let filtered: BTreeMap<String, u64> =
        evidence.expectation.filtered_by().into_iter().map(|(setting, count)| (setting.to_string(), count)).collect();
    Fates {
        received: evidence.expectation.received,
        written: evidence.expectation.written(),
        filtered,
        quarantined: evidence.expectation.quarantined.iter().map(|entry| entry.events).sum(),
        unconfirmed: 0,
        pending: 0,
    }
}

fn differences(fates: &Fates, expected: &Fates) -> Vec<String> {
    let mut differences = Vec::new();
    if !fates.is_conserved() {
        differences.push(format!("the subject's own count does not add up: {fates}"));
    }
    let mut compare = |what: &str, counted: u64, expected: u64| {
        if counted != expected {
            differences.push(format!("the subject counts {counted} events {what}, it must be {expected}"));
        }
    };
    compare("received", fates.received, expected.received);
    compare("written", fates.written, expected.written);
    compare("quarantined", fates.quarantined, expected.quarantined);
    compare("unconfirmed", fates.unconfirmed, expected.unconfirmed);
    compare("pending", fates.pending, expected.pending);
    for setting in fates.filtered.keys().chain(expected.filtered.keys()).collect::<std::collections::BTreeSet<_>>() {
        let count = |fates: &Fates| fates.filtered.get(setting).copied().unwrap_or_default();
        compare(&format!("filtered by {setting}"), count(fates), count(expected));
    }
    differences
}
