//! Checks that a report agrees with itself and with the other files of its bundle.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::manifest::{DATA, ObjectEntry, Part};
use super::problems::{Kind, Problems};
use crate::contract::clause;
use crate::report::model::{Outcome, Report, counted};
use crate::report::summary::{Case, Conformance};

/// How many keys a message lists for one kind of difference.
const NAMED: usize = 5;

/// Compares each check's outcome with its findings, and the fates of each case with each other.
pub(super) fn of_report(report: &Report<Conformance>, problems: &mut Problems) {
    let found: BTreeSet<&str> = report.findings.iter().map(|finding| finding.check.as_str()).collect();
    let known: BTreeSet<&str> = report.checks.iter().map(|check| check.id.as_str()).collect();
    for check in &report.checks {
        let mut wrong = |what: &str| problems.add(Kind::Report, format!("check `{}`: {what}", check.id));
        if check.clause.as_ref().is_some_and(|clause| !clause::is_known(clause)) {
            wrong("there is no such clause");
        }
        let is_found = found.contains(check.id.as_str());
        match &check.outcome {
            Outcome::Fail if !is_found && report.unlisted_findings == 0 => wrong("it failed without a finding"),
            Outcome::Fail => {}
            _ if is_found || !check.failed_cases.is_empty() => wrong("it has findings but did not fail"),
            Outcome::Pass if check.seen.is_empty() => wrong("it passed but read nothing"),
            other if other.reason() == Some("") => wrong("it did not run, and no reason is given"),
            _ => {}
        }
    }
    for finding in &report.findings {
        if finding.places.len() as u64 > finding.count {
            problems.add(Kind::Report, format!("a finding of `{}` lists more places than it counts", finding.check));
        }
        if !known.contains(finding.check.as_str()) {
            problems.add(Kind::Report, format!("a finding names the check `{}`, which is missing", finding.check));
        }
    }
    let mut names = BTreeSet::new();
    for case in &report.summary.cases {
        if !names.insert(&case.name) {
            problems.add(Kind::Report, format!("case `{}` is listed twice", case.name));
        }
        if let Some(fates) = case.fates.as_ref().filter(|fates| !fates.is_conserved()) {
            problems.add(Kind::Report, format!("case `{}`: the fates do not add up: {fates}", case.name));
        }
    }
    let objects: u64 = report.summary.cases.iter().map(|case| case.objects).sum();
    if let Some(sizes) = report.summary.sizes.as_ref().filter(|sizes| sizes.total() != objects) {
        problems
            .add(Kind::Report, format!("it has {}, but {objects} were read", counted(sizes.total(), "size", "sizes")));
    }
    problems.saw(Kind::Report, counted(report.checks.len(), "check", "checks"));
}

/// Compares the settings that the report names for each case with the settings in the bundle.
pub(super) fn of_settings(
    report: &Report<Conformance>,
    settings: &BTreeMap<String, BTreeMap<String, String>>,
    problems: &mut Problems,
) {
    for case in &report.summary.cases {
        let Some(all) = settings.get(&case.name) else {
            problems.add(Kind::Sums, format!("case `{}`: its settings are missing", case.name));
            continue;
        };
        for (id, _) in case.settings.iter().filter(|(id, value)| all.get(*id) != Some(value)) {
            problems.add(Kind::Sums, format!("case `{}`: report and settings differ in `{id}`", case.name));
        }
    }
    problems.saw(Kind::Sums, counted(report.summary.cases.len(), "case", "cases"));
}

/// Compares the number and size of each case's objects with the list of objects.
pub(super) fn of_objects(report: &Report<Conformance>, objects: &[ObjectEntry], problems: &mut Problems) {
    let mut listed: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for object in objects {
        let (count, bytes) = listed.entry(&object.case).or_default();
        *count += 1;
        *bytes += object.bytes;
    }
    for case in &report.summary.cases {
        let (count, bytes) = listed.remove(case.name.as_str()).unwrap_or_default();
        if (count, bytes) != (case.objects, case.stored_bytes) {
            problems.add(
                Kind::Sums,
                format!(
                    "case `{}`: {}, {} bytes in the report; {count}, {bytes} bytes in the list",
                    case.name,
                    counted(case.objects, "object", "objects"),
                    case.stored_bytes
                ),
            );
        }
    }
    for case in listed.keys() {
        problems.add(Kind::Sums, format!("objects are listed for the case `{case}`, which the report does not have"));
    }
    problems.saw(Kind::Sums, counted(objects.len(), "object", "objects"));
}

/// Compares the objects in the bundle with their hashes in the list.
pub(super) fn of_data(objects: &[ObjectEntry], parts: &BTreeMap<String, Part>, problems: &mut Problems) {
    let data = || parts.iter().filter_map(|(path, part)| Some((path.strip_prefix(DATA)?, part)));
    for (name, part) in data().filter(|(name, part)| *name != part.sha256) {
        problems.add(Kind::Hashes, format!("`{DATA}{name}` is not named by its hash, {}", part.sha256));
    }
    if data().next().is_some() {
        let missing = objects.iter().filter(|object| !parts.contains_key(&format!("{DATA}{}", object.sha256)));
        for object in missing.take(NAMED) {
            problems.add(Kind::Hashes, format!("the bytes of `{}` are missing", object.key));
        }
    }
}

/// The keys of the objects of each case.
pub(super) fn keys_by_case(objects: &[ObjectEntry]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for object in objects {
        keys.entry(&object.case).or_default().insert(&object.key);
    }
    keys
}

/// Compares a ledger's counts with the fates of its case, and its keys with those of the case's objects.
pub(super) fn of_ledger(case: &Case, keys: &BTreeSet<&str>, ledger: &[u8], problems: &mut Problems) {
    let mut wrong = |what: String| problems.add(Kind::Sums, format!("case `{}`: {what}", case.name));
    let (mut counts, mut unknown): (BTreeMap<String, u64>, BTreeSet<String>) = Default::default();
    for line in ledger.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let Ok(entry) = serde_json::from_slice::<Value>(line) else {
            return wrong("a line of the ledger is not JSON".to_owned());
        };
        let name = |field: &str| entry[field].as_str().unwrap_or_default().to_owned();
        *counts.entry(name("entry")).or_default() += entry["count"].as_u64().unwrap_or_default();
        if name("entry") == "written" && !keys.contains(name("object").as_str()) {
            unknown.insert(name("object"));
        }
    }
    for key in unknown.into_iter().take(NAMED) {
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
            wrong(format!("{fate} events: {expected} in the report, {found} in the ledger"));
        }
    }
}
