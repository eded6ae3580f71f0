//! The summary of a validation: what was read, and what the valid lines contain.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::baseline::Baseline;
use super::files::{self, Repair, Resumed, SampleOf, WrongFile};
use crate::report::model::{Cell, PlotUnit, Report, Section, Summary, bytes, counted};
use crate::report::{Format, Histogram};

/// What a validation read, and what the valid lines contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Validation {
    /// The schema that lines were checked against, such as `batch.strict`.
    pub schema: String,
    /// Files that were read, verification objects included.
    pub files: u64,
    /// The number of verification objects among the files (ACC-6).
    pub verification_objects: u64,
    /// Objects that were deleted after they were listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub vanished: u64,
    /// Files that were not read, because the run stopped or the target was not reachable.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub unread: u64,
    /// Files left out by `--since` and `--until`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_dates: u64,
    /// Files without a date in folder or name. They are read even with `--since` or `--until`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub undated: u64,
    /// The sample that was read, if not all files were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleOf>,
    /// Lines, including blank ones.
    pub lines: u64,
    /// Lines with a fault.
    pub wrong_lines: u64,
    /// Lines with 1,000 faults or more, of which only the first 1,000 were looked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cut_lines: u64,
    /// Files with a fault.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub wrong_files: u64,
    /// The files with most faults, or all of them with `--show files`, the worst first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub worst_files: Vec<WrongFile>,
    /// The corrected copies that were checked in place of their files, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
    /// Bytes of text.
    pub text_bytes: u64,
    /// Bytes as stored.
    pub stored_bytes: u64,
    /// Faults that are counted but not listed, by check.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unlisted: BTreeMap<String, u64>,
    /// What earlier runs with the same `--state` have read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed: Option<Resumed>,
    /// The baseline, if one was given: an earlier report with known findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Baseline>,
    /// Inputs that could not be read completely, at most a thousand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
    /// Further inputs that could not be read completely.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more_errors: u64,
    /// Whether the run stopped at `--max-errors` before everything was read.
    pub stopped: bool,
    /// Lines for which the fast check and the schema disagree. This is a bug of this program. The schema's answer
    /// counts.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub disagreements: u64,
    /// What the valid lines contain, if this was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents: Option<Contents>,
    /// Whether a terminal shows all of the contents.
    #[serde(skip)]
    pub shows_contents: bool,
    /// Whether a terminal shows every corrected copy.
    #[serde(skip)]
    pub shows_files: bool,
}

/// What the valid lines contain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Contents {
    /// The number of batches.
    pub batches: u64,
    /// Events by type. `(other)` counts the types that the contract does not name.
    pub events: BTreeMap<String, u64>,
    /// Batches by environment.
    pub environments: BTreeMap<String, u64>,
    /// Batches by app, of a thousand apps. `(other)` counts batches without an app name and of other apps.
    pub apps: BTreeMap<String, u64>,
    /// The time of the earliest event, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_event: Option<String>,
    /// The time of the latest event, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_event: Option<String>,
    /// Events whose time is before 2010 or more than a year after the run. They are not among the times, days and delays.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub outliers: u64,
    /// Events by the delay from the event to the receipt of its batch.
    pub delays: Histogram,
    /// The length of the longest line in bytes.
    pub longest_line: u64,
    /// Stored bytes of the smallest file; absent where nothing was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest_file: Option<u64>,
    /// Stored bytes of the largest file; absent where nothing was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub largest_file: Option<u64>,
    /// Files by stored bytes, without verification objects.
    pub sizes: Histogram,
    /// Files by folder, of a thousand folders. `(other)` counts files in other folders.
    pub folders: BTreeMap<String, FolderShare>,
    /// Events by the UTC day of the event.
    pub events_by_day: BTreeMap<String, u64>,
    /// Events by the UTC hour of the event.
    pub events_by_hour: Vec<u64>,
    /// Files by the UTC day in the file name.
    pub files_by_day: BTreeMap<String, u64>,
    /// Files by the UTC hour in the file name.
    pub files_by_hour: Vec<u64>,
    /// Stored bytes by the UTC day in the file name.
    pub bytes_by_day: BTreeMap<String, u64>,
    /// Stored bytes by the UTC hour in the file name.
    pub bytes_by_hour: Vec<u64>,
    /// Batches whose `batch_id` occurred before; absent without `send_as_batch`, where one batch has several lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeated_batches: Option<Repeated>,
    /// Events whose `event_id` occurred before.
    pub repeated_events: Repeated,
}

/// The content of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FolderShare {
    /// The number of files.
    pub files: u64,
    /// The stored bytes of the files.
    pub stored_bytes: u64,
}

/// The number of repeated ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeated {
    /// The number.
    pub count: u64,
    /// Whether the number is exact. Otherwise it is estimated from a sample of the ids.
    pub exact: bool,
}

/// The name under which batches without an environment are counted.
pub const NO_ENVIRONMENT: &str = "(none)";

pub(super) fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Summary for Validation {
    const COMMAND: &'static str = "validate";
    const SUITE: &'static str = "mp-forwarding.validate";
    const FORMATS: &'static [Format] = &Format::ALL;
    const LISTS_PASSES: bool = false;

    fn headline(report: &Report<Self>) -> String {
        format!("{}, checked against the schema `{}`", report.target, report.summary.schema)
    }

    fn extent(report: &Report<Self>) -> String {
        let Self { lines, wrong_lines, files, wrong_files, text_bytes, .. } = report.summary;
        let wrong = |count| if count > 0 { format!(" ({count} wrong)") } else { String::new() };
        let wrong_files = if files > 1 { wrong(wrong_files) } else { String::new() };
        let (lines, files) = (counted(lines, "line", "lines"), counted(files, "file", "files"));
        format!("{lines}{} in {files}{wrong_files}, {} of text", wrong(wrong_lines), bytes(text_bytes))
    }

    fn baseline(report: &Report<Self>) -> Option<&str> {
        report.summary.baseline.as_ref().map(|baseline| baseline.file.as_str())
    }

    fn sections(report: &Report<Self>) -> Vec<Section> {
        let summary = &report.summary;
        let mut sections = notes(summary);
        if summary.errors.len() > 1 {
            let facts = summary.errors.iter().map(|error| ("error".to_owned(), error.clone())).collect();
            sections.push(Section::Facts { title: "Inputs that could not be read".to_owned(), facts });
        }
        if let Some(contents) = summary.contents.as_ref().filter(|_| summary.lines > 0) {
            sections.push(contents.facts());
            sections.extend(contents.plots());
        }
        sections
    }

    fn terminal_sections(report: &Report<Self>) -> Vec<Section> {
        let summary = &report.summary;
        let mut sections = notes(summary);
        if let Some(contents) = summary.contents.as_ref().filter(|_| summary.lines > 0) {
            sections.push(contents.facts());
            if summary.shows_contents {
                sections.extend(contents.plots());
            }
        }
        sections
    }

    fn properties(report: &Report<Self>) -> Vec<(&'static str, String)> {
        let summary = &report.summary;
        let mut properties = vec![
            ("schema", summary.schema.clone()),
            ("files", summary.files.to_string()),
            ("lines", summary.lines.to_string()),
            ("wrong_lines", summary.wrong_lines.to_string()),
        ];
        properties.extend(summary.baseline.iter().map(|baseline| ("baseline", baseline.file.clone())));
        properties
    }
}

/// Notes on what was not read, and on how to read the verdict.
fn notes(summary: &Validation) -> Vec<Section> {
    let mut sections = files::sections(summary);
    let mut facts = Vec::new();
    let mut note = |name: &str, value: String| facts.push((name.to_owned(), value));
    if let Some(SampleOf { share, seed, selected, of, headers_read }) = &summary.sample {
        let headers = match headers_read {
            0 => String::new(),
            count => format!("; of {count} others the headers, for their encryption"),
        };
        note("sample", format!("only {selected} of {of} files were read ({share}, seed {seed}){headers}"));
    }
    if let Some(Resumed { folder, new_files, known_files }) = &summary.resumed {
        let new = counted(*new_files, "new file", "new files");
        note("state", format!("{new} read; {known_files} not read again, what was found in them is from {folder}"));
    }
    let files = |count, what: &str| format!("{} {what}", counted(count, "file", "files"));
    for (name, count, what) in [
        ("other dates", summary.other_dates, "of other dates, not read"),
        ("undated", summary.undated, "without a date in folder or name, read in spite of --since and --until"),
        ("deleted", summary.vanished, "deleted after being listed"),
        ("not read", summary.unread, "not read"),
    ] {
        if count > 0 {
            note(name, files(count, what));
        }
    }
    if summary.cut_lines > 0 {
        let lines = counted(summary.cut_lines, "line", "lines");
        note("more faults", format!("{lines} with 1,000 faults or more: only the first 1,000 of each are counted"));
    }
    let unnamed = summary.contents.as_ref().and_then(|contents| contents.environments.get(NO_ENVIRONMENT));
    if let Some(count) = unnamed {
        let batches = counted(*count, "batch", "batches");
        note(
            "environment",
            format!("{batches} without one: mParticle's reference has `production` as its default (DTO-8)"),
        );
    }
    if let Some(Baseline { file, findings, gone }) = summary.baseline.as_ref().filter(|baseline| baseline.gone > 0) {
        let findings = counted(*findings, "finding", "findings");
        note(
            "baseline",
            format!(
                "{gone} of {findings} in {file} not found again: write the report again, so that they fail if they return"
            ),
        );
    }
    if summary.disagreements > 0 {
        let lines = counted(summary.disagreements, "line", "lines");
        note(
            "bug",
            format!("the fast check and the schema disagree on {lines}; the schema's answer counts. Please report it"),
        );
    }
    if !facts.is_empty() {
        sections.push(Section::Facts { title: "Notes".to_owned(), facts });
    }
    sections
}

impl Contents {
    /// The contents in a few lines.
    fn facts(&self) -> Section {
        let mut facts = Vec::new();
        let mut fact = |name: &str, value: String| facts.push((name.to_owned(), value));
        let events: u64 = self.events.values().sum();
        fact("batches", format!("{}, the longest of {}", self.batches, bytes(self.longest_line)));
        fact("events", format!("{events}{}", most(&self.events)));
        if let (Some(first), Some(last)) = (&self.first_event, &self.last_event) {
            fact("event times", format!("{first} to {last}"));
        }
        if self.outliers > 0 {
            let events = counted(self.outliers, "event", "events");
            fact(
                "odd times",
                format!("{events} before 2010 or more than a year ahead, not counted in times and delays"),
            );
        }
        fact("environments", most(&self.environments).trim_start_matches(": ").to_owned());
        fact("apps", format!("{}{}", self.apps.len(), most(&self.apps)));
        let stored: u64 = self.folders.values().map(|folder| folder.stored_bytes).sum();
        if let (Some(smallest), Some(largest)) = (self.smallest_file, self.largest_file) {
            let sizes = format!("{} to {}", bytes(smallest), bytes(largest));
            let folders = counted(self.folders.len() as u64, "folder", "folders");
            fact("files", format!("{} stored in {folders}, files of {sizes}", bytes(stored)));
        }
        for (name, id, repeated) in [
            ("repeated batches", "batch_id", self.repeated_batches.as_ref()),
            ("repeated events", "event_id", Some(&self.repeated_events)),
        ] {
            if let Some(Repeated { count, exact }) = repeated.filter(|repeated| repeated.count > 0) {
                fact(name, format!("{}{count} with a repeated {id}", if *exact { "" } else { "about " }));
            }
        }
        Section::Facts { title: "What the valid lines contain".to_owned(), facts }
    }

    fn plots(&self) -> Vec<Section> {
        let by_count = |counts: &BTreeMap<String, u64>| {
            let mut bars: Vec<(String, u64)> = counts.iter().map(|(name, count)| (name.clone(), *count)).collect();
            bars.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            bars
        };
        let by_day = |counts: &BTreeMap<String, u64>| counts.iter().map(|(day, count)| (day.clone(), *count)).collect();
        let by_hour = |counts: &[u64]| {
            let bars = counts.iter().enumerate().map(|(hour, count)| (format!("{hour:02}:00"), *count));
            bars.collect::<Vec<_>>()
        };
        let plot = |title: &str, about: &str, unit, bars: Vec<(String, u64)>| Section::Plot {
            title: title.to_owned(),
            about: about.to_owned(),
            unit,
            bars,
        };
        let mut sections = vec![
            plot("Events by type", "type", PlotUnit::Count, by_count(&self.events)),
            plot("Batches by environment", "environment", PlotUnit::Count, by_count(&self.environments)),
            plot("Batches by app", "app", PlotUnit::Count, by_count(&self.apps)),
            Section::histogram("Delay from event to receipt", "events", &self.delays),
            Section::histogram("Sizes of files", "files", &self.sizes),
            plot("Events by day", "day", PlotUnit::Count, by_day(&self.events_by_day)),
            plot("Events by hour of the day", "hour", PlotUnit::Count, by_hour(&self.events_by_hour)),
            plot("Files by day", "day", PlotUnit::Count, by_day(&self.files_by_day)),
            plot("Files by hour of the day", "hour", PlotUnit::Count, by_hour(&self.files_by_hour)),
            plot("Stored bytes by day", "day", PlotUnit::Bytes, by_day(&self.bytes_by_day)),
            plot("Stored bytes by hour of the day", "hour", PlotUnit::Bytes, by_hour(&self.bytes_by_hour)),
        ];
        sections.retain(
            |section| !matches!(section, Section::Plot { bars, .. } if bars.iter().all(|(_, count)| *count == 0)),
        );
        if self.folders.len() > 1 {
            let mut folders: Vec<(&String, &FolderShare)> = self.folders.iter().collect();
            folders.sort_by(|a, b| b.1.files.cmp(&a.1.files).then_with(|| a.0.cmp(b.0)));
            let row = |(name, folder): (&String, &FolderShare)| {
                let name = if name.is_empty() { "." } else { name };
                vec![Cell::text(name), Cell::number(folder.files), Cell::number(bytes(folder.stored_bytes))]
            };
            sections.push(Section::Table {
                title: "Files by folder".to_owned(),
                columns: ["folder", "files", "stored"].map(str::to_owned).to_vec(),
                rows: folders.into_iter().map(row).collect(),
            });
        }
        sections
    }
}

/// The largest counts in words, for instance `: 40 custom_event, 7 screen_view and 3 more`.
fn most(counts: &BTreeMap<String, u64>) -> String {
    const SHOWN: usize = 3;
    let mut all: Vec<(&String, &u64)> = counts.iter().filter(|(_, count)| **count > 0).collect();
    all.sort_by(|a, b| b.1.cmp(a.1));
    let shown: Vec<String> = all.iter().take(SHOWN).map(|(name, count)| format!("{count} {name}")).collect();
    match (shown.is_empty(), all.len().saturating_sub(SHOWN)) {
        (true, _) => String::new(),
        (false, 0) => format!(": {}", shown.join(", ")),
        (false, more) => format!(": {} and {more} more", shown.join(", ")),
    }
}
