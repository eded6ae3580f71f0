//! The report of a validation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::checks::Checked;
use super::contents::{Days, Files, Repeats, Tally};
use super::input::Input;
use super::options::Options;
use super::outcome::Outcome;
use crate::contract::schema::{Edition, Form};
use crate::report::model::{Outcome as CheckOutcome, Report, Tool, counted};
use crate::report::{Contents, FolderShare, Repeated, Summary, Validation, WrongFile};

/// The name for everything without a name of its own.
const OTHER: &str = "(other)";

impl Outcome {
    /// The report. `inputs` and `options` are those of the validation.
    pub fn into_report(mut self, inputs: &[Input], options: &Options) -> Report<Validation> {
        let name = |index: usize| inputs.get(index).map_or_else(String::new, |input| input.name.clone());
        let (wrong_files, worst_files) = self.worst_files(options, name);
        let Checked { checks, findings, unlisted } = self.check(options, name);
        let errors: Vec<String> = self.errors.iter().map(|error| chain(error)).collect();
        let target = match inputs {
            [] => "no input".to_owned(),
            [only] => only.name.clone(),
            [first, ..] => format!("{} and {} more", first.name, inputs.len() - 1),
        };
        Report {
            tool: Tool::default(),
            command: Validation::COMMAND.to_owned(),
            target,
            started_at: self.started_at.to_string(),
            milliseconds: self.milliseconds,
            incomplete: incomplete(&errors, self.stopped).or_else(|| {
                let failed = checks.iter().any(|check| check.outcome == CheckOutcome::Fail);
                let is_empty = self.lines == 0 && !failed && !options.allow_empty;
                is_empty.then(|| "no line of data was read (`--allow-empty` accepts that)".to_owned())
            }),
            checks,
            findings,
            unlisted_findings: unlisted.values().sum(),
            summary: Validation {
                schema: schema_name(options.edition).to_owned(),
                files: self.files,
                verification_objects: self.verifications,
                vanished: self.vanished,
                unread: self.unread,
                other_dates: 0,
                undated: 0,
                sample: None,
                lines: self.lines,
                wrong_lines: self.wrong_lines,
                cut_lines: self.cut_lines,
                wrong_files,
                worst_files,
                repair: None,
                text_bytes: self.text_bytes,
                stored_bytes: self.stored_bytes,
                unlisted,
                baseline: None,
                errors,
                stopped: self.stopped,
                disagreements: self.disagreements,
                contents: self.tally.map(|tally| contents(&tally, &self.event_types, &self.contents)),
                shows_contents: false,
                shows_files: options.all_files,
            },
        }
    }
}

/// How many files are listed unless all are asked for.
const WORST: usize = 10;

impl Outcome {
    /// The number of inputs with faults, and those that have most.
    fn worst_files(&self, options: &Options, name: impl Fn(usize) -> String) -> (u64, Vec<WrongFile>) {
        let mut inputs: Vec<(usize, u64)> =
            self.faults.by_input().iter().map(|(input, count)| (*input, *count)).collect();
        inputs.sort_by_key(|(input, count)| (std::cmp::Reverse(*count), *input));
        let listed = if options.all_files { inputs.len() } else { WORST };
        let worst =
            inputs.iter().take(listed).map(|(input, findings)| WrongFile { file: name(*input), findings: *findings });
        (inputs.len() as u64, worst.collect())
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why not everything was read.
fn incomplete(errors: &[String], stopped: bool) -> Option<String> {
    match errors {
        [] if stopped => {
            Some("stopped at --max-errors: the rest was not checked, and its faults are not listed".to_owned())
        }
        [] => None,
        [only] => Some(only.clone()),
        [first, rest @ ..] => {
            Some(format!("{first} (and {})", counted(rest.len() as u64, "more error", "more errors")))
        }
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
    let types = event_types.iter().chain([&other]).zip(&tally.events);
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
    let (smallest_file, largest_file) = files.extremes.unwrap_or_default();
    let folders = files.folders.iter().map(|(folder, (files, stored_bytes))| {
        (folder.clone().unwrap_or_else(|| other.clone()), FolderShare { files: *files, stored_bytes: *stored_bytes })
    });
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
        smallest_file,
        largest_file,
        sizes: files.sizes.clone(),
        folders: folders.collect(),
        events_by_day: by_day(&tally.days),
        events_by_hour: tally.days.hours().to_vec(),
        files_by_day: by_day(&files.days),
        files_by_hour: files.days.hours().to_vec(),
        bytes_by_day: by_day(&files.byte_days),
        bytes_by_hour: files.byte_days.hours().to_vec(),
        repeated_batches: repeated(&tally.repeated_batches),
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
