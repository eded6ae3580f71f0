//! `mp-forwarding validate`

mod gather;
mod outcome;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use super::output::ReportArgs;
use super::target::TargetArgs;
use super::{ExitCode, Failure, Global};
use crate::contract::schema::{Edition, Form};
use crate::report::ValidationReport;
use crate::settings::{Settings, SettingsFile};
use crate::validate::{Choice, Input, Options, Sample, sweep};
use gather::Gathered;

/// Check exported files: every line against the contract, and what they hold
///
/// Reads newline-delimited JSON, plain or gzip (told by content), from files, from the files of folders, from the objects
/// of a bucket, or from stdin. Values of events are never shown: a report says what was expected and of what type and size
/// the value is.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding validate export/
  mp-forwarding validate 'export/2026-03-*/*.txt' --strict --max-errors 100
  mp-forwarding validate export/ --names --settings connection.toml --report report.json
  mp-forwarding validate s3://mp-forwarding-acme/exports/ --since 2026-03-01 --sample 1%
  mp-forwarding validate s3://acme/exports --endpoint http://127.0.0.1:9000 --settings connection.toml
  zcat old.gz | mp-forwarding validate --form raw -

In CI: what is known today does not fail tomorrow
  mp-forwarding validate export/ --report baseline.json
  mp-forwarding validate export/ --baseline baseline.json --report faults.xml --report faults.sarif

Exit codes:
  0 all good, 1 something is wrong (with --baseline: something new), 2 an option, the settings or an input cannot be used,
  3 the target is unreachable or refuses")]
pub(crate) struct Args {
    /// Files, folders, patterns (`*`, `?`, `[…]`, `**`), `s3://bucket/prefix`, or `-` for stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The form of the batches: outbound as exported, or raw as raw_data_feed and the Events API have them; without it, as
    /// the settings say, else outbound
    #[arg(long, value_enum)]
    form: Option<FormName>,
    /// Take only what the contract documents, not all that a reader has to live with
    #[arg(long)]
    strict: bool,
    /// Report what passes a documented limit, too (LIM-1, LIM-2; slower, every line is read in full)
    #[arg(long)]
    limits: bool,
    /// Check the names and date folders of files, as seen from the PATH; keys of objects are always checked
    #[arg(long)]
    names: bool,
    /// The connection's settings, TOML or JSON: what they demand of files and batches is checked, too (slower)
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// An earlier JSON report: what it has does not fail this run
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
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
    /// How many seconds to ask again for an object or a listing that the target does not give
    #[arg(long, value_name = "SECONDS")]
    deadline: Option<u64>,
    #[command(flatten)]
    choice: ChoiceArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<ValidationReport>,
}

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Which files")]
struct ChoiceArgs {
    /// Only files of this date or later, by their folder, else by their name
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Only files of this date or earlier
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Only this share of the files, such as `1%`, and at least one
    #[arg(long, value_name = "PERCENT")]
    sample: Option<Sample>,
    /// Chooses another sample of the same size
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sample")]
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormName {
    Outbound,
    Raw,
}

/// Two options that cannot both be meant.
#[derive(Debug, thiserror::Error)]
enum Contradiction {
    #[error("`--form outbound` contradicts `connection.raw_data_feed`, which is on: leave one of them out")]
    Raw,
    #[error("`--form raw` contradicts `connection.raw_data_feed`, which is off: leave one of them out")]
    Outbound,
    #[error("`--since {since}` is later than `--until {until}`: no file can be of both")]
    Dates { since: Date, until: Date },
}

/// A baseline that is none.
#[derive(Debug, thiserror::Error)]
#[error("`{}` is no baseline: write one with `validate … --report baseline.json`", path.display())]
struct BaselineError {
    path: PathBuf,
    #[source]
    source: Box<dyn std::error::Error + Send + Sync>,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings = match &args.settings {
        Some(path) => Some(Settings::load_with(path, |typed| put_above(&args, typed)).map_err(Failure::usage)?),
        None => None,
    };
    let options = options(&args, settings.as_ref()).map_err(Failure::usage)?;
    let choice = choice(&args.choice).map_err(Failure::usage)?;
    let baseline = args.baseline.as_deref().map(read_baseline).transpose().map_err(Failure::usage)?;
    args.report.keep_apart(args.paths.iter().chain(&args.settings).chain(&args.baseline), [])?;
    let reports = args.report.open()?;

    let started = Instant::now();
    // It lives until the last object is read.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Failure::usage)?;
    let mut gathered = Gathered::default();
    for path in &args.paths {
        gathered.add(path, &args, settings.as_ref(), &runtime, global)?;
    }
    gathered.leave_out(|path| args.report.writes(path));
    let chosen = choice.choose(gathered.inputs);
    let bar = progress_bar(&chosen.inputs, global.quiet);
    let mut outcome = sweep(&chosen.inputs, &options, &|bytes| bar.inc(bytes));
    bar.finish_and_clear();
    outcome.errors.splice(0..0, gathered.errors);

    let code_of_errors = match outcome.errors.iter().any(|error| error.is_of_target()) {
        true => ExitCode::Target,
        false => ExitCode::Usage,
    };
    let mut report = outcome::report_of(outcome, &chosen, &choice, &options, started);
    if let (Some(path), Some(baseline)) = (&args.baseline, &baseline) {
        report.compare_with(path.display().to_string(), baseline);
    }
    outcome::say_errors(&report);
    reports.write(&report, global.quiet)?;
    if report.lines == 0 && report.errors.is_empty() && report.fault_count() == 0 && !global.quiet {
        say!("warning: there was nothing to check");
    }
    Ok(match (report.errors.is_empty(), report.new_faults()) {
        (false, _) => code_of_errors,
        (true, 0) => ExitCode::Good,
        (true, _) => ExitCode::Findings,
    })
}

/// Puts the options above what a settings file says.
fn put_above(args: &Args, typed: &mut SettingsFile) {
    args.target.put_above(typed);
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
    options.max_errors = args.max_errors;
    options.jobs = args.jobs.unwrap_or(options.jobs);
    Ok(options)
}

fn choice(args: &ChoiceArgs) -> Result<Choice, Contradiction> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since > until
    {
        return Err(Contradiction::Dates { since, until });
    }
    let sample = args.sample.map(|sample| Sample { seed: args.seed, ..sample });
    Ok(Choice { since: args.since, until: args.until, sample })
}

fn read_baseline(path: &Path) -> Result<ValidationReport, BaselineError> {
    let failed = |source| BaselineError { path: path.to_owned(), source };
    let text = std::fs::read(path).map_err(|error| failed(error.into()))?;
    serde_json::from_slice(&text).map_err(|error| failed(error.into()))
}

/// A bar in stored bytes, or a spinner where nobody knows how many there will be. It shows on a terminal only.
fn progress_bar(inputs: &[Input], quiet: bool) -> ProgressBar {
    let total: Option<u64> = inputs.iter().map(Input::size).sum();
    let style = |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = match total {
        _ if quiet => ProgressBar::hidden(),
        Some(total) => ProgressBar::new(total)
            .with_style(style("{bar:32} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left")),
        None => ProgressBar::new_spinner().with_style(style("{spinner} {decimal_bytes} {decimal_bytes_per_sec}")),
    };
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}
