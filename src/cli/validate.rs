//! `mp-forwarding validate`

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::output::ReportArgs;
use super::{ExitCode, Failure, Global};
use crate::contract::schema::{Edition, Form};
use crate::report::{Contents, Fault, Lateness, Repeated, Tool, ValidationReport};
use crate::settings::Settings;
use crate::validate::{Input, InputError, Names, Options, Outcome, Repeats, Tally, sweep};

/// Check exported files: every line against the contract, and what they hold
///
/// Reads newline-delimited JSON, plain or gzip (told by content), from files, from the files of folders, or from stdin.
/// Values of events are never shown: a report says what was expected and of what type and size the value is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding validate export/
  mp-forwarding validate --strict --max-errors 100 batches.txt
  mp-forwarding validate --names --settings connection.toml export/ --report report.json
  zcat old.gz | mp-forwarding validate --form raw -

Exit codes:
  0 all good, 1 something is wrong, 2 an option, the settings or an input cannot be used")]
pub(crate) struct Args {
    /// Files, folders, or `-` for stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The form of the batches: outbound as exported, or raw as raw_data_feed and the Events API have them
    #[arg(long, value_enum, default_value = "outbound")]
    form: FormName,
    /// Take only what the contract documents, not all that a reader has to live with
    #[arg(long)]
    strict: bool,
    /// Report what passes a documented limit, too (LIM-1, LIM-2; slower, every line is read in full)
    #[arg(long)]
    limits: bool,
    /// Check the files' names and date folders, as seen from the PATH
    #[arg(long)]
    names: bool,
    /// The connection's settings, TOML or JSON: with --names, its folder, date folders and compression are checked, too
    #[arg(long, value_name = "FILE", requires = "names")]
    settings: Option<PathBuf>,
    /// Stop after so many faults
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    max_errors: Option<u64>,
    /// The longest line in bytes
    #[arg(long, value_name = "BYTES", default_value_t = crate::ndjson::DEFAULT_MAX_LINE_BYTES)]
    max_line_bytes: usize,
    /// How many times its size a gzip file may expand to, past 64 MiB
    #[arg(long, value_name = "TIMES", default_value_t = 1000)]
    max_expansion: u64,
    /// How many threads check lines; all cores without it
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Leave out what the lines hold
    #[arg(long)]
    no_summary: bool,
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FormName {
    Outbound,
    Raw,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let form = match args.form {
        FormName::Outbound => Form::Outbound,
        FormName::Raw => Form::Inbound,
    };
    let names = match &args.settings {
        Some(path) => Names::Connection(Box::new(Settings::load(path).map_err(Failure::usage)?.connection)),
        None if args.names => Names::Export,
        None => Names::Free,
    };
    let mut options = Options::new(Edition { form, strict: args.strict });
    options.limits = args.limits;
    options.summary = !args.no_summary;
    options.names = names;
    options.max_line_bytes = args.max_line_bytes;
    options.max_expansion = args.max_expansion;
    options.max_errors = args.max_errors;
    options.jobs = args.jobs.unwrap_or(options.jobs);
    let reports = args.report.open()?;

    let started = Instant::now();
    let (mut inputs, mut missing) = (Vec::new(), Vec::new());
    for path in &args.paths {
        let (found, errors) = Input::from_argument(path);
        inputs.extend(found);
        missing.extend(errors);
    }
    let bar = progress_bar(&inputs, global.quiet);
    let mut outcome = sweep(&inputs, &options, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    outcome.errors.splice(0..0, missing);

    let report = report_of(outcome, &inputs, &options, started);
    for error in &report.errors {
        say!("error: {error}");
    }
    reports.write(&report, global.quiet)?;
    if report.lines == 0 && report.errors.is_empty() && report.fault_count() == 0 && !global.quiet {
        say!("warning: there was nothing to check");
    }
    Ok(match (report.errors.is_empty(), report.fault_count()) {
        (false, _) => ExitCode::Usage,
        (true, 0) => ExitCode::Good,
        (true, _) => ExitCode::Findings,
    })
}

/// A bar in stored bytes, or a spinner where nobody knows how many there will be.
fn progress_bar(inputs: &[Input], quiet: bool) -> ProgressBar {
    let total: Option<u64> = inputs.iter().map(Input::size).sum();
    let style = |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    match total {
        _ if quiet => ProgressBar::hidden(),
        Some(total) => {
            ProgressBar::new(total).with_style(style("{bar:32} {bytes}/{total_bytes} {binary_bytes_per_sec} ETA {eta}"))
        }
        None => ProgressBar::new_spinner().with_style(style("{spinner} {bytes} {binary_bytes_per_sec}")),
    }
}

fn report_of(outcome: Outcome, inputs: &[Input], options: &Options, started: Instant) -> ValidationReport {
    if outcome.disagreements > 0 {
        say!(
            "warning: the fast check and the schema disagree on {} lines; the schema's word counts. Please report this bug",
            outcome.disagreements
        );
    }
    let summary = outcome.tally.map(|tally| contents(&tally, &outcome.event_types));
    let untold_faults = outcome.faults.untold();
    let name = |index: usize| inputs.get(index).map_or_else(String::new, |input| input.name.clone());
    let faults = outcome.faults.grouped(name);
    ValidationReport {
        tool: Tool::default(),
        schema: schema_name(options.edition).to_owned(),
        files: outcome.files,
        verification_objects: outcome.verifications,
        lines: outcome.lines,
        wrong_lines: outcome.wrong_lines,
        text_bytes: outcome.text_bytes,
        stored_bytes: outcome.stored_bytes,
        faults: faults.into_iter().map(|fault| Fault { count: fault.count, findings: fault.findings }).collect(),
        untold_faults,
        errors: outcome.errors.iter().map(|error: &InputError| super::chain(error)).collect(),
        stopped: outcome.stopped,
        summary,
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
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

fn contents(tally: &Tally, event_types: &[String]) -> Contents {
    let other = "(other)".to_owned();
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
        repeated_batches: repeated(&tally.repeated_batches),
        repeated_events: repeated(&tally.repeated_events),
    }
}
