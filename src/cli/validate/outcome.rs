//! The report of what the sweep found.

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;

use crate::cli::chain;
use crate::contract::schema::{Edition, Form};
use crate::report::{Contents, Fault, FolderShare, Lateness, Repeated, SampleOf, Sizes, Tool, ValidationReport};
use crate::validate::{Choice, Chosen, Files, InputError, Options, Outcome, Repeats, Tally};

/// What stands for all that has no name of its own.
const OTHER: &str = "(other)";

/// So many errors are told one by one.
const TOLD: usize = 10;

pub(super) fn report_of(
    outcome: Outcome,
    chosen: &Chosen,
    choice: &Choice,
    options: &Options,
    started: Instant,
) -> ValidationReport {
    if outcome.disagreements > 0 {
        say!(
            "warning: the fast check and the schema disagree on {} lines; the schema's word counts. Please report this bug",
            outcome.disagreements
        );
    }
    let summary = outcome.tally.map(|tally| contents(&tally, &outcome.event_types, &outcome.of_files));
    let untold_faults = outcome.faults.untold();
    let name = |index: usize| chosen.inputs.get(index).map_or_else(String::new, |input| input.name.clone());
    let faults = outcome.faults.grouped(name).into_iter().map(|fault| Fault {
        clause: fault.clause,
        place: fault.place,
        expected: fault.expected,
        count: fault.count,
        known: false,
        remedy: fault.remedy,
        findings: fault.findings,
    });
    ValidationReport {
        tool: Tool::default(),
        schema: schema_name(options.edition).to_owned(),
        files: outcome.files,
        verification_objects: outcome.verifications,
        vanished: outcome.vanished,
        unread: outcome.unread,
        other_dates: chosen.other_dates,
        undated: chosen.undated,
        sample: choice.sample.map(|sample| SampleOf {
            share: format!("{}%", sample.share * 100.0),
            seed: sample.seed,
            chosen: chosen.inputs.len() as u64,
            of: chosen.of,
        }),
        lines: outcome.lines,
        wrong_lines: outcome.wrong_lines,
        text_bytes: outcome.text_bytes,
        stored_bytes: outcome.stored_bytes,
        faults: faults.collect(),
        untold_faults,
        baseline: None,
        errors: outcome.errors.iter().map(|error: &InputError| chain(error)).collect(),
        stopped: outcome.stopped,
        summary,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

/// Says on stderr what could not be read; ten thousand times the same would hide the rest.
pub(super) fn say_errors(report: &ValidationReport) {
    for error in report.errors.iter().take(TOLD) {
        say!("error: {error}");
    }
    if report.errors.len() > TOLD {
        say!("error: and {} more; a JSON report has them all", report.errors.len() - TOLD);
    }
}

/// The name under which the schema of an edition is published.
fn schema_name(edition: Edition) -> &'static str {
    match (edition.form, edition.strict) {
        (Form::Outbound, false) => "batch",
        (Form::Outbound, true) => "batch.strict",
        (Form::Inbound, false) => "raw-batch",
        (Form::Inbound, true) => "raw-batch.strict",
    }
}

fn contents(tally: &Tally, event_types: &[String], files: &Files) -> Contents {
    let other = OTHER.to_owned();
    let types = event_types.iter().chain([&other]);
    let repeated = |repeats: &Repeats| Repeated { count: repeats.count(), exact: repeats.is_exact() };
    let time = |pick: fn((i64, i64)) -> i64| {
        tally.event_times.and_then(|times| Timestamp::from_millisecond(pick(times)).ok()).map(|time| time.to_string())
    };
    let mut apps = BTreeMap::new();
    for (name, count) in &tally.apps {
        // Names that differ in their escapes only are one name.
        let name = name.as_ref().map(|name| serde_json::from_str(name).unwrap_or_else(|_| name.clone()));
        *apps.entry(name.unwrap_or_else(|| other.clone())).or_default() += count;
    }
    let [within_a_minute, within_an_hour, within_a_day, later] = tally.lateness;
    let [to_64_kib, to_1_mib, to_16_mib, larger] = files.sizes;
    let (smallest, largest) = files.extremes.unwrap_or_default();
    let folders = files.folders.iter().map(|(folder, (files, stored_bytes))| {
        let folder = folder.clone().unwrap_or_else(|| other.clone());
        (folder, FolderShare { files: *files, stored_bytes: *stored_bytes })
    });
    Contents {
        batches: tally.batches,
        events: types
            .zip(&tally.events)
            .filter(|(_, count)| **count > 0)
            .map(|(name, count)| (name.clone(), *count))
            .collect(),
        environments: tally.environments.clone(),
        apps,
        first_event: time(|times| times.0),
        last_event: time(|times| times.1),
        lateness: Lateness { within_a_minute, within_an_hour, within_a_day, later },
        longest_line: tally.longest as u64,
        sizes: Sizes { smallest, largest, to_64_kib, to_1_mib, to_16_mib, larger },
        folders: folders.collect(),
        repeated_batches: repeated(&tally.repeated_batches),
        repeated_events: repeated(&tally.repeated_events),
    }
}
