//! `mp-forwarding validate`

pub(super) mod baseline;
pub(super) mod gather;
mod keys;
pub(super) mod part;
mod select;
mod state;

use std::fs::File;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::ValueEnum;
use indicatif::ProgressBar;

use super::duration;
use super::interrupt::interrupted;
use super::output::ReportArgs;
use super::progress::byte_style;
use super::target::TargetArgs;
use super::value::number;
use super::{ExitCode, Failure, Global};
use crate::contract::schema::{Edition, Form};
use crate::report::model::{Report, counted};
use crate::report::{Repair, SampleOf, Validation};
use crate::settings::{HIDDEN_GZIP, Settings, SettingsFile};
use crate::validate::{Input, Known, KnownError, Options, Outcome, Partial, RepairFolder, Selection, validate};
use baseline::BaselineArgs;
use gather::Gathered;
use part::{Ended, PartArgs, PartialFile, print_errors};
use select::{SelectionArgs, When, headers_to_read};
use state::State;

/// Check every line of exported files against the contract, and count their contents
///
/// Reads newline-delimited JSON, plain or gzip, from files, folders, buckets or stdin. Values of events are never
/// shown: a report has the expected value, and the type and size of the found value.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding validate export/
  mp-forwarding validate 'export/2026-03-*/*.txt' --strict --max-errors 100
  mp-forwarding validate export/ --names --settings connection.toml \\
    --report report.json
  mp-forwarding validate s3://mp-forwarding-acme/exports/ \\
    --since 2026-03-01 --sample 1%
  mp-forwarding validate s3://acme/exports/ --since yesterday \\
    --state validated/ --report health.html
  mp-forwarding validate s3://acme/exports --settings connection.toml \\
    --endpoint http://127.0.0.1:9000
  zcat old.gz | mp-forwarding validate --form raw -
  mp-forwarding validate export/ --repair corrected/
  mp-forwarding validate s3://acme/exports/ --shard 1/4 --partial 1.partial
  mp-forwarding validate --keys inventory.csv.gz --fetches 64

In CI, fail only on new findings:
  mp-forwarding validate export/ --report baseline.json
  mp-forwarding validate export/ --baseline baseline.json \\
    --report findings.xml --report findings.sarif

Exit codes:
  0 all good, 1 findings (with --baseline or --state: new findings),
  2 an option, the settings or an input cannot be used, or no line of data was read,
  3 the target is unreachable or refuses, or the run was interrupted")]
pub(crate) struct Args {
    /// Files, folders, patterns (`*`, `?`, `[…]`, `**`), `s3://bucket/prefix`, or `-` for stdin
    #[arg(value_name = "PATH", required_unless_present = "keys")]
    paths: Vec<PathBuf>,
    /// Check the files of this list, or of stdin (`-`): paths, `s3://bucket/key`, or rows of an S3 Inventory in CSV, plain
    /// or gzip. With one PATH `s3://bucket`, lines are keys of that bucket. Objects are not listed
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// The form of the batches: outbound as exported, or raw as with raw_data_feed (default: as in the settings, else
    /// outbound)
    #[arg(long, value_enum)]
    form: Option<FormName>,
    /// Accept only documented fields and values
    #[arg(long)]
    strict: bool,
    /// Also report values over a documented limit (LIM-1, LIM-2); slower
    #[arg(long)]
    limits: bool,
    /// Also check names and date folders of files, relative to PATH; keys of objects are always checked
    #[arg(long)]
    names: bool,
    /// The connection's settings, TOML or JSON: also check files and batches against them; slower
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// Batches that were sent, as newline-delimited JSON. Report whether each event is in the files, unchanged. Events are
    /// found by event_id, message_id or source_message_id; slower. Not with --shard: a part does not know the other parts
    #[arg(long, value_name = "FILE", conflicts_with_all = ["state", "shard", "partial"])]
    known: Option<PathBuf>,
    /// Exit with 0 when no line of data was read
    #[arg(long)]
    allow_empty: bool,
    /// Report the first N faults by file and line, and read no further
    #[arg(long, value_name = "N", value_parser = number::<u64>(1..=u64::MAX))]
    max_errors: Option<u64>,
    /// Write corrected copies of what can be corrected without guessing to DIR, new or empty, and check these instead
    #[arg(long, value_name = "DIR")]
    repair: Option<PathBuf>,
    /// List every place in the formats for programs, at most 100,000, not only the first five of each cause
    #[arg(long)]
    all_places: bool,
    /// List the 10,000 files with most faults, not only ten
    #[arg(long, value_enum, value_name = "WHAT")]
    show: Option<Shown>,
    /// The longest accepted line
    #[arg(long, value_name = "BYTES", default_value_t = crate::ndjson::DEFAULT_MAX_LINE_BYTES, value_parser = number::<usize>(1..=u64::MAX))]
    max_line_bytes: usize,
    /// The largest ratio of gzip expansion, applied beyond 64 MiB
    #[arg(long, value_name = "TIMES", default_value_t = 1000, value_parser = number::<u64>(1..=u64::MAX))]
    max_expansion: u64,
    /// Number of threads that check lines (default: all cores)
    #[arg(long, value_name = "N", value_parser = number::<NonZeroUsize>(1..=MOST_THREADS))]
    jobs: Option<NonZeroUsize>,
    /// Number of files or objects that are read at once (default: for files as many as --jobs; for objects 8 to 64,
    /// as many as increase the speed)
    #[arg(long, value_name = "N", value_parser = number::<NonZeroUsize>(1..=MOST_THREADS))]
    fetches: Option<NonZeroUsize>,
    /// Do not count the contents of valid lines
    #[arg(long)]
    no_summary: bool,
    /// Show all counts of the contents of valid lines, not only the most important ones
    #[arg(long, conflicts_with = "no_summary")]
    summary: bool,
    /// How long a failed request is retried, such as `30s` or `2m` (default: the settings, else 30s)
    #[arg(long, value_name = "TIME", value_parser = duration::seconds)]
    deadline: Option<u64>,
    /// Keep in DIR what was read and found: later runs read only new files, and known findings do not fail them. Not with
    /// --shard: a state is about all files
    #[arg(long, value_name = "DIR", conflicts_with_all = [
        "baseline", "keys", "sample", "repair", "max_errors", "all_places", "shard", "partial",
    ])]
    state: Option<PathBuf>,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    selection: SelectionArgs,
    #[command(flatten)]
    part: PartArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Validation>>,
}

/// The largest number of threads that read or check: each may hold several blocks of lines.
const MOST_THREADS: u64 = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Shown {
    Files,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    Outbound,
    Raw,
}

/// Two options that contradict each other.
#[derive(Debug, thiserror::Error)]
enum Contradiction {
    #[error("`--form outbound` contradicts `connection.raw_data_feed`, which is on: remove one of them")]
    Raw,
    #[error("`--form raw` contradicts `connection.raw_data_feed`, which is off: remove one of them")]
    Outbound,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let prepared = Prepared::of(&args)?;
    let read = args.paths.iter().chain(&args.settings).chain(&args.baseline.file).chain(&args.keys).chain(&args.known);
    args.report.keep_apart(read, &args.part.partial)?;
    let partial_file = args.part.partial.clone().map(PartialFile::open).transpose()?;
    let reports = args.report.open()?;
    let checked = prepared.check(&args, global, true)?;
    let (ended, bytes) = (Ended::of(&checked.partial), partial_file.is_some().then(|| checked.partial.to_bytes()));
    let hidden_gzip = checked.partial.hidden_gzip();
    let (report, unsaved) = checked.into_report(&args)?;
    print_errors(&report);
    match &prepared.settings {
        Some(settings) if settings.hides_gzip() && !global.quiet => {
            say!("note: connection.use_compression: {HIDDEN_GZIP}");
        }
        _ => note_hidden_gzip(hidden_gzip, global),
    }
    let mut code = ended.code(&report);
    if let Some(failed) = unsaved.map(Failure::print).filter(|_| code != ExitCode::Target) {
        code = failed;
    }
    if let (Some(file), Some(bytes)) = (partial_file, bytes) {
        code = file.write(&bytes, code);
    }
    Ok(reports.finish(&report, global.quiet, code))
}

/// Notes that files are gzip under names that end in `.txt`.
pub(super) fn note_hidden_gzip(files: u64, global: &Global) {
    if files > 0 && !global.quiet {
        say!("note: {} in names that end in `.txt`: {HIDDEN_GZIP}", counted(files, "gzip file", "gzip files"));
    }
}

/// What the arguments say, before anything is read but their own files.
pub(super) struct Prepared {
    settings: Option<Settings>,
    pub(super) options: Options,
    selection: Selection,
    baseline: Option<Report<Validation>>,
}

/// What was found, and what only the whole has.
pub(super) struct Checked<'a> {
    pub(super) partial: Partial,
    repair: Option<Repair>,
    sample: Option<SampleOf>,
    baseline: Option<&'a Report<Validation>>,
    /// The state of earlier runs, and the inputs of this one.
    state: Option<(State, Vec<Input>)>,
    options: &'a Options,
}

impl Prepared {
    pub(super) fn of(args: &Args) -> Result<Self, Failure> {
        let settings = match &args.settings {
            Some(path) => Some(Settings::load_with(path, |typed| put_above(args, typed)).map_err(Failure::usage)?),
            None => None,
        };
        let mut options = options(args, settings.as_ref()).map_err(Failure::usage)?;
        options.known = args.known.as_deref().map(known).transpose().map_err(Failure::usage)?;
        let selection = args.selection.selection().map_err(Failure::usage)?;
        let baseline = args.baseline.read().map_err(Failure::usage)?;
        Ok(Self { settings, options, selection, baseline })
    }

    /// Reads and checks what the arguments name, and prints nothing but progress. With `signals`, SIGINT and SIGTERM cancel it.
    pub(super) fn check(&self, args: &Args, global: &Global, signals: bool) -> Result<Checked<'_>, Failure> {
        let Self { settings, options, selection, baseline } = self;
        let folder = args.repair.as_deref().map(|folder| RepairFolder::create(folder, &args.paths));
        let folder = folder.transpose().map_err(Failure::usage)?;
        let mut state = args.state.as_deref().map(State::open).transpose().map_err(Failure::usage)?;
        // The runtime must exist until the last object is read.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(Failure::usage)?;
        let mut gathered = Gathered::default();
        gathered.add_all(args, settings.as_ref(), &runtime, global)?;
        gathered.leave_out(|path| {
            args.report.writes(path)
                || args.part.partial.as_deref() == Some(path)
                || state.as_ref().is_some_and(|state| state.has(path))
        });
        if let Some(shard) = args.part.shard {
            gathered.inputs = shard.select(gathered.inputs);
        }
        let mut selected = selection.select(gathered.inputs);
        if let Some(state) = &mut state {
            state.leave_out(&mut selected.inputs);
        }
        let repair = match &folder {
            Some(folder) => {
                let (inputs, repair) = folder.repair(&selected.inputs, options).map_err(Failure::usage)?;
                selected.inputs = inputs;
                Some(repair)
            }
            None => None,
        };
        if signals {
            let _inside = runtime.enter();
            let (signal, cancel) = (interrupted(), options.cancel.clone());
            runtime.spawn(async move {
                signal.await;
                cancel.cancel();
            });
        }
        let bar = progress_bar(&selected.inputs, global.quiet);
        let headers = headers_to_read(std::mem::take(&mut selected.passed_over), options);
        let (headers_read, read) = (headers.len() as u64, selected.inputs.len());
        selected.inputs.extend(headers);
        let mut outcome = validate(&selected.inputs, options, &|bytes| bar.inc(bytes));
        selected.inputs.truncate(read);
        bar.finish_and_clear();
        gathered.errors.retain(|error| !(args.allow_empty && error.is_empty()));
        outcome.errors.extend(gathered.errors);
        outcome.other_dates = selected.other_dates;
        outcome.undated = selected.undated;
        let sample = selection.sample.map(|sample| SampleOf {
            share: format!("{}%", sample.share * 100.0),
            seed: sample.seed,
            selected: selected.inputs.len() as u64,
            of: selected.of,
            headers_read,
        });
        let partial = part_of_whole(args, outcome, &selected.inputs, options);
        let state = state.map(|state| (state, selected.inputs));
        Ok(Checked { partial, repair, sample, baseline: baseline.as_ref(), state, options })
    }
}

impl Checked<'_> {
    /// The report, and why the state could not be written.
    pub(super) fn into_report(self, args: &Args) -> Result<(Report<Validation>, Option<Failure>), Failure> {
        let (mut report, unsaved) = match self.state {
            Some((state, inputs)) => state.report(self.partial, &inputs).map_err(Failure::usage)?,
            None => (self.partial.into_report(), None),
        };
        if let Some(known) = &self.options.known {
            known.add_to(&mut report, self.options.connection.as_ref());
        }
        report.summary.repair = self.repair;
        report.summary.sample = self.sample;
        report.summary.shows_contents = args.summary;
        args.baseline.compare(&mut report, self.baseline);
        Ok((report, unsaved.map(Failure::usage)))
    }
}

/// The batches that were sent cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the batches of `{}`", path.display())]
struct KnownFileError {
    path: PathBuf,
    #[source]
    source: KnownError,
}

fn known(path: &Path) -> Result<Arc<Known>, KnownFileError> {
    let read =
        File::open(path).map_err(KnownError::from).and_then(|file| Known::read(&path.display().to_string(), file));
    read.map(Arc::new).map_err(|source| KnownFileError { path: path.to_owned(), source })
}

/// What was found, as a part of a whole.
fn part_of_whole(args: &Args, outcome: Outcome, inputs: &[Input], options: &Options) -> Partial {
    let target = args.paths.iter().map(|path| path.display().to_string());
    let list = args.keys.iter().map(|path| format!("the list {}", path.display()));
    let partial = Partial::new(outcome, inputs, options)
        .with_target(target.chain(list).collect::<Vec<_>>().join(", "))
        .with_dates(
            args.selection.since.as_ref().map(When::to_string),
            args.selection.until.as_ref().map(When::to_string),
        );
    match args.part.shard {
        Some(shard) => partial.of_shard(shard),
        None => partial,
    }
}

/// Overrides a settings file with the options.
fn put_above(args: &Args, typed: &mut SettingsFile) {
    args.target.override_file(typed);
    typed.engine.deadline_seconds = args.deadline.or(typed.engine.deadline_seconds);
}

fn options(args: &Args, settings: Option<&Settings>) -> Result<Options, Contradiction> {
    let raw = settings.map(|settings| settings.connection.raw_data_feed);
    let form = match (args.form, raw) {
        (Some(FormName::Outbound), Some(true)) => return Err(Contradiction::Raw),
        (Some(FormName::Raw), Some(false)) => return Err(Contradiction::Outbound),
        (Some(FormName::Raw), _) | (None, Some(true)) => Form::Inbound,
        (Some(FormName::Outbound) | None, _) => Form::Outbound,
    };
    let mut options = Options::new(Edition { form, strict: args.strict });
    options.limits = args.limits;
    options.summary = !args.no_summary;
    options.names = args.names;
    options.connection = settings.map(|settings| settings.connection.clone());
    options.max_line_bytes = args.max_line_bytes;
    options.max_expansion = args.max_expansion;
    options.allow_empty = args.allow_empty;
    options.max_errors = args.max_errors;
    options.all_places = args.all_places;
    options.all_files = args.show == Some(Shown::Files);
    options.app_name = settings.and_then(|settings| settings.engine.app_name.clone());
    options.jobs = args.jobs.unwrap_or(options.jobs);
    options.fetches = args.fetches;
    Ok(options)
}

/// A bar in stored bytes, or a spinner if the total is not known. It is shown only on a terminal.
fn progress_bar(inputs: &[Input], quiet: bool) -> ProgressBar {
    let total: Option<u64> = inputs.iter().map(Input::size).sum();
    let bar = match total {
        _ if quiet => ProgressBar::hidden(),
        Some(total) => ProgressBar::new(total).with_style(byte_style("{bar:32} {done}/{size} {speed}/s, {left} left")),
        None => ProgressBar::new_spinner().with_style(byte_style("{spinner} {done} {speed}/s")),
    };
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
