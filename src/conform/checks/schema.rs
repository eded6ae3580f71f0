//! DTO-1, DTO-2: every line keeps the published schema.

use std::collections::BTreeMap;

use super::definition::{CaseResult, Definition, Snapshot, place};
use crate::json;
use crate::report::model::{Finding, Place, Severity};
use crate::validate::LineFault;

pub(super) const SCHEMA: Definition = Definition {
    id: "schema",
    clause: "DTO-1",
    title: "every line keeps the published schema",
    consequence_of: &["DTO-1", "DTO-2"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        result.saw("line(s)", snapshot.schema.lines);
        result.saw("refused by the strict edition", snapshot.schema.not_strict);
        result.findings = snapshot.schema.own.iter().map(|found| finding(snapshot, found)).collect();
        result
    },
};

/// What to do about a line that was wrong in the input.
const CORRECT_THE_INPUT: &str = "Correct it where the batches are made: a forwarder passes values on as they came.";

/// A list that the case declares must come exactly: it is empty for batches of the user.
pub(super) const INPUT_FAULTS: Definition = Definition {
    id: "input-faults",
    clause: "DTO-1",
    title: "lines that were wrong in the input",
    // Lines that are lost take their faults along.
    consequence_of: &["DTO-1", "DTO-2", "DTO-4", "DELIVERY-1"],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let mut found: BTreeMap<String, Vec<&(usize, LineFault)>> = BTreeMap::new();
        for fault in &snapshot.schema.of_input {
            found.entry(json::without_indices(fault.1.pointer.as_deref().unwrap_or_default())).or_default().push(fault);
        }
        result.saw("line(s)", snapshot.schema.lines);
        let declared: BTreeMap<&str, usize> = snapshot.scenario.input_faults.iter().copied().collect();
        for (pointer, faults) in &found {
            match declared.get(pointer.as_str()) {
                Some(count) if *count == faults.len() => result.saw("known fault(s) of the input", faults.len() as u64),
                Some(count) => different(&mut result, pointer, *count, faults.len()),
                None => {
                    result
                        .findings
                        .extend(faults.iter().map(|found| finding(snapshot, found).remedy(CORRECT_THE_INPUT)));
                }
            }
        }
        for (pointer, count) in declared.iter().filter(|(pointer, _)| !found.contains_key(**pointer)) {
            different(&mut result, pointer, *count, 0);
        }
        result
    },
};

fn different(result: &mut CaseResult, pointer: &str, expected: usize, found: usize) {
    let place = Place { pointer: Some(pointer.to_owned()), ..Place::default() };
    result.unexpected(
        place,
        "the wrong values of the made-up input, as often as they are in it",
        format!("{found} instead of {expected}"),
    );
}

fn finding(snapshot: &Snapshot<'_>, (at, fault): &(usize, LineFault)) -> Finding {
    let (object, line) = snapshot.places[*at];
    let place = Place { pointer: fault.pointer.clone(), ..place(&snapshot.objects[object], Some(line)) };
    Finding::expected("", Severity::Error, &fault.expected, &fault.found, place).clause(fault.clause)
}
