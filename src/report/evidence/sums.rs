//! Whether a report adds up, alone and with the other files of its bundle.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::manifest::{DATA, ObjectEntry, Part};
use crate::contract::clause;
use crate::report::{Case, ConformanceReport, Status};

/// So many keys are told of one kind of difference.
const TOLD: usize = 5;

/// Each check's status against its findings, each case's fates against each other.
pub(super) fn of_report(report: &ConformanceReport, problems: &mut Vec<String>) {
    for check in &report.checks {
        let mut wrong = |what: &str| problems.push(format!("check {} `{}`: {what}", check.clause, check.title));
        if !clause::is_known(&check.clause) {
            wrong("there is no such clause");
        }
        match check.status {
            Status::Fail if check.found == 0 => wrong("it failed, and nothing was found"),
            Status::Fail => {}
            _ if check.found > 0 => wrong("something was found, and it did not fail"),
            Status::Pass if check.seen.is_empty() => wrong("it passed, and nothing was seen"),
            Status::Skip | Status::NotApplicable | Status::Undefined if check.reason.is_none() => {
                wrong("it did not run, and no reason is given");
            }
            _ => {}
        }
        if check.findings.len() as u64 > check.found {
            wrong("it lists more findings than it counts");
        }
    }
    let mut names = BTreeSet::new();
    for case in &report.cases {
        if !names.insert(&case.name) {
            problems.push(format!("case `{}` is there twice", case.name));
        }
        if let Some(fates) = case.fates.as_ref().filter(|fates| !fates.is_conserved()) {
            problems.push(format!("case `{}`: the fates do not add up: {fates}", case.name));
        }
    }
    let objects: u64 = report.cases.iter().map(|case| case.objects).sum();
    if let Some(sizes) = report.sizes.as_ref().filter(|sizes| sizes.total() != objects) {
        problems.push(format!("the sizes of {} objects are told, and {objects} were read", sizes.total()));
    }
}

/// The settings that the report tells of each case, against all of them.
pub(super) fn of_settings(
    report: &ConformanceReport,
    settings: &BTreeMap<String, BTreeMap<String, String>>,
    problems: &mut Vec<String>,
) {
    for case in &report.cases {
        let Some(all) = settings.get(&case.name) else {
            problems.push(format!("case `{}`: its settings are missing", case.name));
            continue;
        };
        for (id, value) in &case.settings {
            if all.get(id) != Some(value) {
                problems.push(format!("case `{}`: report and settings differ in `{id}`", case.name));
            }
        }
    }
}

/// Number and size of the objects of each case.
pub(super) fn of_objects(report: &ConformanceReport, objects: &[ObjectEntry], problems: &mut Vec<String>) {
    let mut told: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for object in objects {
        let (count, bytes) = told.entry(&object.case).or_default();
        *count += 1;
        *bytes += object.bytes;
    }
    for case in &report.cases {
        let (count, bytes) = told.remove(case.name.as_str()).unwrap_or_default();
        if (count, bytes) != (case.objects, case.stored_bytes) {
            problems.push(format!(
                "case `{}`: {} objects of {} bytes in the report, {count} of {bytes} in the list",
                case.name, case.objects, case.stored_bytes
            ));
        }
    }
    for case in told.keys() {
        problems.push(format!("objects are listed of a case `{case}`, which the report does not have"));
    }
}

/// Objects that are in the bundle, against their hashes in the list.
pub(super) fn of_data(objects: &[ObjectEntry], parts: &BTreeMap<String, Part>, problems: &mut Vec<String>) {
    let data = || parts.iter().filter_map(|(path, part)| Some((path.strip_prefix(DATA)?, part)));
    for (name, part) in data() {
        if name != part.sha256 {
            problems.push(format!("`{DATA}{name}` is not named by its hash, {}", part.sha256));
        }
    }
    if data().next().is_some() {
        let missing = objects.iter().filter(|object| !parts.contains_key(&format!("{DATA}{}", object.sha256)));
        for object in missing.take(TOLD) {
            problems.push(format!("the bytes of `{}` are missing", object.key));
        }
    }
}

/// A ledger's counts against the fates of its case, and the keys that it names against the list.
pub(super) fn of_ledger(case: &Case, objects: &[ObjectEntry], ledger: &[u8], problems: &mut Vec<String>) {
    let mut wrong = |what: String| problems.push(format!("case `{}`: {what}", case.name));
    let keys: BTreeSet<&str> =
        objects.iter().filter(|object| object.case == case.name).map(|object| object.key.as_str()).collect();
    let (mut counts, mut unknown): (BTreeMap<String, u64>, BTreeSet<String>) = Default::default();
    for line in ledger.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(entry) = serde_json::from_slice::<Value>(line) else {
            return wrong("a line of the ledger is no JSON".to_owned());
        };
        let name = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        *counts.entry(name("entry")).or_default() += entry["count"].as_u64().unwrap_or_default();
        if name("entry") == "written" && !keys.contains(name("object").as_str()) {
            unknown.insert(name("object"));
        }
    }
    for key in unknown.into_iter().take(TOLD) {
        wrong(format!("the ledger names `{key}`, which is not among the objects"));
    }
    let Some(fates) = &case.fates else { return };
    for (fate, expected) in [
        ("written", fates.written),
        ("filtered", fates.filtered_total()),
        ("quarantined", fates.quarantined),
        ("unconfirmed", fates.unconfirmed),
        ("pending", fates.pending),
    ] {
        let found = counts.get(fate).copied().unwrap_or_default();
        if found != expected {
            wrong(format!("{expected} events are {fate} by the report, {found} by the ledger"));
        }
    }
}
