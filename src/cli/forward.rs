//! `mp-forwarding forward`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::interrupt::interrupted;
use super::output::{Identity, ReportArgs};
use super::progress::Progress;
use super::target::{TargetArgs, connect};
use super::{ExitCode, Failure, Global, block_on};
use crate::forward::{Engine, FixedClock, Halt, Input, LedgerFile, NdjsonSource, Place, QuarantineFile, Summary};
use crate::report::model::counted;
use crate::report::{ForwardingReport, Refusal, Resume, Tool, YesNo};
use crate::settings::Settings;
use crate::store::Store;

/// Forward batches to a bucket, with a connection's settings
///
/// Reads newline-delimited JSON, plain or gzip, one batch per line. Every event is written, filtered by a setting,
/// quarantined with a reason, or left pending. No event is dropped without a record of it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding forward --settings connection.toml --input batches.ndjson
  mp-forwarding generate | mp-forwarding forward --input - \\
    --settings connection.toml --endpoint http://127.0.0.1:9000
  mp-forwarding forward --settings connection.toml --quarantine bad.ndjson \\
    --input a.ndjson --input b.ndjson.gz
  mp-forwarding forward --settings connection.toml --input batches.ndjson \\
    --ledger fates.ndjson

Exit codes:
  0 all good, 1 something was quarantined or is unconfirmed, 2 settings or input cannot be used,
  3 the target is unreachable or refuses, or the run was interrupted; the rest is pending")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Batches as newline-delimited JSON, plain or gzip; `-` is stdin; repeatable
    #[arg(long = "input", value_name = "FILE", required = true)]
    inputs: Vec<PathBuf>,
    /// How long a failed request is retried, in seconds; the upload is then left pending (default: the settings, else 30)
    #[arg(long, value_name = "SECONDS")]
    deadline: Option<u64>,
    /// Append input that cannot be forwarded to this file, with the reasons (mode 0600)
    #[arg(long, value_name = "FILE")]
    quarantine: Option<PathBuf>,
    /// Append each event's fate to this file, one JSON object per line (mode 0600)
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Stop at the first line that cannot be forwarded
    #[arg(long)]
    fail_fast: bool,
    /// Use this fixed time instead of the clock (RFC 3339): the same input then gives the same bytes
    #[arg(long, value_name = "TIME", value_parser = super::clock::parse)]
    clock: Option<Timestamp>,
    /// Seed of the random numbers in file names
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<ForwardingReport>,
}

/// The quarantine or the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the {what} file `{}`", path.display())]
struct OutputError {
    what: &'static str,
    path: PathBuf,
    #[source]
    source: std::io::Error,
}

/// One input is given twice. Its events would be forwarded twice.
#[derive(Debug, thiserror::Error)]
#[error("the input `{}` is given twice: its events would be forwarded twice", .0.display())]
struct TwiceError(PathBuf);

/// Only files are compared, because a pipe or a device can deliver other data each time that it is opened.
fn refuse_repeated_inputs(inputs: &[PathBuf]) -> Result<(), Failure> {
    let twice = inputs.iter().enumerate().find(|(index, path)| {
        (path.is_file() || path.as_os_str() == "-")
            && inputs[..*index].iter().any(|other| Identity::of(other) == Identity::of(path))
    });
    twice.map_or(Ok(()), |(_, path)| Err(Failure::usage(TwiceError(path.clone()))))
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings = Settings::load_with(&args.settings, |typed| {
        args.target.override_file(typed);
        typed.engine.deadline_seconds = args.deadline.or(typed.engine.deadline_seconds);
    })
    .map_err(Failure::usage)?;
    refuse_repeated_inputs(&args.inputs)?;
    let read = args.inputs.iter().chain([&args.settings]);
    args.report.keep_apart(read, args.quarantine.iter().chain(&args.ledger))?;
    let reports = args.report.open()?;
    let inputs: Vec<Input> = args.inputs.iter().map(|path| Input::from_argument(path)).collect();
    let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
    let mut source = NdjsonSource::start(&inputs, max_line_bytes).map_err(Failure::usage)?;
    let failed = |what, path: &Path| {
        let path = path.to_owned();
        move |source| Failure::usage(OutputError { what, path, source })
    };
    let quarantine = match &args.quarantine {
        None => None,
        Some(path) => Some(QuarantineFile::open(path).map_err(failed("quarantine", path))?),
    };
    let mut ledger = match &args.ledger {
        None => None,
        Some(path) => Some(LedgerFile::open(path).map_err(failed("ledger", path))?),
    };

    let started = Instant::now();
    let (target, summary) = block_on(async {
        let store = Arc::new(connect(&settings).await?);
        let target = store.name();
        let mut engine =
            Engine::builder(settings, store).observer(Progress::new(&inputs, global.quiet)).fail_fast(args.fail_fast);
        if let Some(time) = args.clock {
            engine = engine.clock(FixedClock(time));
        }
        if let Some(seed) = args.seed {
            engine = engine.seed(seed);
        }
        if let Some(file) = quarantine {
            engine = engine.quarantine(file);
        }
        let engine = engine.build();
        let summary = match &mut ledger {
            None => engine.run(&mut source, interrupted()).await,
            Some(ledger) => engine.run_with_ledger(&mut source, ledger, interrupted()).await,
        }
        .map_err(Failure::usage)?;
        Ok::<_, Failure>((target, summary))
    })??;
    let report = report_of(&summary, target, started);
    // The outcome is printed even if the report cannot be written.
    let code = conclude(&summary, &args, global);
    match (reports.write(&report, global.quiet), code) {
        (Err(failure), ExitCode::Target) => {
            say!("error: {}", super::chain(failure.error.as_ref()));
            Ok(ExitCode::Target)
        }
        (written, code) => written.map(|()| code),
    }
}

pub(super) fn report_of(summary: &Summary, target: String, started: Instant) -> ForwardingReport {
    ForwardingReport {
        tool: Tool::default(),
        target,
        fates: summary.fates.to_report(),
        records: summary.records,
        files: summary.files,
        lines: summary.lines,
        text_bytes: summary.text_bytes,
        stored_bytes: summary.stored_bytes,
        pending_files: summary.pending_files,
        complete: summary.exhausted && summary.halt.is_none() && summary.input_errors.is_empty(),
        conditional: summary.conditional.map(|yes| if yes { YesNo::Yes } else { YesNo::No }),
        refusal: summary.refusal.as_ref().map(|error| Refusal {
            code: error.code.clone(),
            status: error.status,
            message: error.to_string(),
        }),
        fault: summary.fault.as_ref().map(|error| super::chain(error)),
        unrecorded: summary.unrecorded,
        resume_at: summary.resume_at.as_ref().map(resume),
        unread_from: summary.unread_from.as_ref().map(resume),
        input_errors: summary.input_errors.iter().map(|error| super::chain(error)).collect(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn resume(place: &Place) -> Resume {
    Resume { input: place.input.to_string(), line: place.line }
}

/// Prints the reason of the exit code on stderr.
fn conclude(summary: &Summary, args: &Args, global: &Global) -> ExitCode {
    for error in &summary.input_errors {
        say!("error: {}", super::chain(error));
    }
    if !global.quiet {
        for (flag, count) in &summary.flags {
            let what = match flag.is_of_line() {
                true => counted(*count, "line", "lines"),
                false => counted(*count, "event or batch", "events or batches"),
            };
            say!("warning: {what} {}", flag.meaning());
        }
    }
    let fates = summary.fates.to_report();
    let events = |count| counted(count, "event is", "events are");
    let rest = match &summary.unread_from {
        Some(place) => format!("; `{}` was not read from line {} on", place.input, place.line),
        None => String::new(),
    };
    if let Some(error) = &summary.fault {
        say!("error: {}", super::chain(error));
        let unrecorded = match summary.unrecorded {
            0 => String::new(),
            unrecorded => {
                format!("; {} in the bucket or unconfirmed without an entry in the ledger", events(unrecorded))
            }
        };
        say!("{} pending{unrecorded}{rest}", events(fates.pending));
        return ExitCode::Usage;
    }
    if let Some(error) = &summary.refusal {
        say!("error: {error}");
        say!("{} pending{rest}", events(fates.pending));
        return ExitCode::Target;
    }
    if summary.halt == Some(Halt::Stopped) {
        say!("error: interrupted; {} pending{rest}", events(fates.pending));
        return ExitCode::Target;
    }
    if !summary.input_errors.is_empty() {
        return ExitCode::Usage;
    }
    if summary.records == 0 && !global.quiet {
        say!("warning: the input has no batches");
    }
    if summary.halt == Some(Halt::FailFast) {
        say!("error: stopped at the first line that cannot be forwarded; later lines were not read");
    }
    if !global.quiet
        && fates.quarantined > 0
        && args.quarantine.is_none()
        && args.inputs.iter().any(|path| path.as_os_str() == "-")
    {
        say!("warning: the quarantined lines of stdin are not stored: use --quarantine FILE");
    }
    if fates.quarantined > 0 || fates.unconfirmed > 0 { ExitCode::Findings } else { ExitCode::Good }
}
