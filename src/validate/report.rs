//! The report of a validation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::checks::Checked;
use super::contents::{Days, Files, Repeats, Tally};
use super::input::Input;
use super::options::Options;
use super::outcome::{Outcome, chain};
use super::partial::Partial;
use crate::report::model::{Outcome as CheckOutcome, Report, Tool, counted};
use crate::report::{Contents, FolderShare, Repeated, Summary, Validation, WrongFile};

/// The name for everything without a name of its own.
const OTHER: &str = "(other)";

impl Outcome {
    /// The report. `inputs` and `options` are those of the validation.
    pub fn into_report(self, inputs: &[Input], options: &Options) -> Report<Validation> {
        Partial::new(self, inputs, options).into_report()
    }
}

/// The report of what a partial has. `missing` says what it should have, too.
pub(super) fn report(partial: Partial, missing: Option<String>) -> Report<Validation> {
    let Partial { target, terms, mut outcome, .. } = partial;
    outcome.bound(terms.all_files);
    outcome.report_alike();
    let wrong_files = outcome.faults.inputs();
    let worst_files = outcome.faults.worst(usize::MAX).into_iter();
    let worst_files =
        worst_files.map(|(file, findings)| WrongFile { file: file.as_ref().to_owned(), findings }).collect();
    let Checked { checks, findings, unlisted } = outcome.check(&terms, missing.as_deref());
    let errors: Vec<String> = outcome.errors.iter().map(|error| chain(error)).collect();
    let incomplete = incomplete(&errors, &outcome).or(missing).or_else(|| {
        let failed = checks.iter().any(|check| check.outcome == CheckOutcome::Fail);
        let is_empty = !outcome.has_data() && !failed && !terms.allow_empty;
        is_empty.then(|| "no line of data was read (`--allow-empty` accepts that)".to_owned())
    });
    Report {
        tool: Tool::default(),
        command: Validation::COMMAND.to_owned(),
        target,
        started_at: outcome.started_at.to_string(),
        milliseconds: outcome.milliseconds,
        incomplete,
        checks,
        findings,
        unlisted_findings: unlisted.values().sum(),
        summary: Validation {
            schema: terms.schema,
            files: outcome.files,
            verification_objects: outcome.verifications,
            vanished: outcome.vanished,
            unread: outcome.unread,
            other_dates: outcome.other_dates,
            undated: outcome.undated,
            sample: None,
            lines: outcome.lines,
            wrong_lines: outcome.wrong_lines,
            cut_lines: outcome.cut_lines,
            wrong_files,
            worst_files,
            repair: None,
            text_bytes: outcome.text_bytes,
            stored_bytes: outcome.stored_bytes,
            unlisted,
            resumed: None,
            baseline: None,
            errors,
            more_errors: outcome.more_errors,
            stopped: outcome.stopped,
            disagreements: outcome.disagreements,
            contents: outcome.tally.map(|tally| contents(&tally, &outcome.event_types, &outcome.contents)),
            shows_contents: false,
            shows_files: terms.all_files,
        },
    }
}

/// Why not everything was read.
fn incomplete(errors: &[String], outcome: &Outcome) -> Option<String> {
    match errors {
        [] if outcome.stopped => {
            Some("stopped at --max-errors: the rest was not checked, and its faults are not listed".to_owned())
        }
        [] if outcome.cancelled => Some("interrupted: the rest was not checked".to_owned()),
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => {
            let more = rest.len() as u64 + outcome.more_errors;
            Some(format!("{first} (and {})", counted(more, "more error", "more errors")))
        }
    }
}

fn contents(tally: &Tally, event_types: &[String], files: &Files) -> Contents {
    let other = OTHER.to_owned();
    let types = event_types.iter().chain([&other]).zip(&tally.events);
    let repeated = |repeats: &Repeats| Repeated { count: repeats.count(), exact: repeats.is_exact() };
    let time = |pick: fn((i64, i64)) -> i64| {
        tally.event_times.and_then(|times| Timestamp::from_millisecond(pick(times)).ok()).map(|time| time.to_string())
    };
    let mut apps = BTreeMap::new();
    for (name, count) in tally.apps.iter() {
        // Names that differ in their escapes only are one name.
        let name = serde_json::from_str(name).unwrap_or_else(|_| name.clone());
        *apps.entry(name).or_default() += count;
    }
    if tally.other_apps > 0 {
        *apps.entry(other.clone()).or_default() += tally.other_apps;
    }
    let share = |(files, stored_bytes): (u64, u64)| FolderShare { files, stored_bytes };
    let others = (files.other_folders.0 > 0).then(|| (other.clone(), share(files.other_folders)));
    let folders = files.folders.iter().map(|(folder, counts)| (folder.clone(), share(*counts))).chain(others);
    Contents {
        batches: tally.batches,
        events: types.filter(|(_, count)| **count > 0).map(|(name, count)| (name.clone(), *count)).collect(),
        environments: tally.environments.clone(),
        apps,
        first_event: time(|times| times.0),
        last_event: time(|times| times.1),
        outliers: tally.outliers,
        delays: tally.delays.clone(),
        longest_line: tally.longest as u64,
        smallest_file: files.extremes.map(|(smallest, _)| smallest),
        largest_file: files.extremes.map(|(_, largest)| largest),
        sizes: files.sizes.clone(),
        folders: folders.collect(),
        events_by_day: by_day(&tally.days),
        events_by_hour: tally.days.hours().to_vec(),
        files_by_day: by_day(&files.days),
        files_by_hour: files.days.hours().to_vec(),
        bytes_by_day: by_day(&files.byte_days),
        bytes_by_hour: files.byte_days.hours().to_vec(),
        repeated_batches: tally.repeated_batches.as_ref().map(repeated),
        repeated_events: repeated(&tally.repeated_events),
    }
}

fn by_day(days: &Days) -> BTreeMap<String, u64> {
    let date = |day: i64| {
        let time = Timestamp::from_second(day.checked_mul(86_400)?).ok()?;
        Some(Date::from(jiff::tz::TimeZone::UTC.to_datetime(time)).to_string())
    };
    days.days().into_iter().filter_map(|(day, count)| Some((date(day)?, count))).collect()
}
