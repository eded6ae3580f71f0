//! `mp-forwarding forward`

mod inputs;
mod outcome;
mod state;

pub(super) use outcome::{exit_code, report_of};

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::interrupt::interrupted;
use super::output::ReportArgs;
use super::progress::Progress;
use super::target::{TargetArgs, connect};
use super::value::{address, number};
use super::{ExitCode, Failure, Global, block_on, duration};
use crate::forward::{Engine, FixedClock, LedgerFile, Probe, QuarantineFile, Questions, nowhere};
use crate::monitor::{Health, Monitor};
use crate::report::ForwardingReport;
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
  mp-forwarding forward --settings connection.toml --input batches.ndjson \\
    --state run-1 --deadline 1h
  mp-forwarding forward --settings connection.toml --input 'in/*.ndjson' \\
    --dry-run
  mp-forwarding forward --settings connection.toml --input in/ --follow \\
    --state service --deadline forever --metrics-listen 127.0.0.1:9184

Exit codes:
  0 all good, 1 something was quarantined or is unconfirmed, 2 settings or input cannot be used,
  3 the target is unreachable or refuses, or the run was interrupted; the rest is pending")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Batches as newline-delimited JSON, plain or gzip: a file, a folder, a pattern such as `in/*.gz`, or `-` for stdin; repeatable
    #[arg(long = "input", value_name = "PATH", required = true)]
    inputs: Vec<PathBuf>,
    /// Keep reading until the run is stopped: lines that are appended to the files, and new files in a folder or for a pattern
    #[arg(long, conflicts_with = "clock")]
    follow: bool,
    /// Only count what would be written: no bucket is needed
    #[arg(long, conflicts_with_all = ["state", "follow", "quarantine", "ledger", "metrics_listen"])]
    dry_run: bool,
    /// How long a failed upload is tried again before it is left pending: `30s`, `20m`, `2h`, `0` for one attempt or `forever`; a
    /// number without a unit is in seconds (default: the settings, else 30)
    #[arg(long, value_name = "TIME", value_parser = deadline)]
    deadline: Option<Deadline>,
    /// Record the run in this folder (mode 0700). However the run ends, the same command continues it: no event is lost or
    /// written twice
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,
    /// The largest size of the spool, such as `512MiB`. With --state, it keeps what was read from stdin or another input that
    /// cannot be read twice. While it is full, nothing more is read (default: 1GiB)
    #[arg(long, value_name = "SIZE", requires = "state", value_parser = super::size::parse)]
    spool_limit: Option<u64>,
    /// Append input that cannot be forwarded to this file, with the reasons (mode 0600)
    #[arg(long, value_name = "FILE")]
    quarantine: Option<PathBuf>,
    /// Append each event's fate to this file, one JSON object per line (mode 0600)
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Serve /metrics for Prometheus and /healthz at this address, such as 127.0.0.1:9184
    #[arg(long, value_name = "ADDRESS", value_parser = address, help_heading = "Monitoring")]
    metrics_listen: Option<SocketAddr>,
    /// /healthz answers 503 if events are pending and no object was written for this time (default: what the settings allow, and a
    /// minute)
    #[arg(long, value_name = "TIME", requires = "metrics_listen", help_heading = "Monitoring", value_parser = duration::parse)]
    unhealthy_after: Option<Duration>,
    /// Stop at the first line that cannot be forwarded
    #[arg(long)]
    fail_fast: bool,
    /// Use this fixed time instead of the clock (RFC 3339): the same input then gives the same bytes
    #[arg(long, value_name = "TIME", value_parser = super::clock::parse)]
    clock: Option<Timestamp>,
    /// Seed of the random numbers in file names
    #[arg(long, value_name = "N", value_parser = number::<u64>(0..=u64::MAX))]
    seed: Option<u64>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<ForwardingReport>,
}

/// The value of `--deadline`.
#[derive(Debug, Clone, Copy)]
enum Deadline {
    Seconds(u64),
    Forever,
}

fn deadline(text: &str) -> Result<Deadline, String> {
    match text.parse() {
        // The settings have the bounds.
        Ok(seconds) => Ok(Deadline::Seconds(seconds)),
        Err(_) if text == "forever" => Ok(Deadline::Forever),
        Err(_) => duration::parse(text)
            .map(|time| Deadline::Seconds(time.as_secs()))
            .map_err(|error| format!("{error}, or `forever`")),
    }
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

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let mut settings = Settings::load_with(&args.settings, |typed| {
        args.target.override_file(typed);
        if let Some(Deadline::Seconds(seconds)) = args.deadline {
            typed.engine.deadline_seconds = Some(seconds);
        }
    })
    .map_err(Failure::usage)?;
    if let Some(Deadline::Forever) = args.deadline {
        settings.engine.deadline_seconds = u64::MAX;
    }
    let mut inputs = inputs::of(&args)?;
    let read = inputs.iter().map(inputs::path_of).chain([args.settings.as_path()]);
    args.report.keep_apart(read, args.quarantine.iter().chain(&args.ledger))?;
    let reports = args.report.open()?;
    let state = state::open(&args, &settings, &inputs)?;
    if let Some(state) = &state {
        if let Some(report) = state::outcome(state)? {
            let why = if state.is_spooled() { "; give another folder for another stream" } else { "" };
            say!("everything was delivered before: there is nothing left to do{why}");
            return reports.write(&report, global.quiet).map(|()| ExitCode::Good);
        }
        inputs = state.inputs().to_vec();
    }
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
    let (target, summary, source) = block_on(async {
        // Before anything is taken from a pipe: a signal must not end the process before it is kept.
        let stop = interrupted();
        let mut source = state::source(&args, &settings, state.as_ref(), &inputs)?;
        let store = match args.dry_run {
            true => nowhere(),
            false => Arc::new(connect(&settings).await?) as Arc<dyn Store>,
        };
        let target = store.name();
        let (_monitor, questions) = monitor(&args, &settings, global).await?.unzip();
        let mut engine =
            Engine::builder(settings, store).observer(Progress::new(&inputs, global.quiet)).fail_fast(args.fail_fast);
        if let Some(questions) = questions {
            engine = engine.probe(questions);
        }
        if let Some(time) = args.clock {
            engine = engine.clock(FixedClock(time));
        }
        if let Some(seed) = args.seed {
            engine = engine.seed(seed);
        }
        if let Some(file) = quarantine {
            engine = engine.quarantine(file);
        }
        if let Some(state) = &state {
            engine = engine.state(state.clone());
        }
        let engine = engine.build();
        let summary = match &mut ledger {
            None => engine.run(source.as_mut(), stop).await,
            Some(ledger) => engine.run_with_ledger(source.as_mut(), ledger, stop).await,
        }
        .map_err(Failure::usage)?;
        Ok::<_, Failure>((target, summary, source))
    })??;
    // What was taken from a pipe is kept before the run is reported.
    drop(source);
    let report = report_of(&summary, target, started);
    if let Some(state) = &state {
        state::finish(state, &report)?;
    }
    // The outcome is printed even if the report cannot be written.
    let code = outcome::conclude(&summary, &args, global);
    match (reports.write(&report, global.quiet), code) {
        (Err(failure), ExitCode::Target) => {
            say!("error: {}", super::chain(failure.error.as_ref()));
            Ok(ExitCode::Target)
        }
        (written, code) => written.map(|()| code),
    }
}

/// Starts the server of metrics, if the user wants one.
async fn monitor(args: &Args, settings: &Settings, global: &Global) -> Result<Option<(Monitor, Questions)>, Failure> {
    let Some(address) = args.metrics_listen else { return Ok(None) };
    let (probe, questions) = Probe::new();
    let health = args.unhealthy_after.map_or_else(|| Health::of(settings), |longest| Health { longest });
    let monitor = Monitor::start(address, probe, health)
        .await
        .map_err(|error| Failure::usage(format!("cannot listen on {address}: {error}; choose another port")))?;
    if !global.quiet {
        say!("metrics are at http://{}/metrics", monitor.address());
    }
    Ok(Some((monitor, questions)))
}
