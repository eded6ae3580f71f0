//! `mp-forwarding canary`

use std::collections::BTreeSet;
use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar};
use jiff::Timestamp;
use tokio::time::Instant;

use super::confirm::typed_yes;
use super::interrupt::interrupted;
use super::output::ReportArgs;
use super::output_file::OutputFile;
use super::spinner::spinner;
use super::target::{TargetArgs, connect, url_of_pod};
use super::{ExitCode, Failure, Global, block_on, chain, duration};
use crate::canary::{Arrival, Evidence, MarkedBatches, Record, Watch, evaluate};
use crate::events_api::{Client, ClientError, Credentials, Endpoint, EventsUrl};
use crate::report::model::{Report, Summary, Tool};
use crate::report::summary::{Canary, Delay};
use crate::report::write::{Metric, write_metrics};
use crate::settings::Settings;
use crate::settings::effect::filtered_by;
use crate::store::Store;

/// Send marked events through mParticle and wait for them in the bucket
///
/// Sends a few generated batches of one generated user to the Events API, waits until they can be read in the bucket,
/// and compares the events with the sent ones and with the settings. The batches reach every output of that input,
/// count as usage and cannot be recalled: use a separate input. The behaviour of mParticle's platform is known only
/// from its documentation.
///
/// The key and the secret of the input are read from MPARTICLE_API_KEY and MPARTICLE_API_SECRET.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding canary --settings connection.toml --pod us1
  mp-forwarding canary --settings connection.toml --pod eu1 --wait 30m \\
    --report canary.xml --metrics-file canary.prom
  mp-forwarding canary --settings connection.toml \\
    --events-url http://127.0.0.1:8080 --endpoint http://127.0.0.1:9000

Exit codes:
  0 every event arrived as it should, 1 something arrived wrong or is missing,
  2 the settings or variables cannot be used, 3 refused, interrupted, or nothing arrived in time")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The pod that hosts your organisation's data, such as us1 (default: `engine.pod` of the settings)
    #[arg(long, value_name = "POD")]
    pod: Option<String>,
    /// The base URL of the Events API instead of the pod's; https, unless it is a loopback address
    #[arg(long, value_name = "URL", conflicts_with = "pod")]
    events_url: Option<EventsUrl>,
    /// The environment of the batches
    #[arg(long, value_name = "NAME", value_parser = ["development", "production"], default_value = "development")]
    environment: String,
    /// Send `production` batches without asking
    #[arg(long)]
    yes: bool,
    /// Send only events of these types; some change the profile of the generated user
    #[arg(long, value_name = "TYPE", value_delimiter = ',')]
    event_types: Vec<String>,
    /// Set this data plan in the batches
    #[arg(long, value_name = "ID:VERSION", value_parser = plan)]
    data_plan: Option<(String, u32)>,
    /// How long to wait for the events in the bucket
    #[arg(long, value_name = "TIME", default_value = "20m", value_parser = duration::parse)]
    wait: Duration,
    /// How often to read the bucket
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration::parse)]
    poll: Duration,
    /// Write what was sent, and the marked events that came back, to this new folder (mode 0700). A value that was not sent is
    /// replaced by its kind and length
    #[arg(long, value_name = "DIR", help_heading = "Report")]
    record: Option<PathBuf>,
    /// Write the result to this file in the text format of Prometheus
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    metrics_file: Option<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Canary>>,
}

fn plan(text: &str) -> Result<(String, u32), String> {
    let (id, version) = text.rsplit_once(':').filter(|(id, _)| !id.is_empty()).ok_or("write it as ID:VERSION")?;
    Ok((id.to_owned(), version.parse().map_err(|_| format!("`{version}` is not the number of a version"))?))
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings =
        Settings::load_with(&args.settings, |typed| args.target.override_file(typed)).map_err(Failure::usage)?;
    let credentials = Credentials::required().map_err(Failure::usage)?;
    let url = match &args.events_url {
        Some(url) => url.clone(),
        None => {
            let pod = args.pod.as_deref().or(settings.engine.pod.as_deref());
            url_of_pod(pod, "--pod, as `engine.pod` of the settings, or use --events-url")?
        }
    };
    args.report.keep_apart([&args.settings], &args.metrics_file)?;
    let reports = args.report.open()?;
    let metrics_file = match &args.metrics_file {
        None => None,
        Some(path) => {
            let file = OutputFile(path.clone());
            let direct = file.open().map_err(|error| Failure::usage(cannot_write("metrics file", path, &error)))?;
            Some((file, direct))
        }
    };
    if args.environment == "production" && !args.yes {
        let question = format!("Send production batches to {url}? They reach every output of this input.");
        typed_yes(&question, "batches of the environment `production` reach every output: confirm it with --yes")?;
    }
    let now = Timestamp::now();
    let mark = format!("mpf-{:016x}", RandomState::new().hash_one((now, std::process::id())));
    let sent =
        MarkedBatches::new(&mark, &args.event_types, &args.environment, args.data_plan.as_ref(), now.as_millisecond())
            .map_err(Failure::usage)?;
    let client = Client::new(url.clone(), &credentials).map_err(Failure::usage)?;
    let record = match &args.record {
        None => None,
        Some(folder) => {
            let record = Record::create(folder).and_then(|record| record.sent(&sent).map(|()| record));
            Some(record.map_err(|error| Failure::usage(cannot_write("new folder", folder, &error)))?)
        }
    };
    let summary = Canary {
        events_url: url.to_string(),
        mark,
        environment: args.environment.clone(),
        events: sent.events.len() as u64,
        ..Canary::default()
    };
    let run = Run { args: &args, settings: &settings, sent: &sent, client, record, started_at: now };
    let (report, failure) = block_on(run.all(summary, global))?;
    let mut code = match &failure {
        Some(failure) => failure.code,
        None => ExitCode::of(&report),
    };
    // The report is printed even if this file cannot be written.
    if let Some((file, direct)) = metrics_file
        && let Err(error) = file.write(direct, &metrics(&report))
    {
        say!("error: {}", cannot_write("metrics file", &file.0, &error));
        code = if code == ExitCode::Target { code } else { ExitCode::Usage };
    }
    let code = reports.finish(&report, global.quiet, code);
    failure.map_or(Ok(code), Err)
}

fn cannot_write(what: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot write the {what} `{}`: {error}", path.display())
}

/// The shortest pause between two looks into the bucket.
const SHORTEST_POLL: Duration = Duration::from_millis(100);

struct Run<'a> {
    args: &'a Args,
    settings: &'a Settings,
    sent: &'a MarkedBatches,
    client: Client,
    record: Option<Record>,
    started_at: Timestamp,
}

impl Run<'_> {
    /// The report, and why the run ended early if it did.
    async fn all(&self, mut summary: Canary, global: &Global) -> (Report<Canary>, Option<Failure>) {
        let bucket = self.settings.connection.s3_bucket_name.to_string();
        let mut stop = std::pin::pin!(interrupted());
        let store = match connect(self.settings).await {
            Ok(store) => Arc::new(store),
            Err(failure) => return self.failed(bucket, summary, failure),
        };
        let target = store.name();
        // Checks before sending that the bucket can be read.
        let mut watch = Watch::new(store, self.settings, &self.sent.mark, self.started_at);
        let checked = tokio::select! {
            checked = watch.poll() => checked.map(drop).map_err(Failure::target),
            () = &mut stop => Err(Failure::target("interrupted, before anything was sent")),
        };
        if let Err(failure) = checked {
            return self.failed(target, summary, failure);
        }
        let sent_at = Timestamp::now();
        let send = self.send(&mut summary);
        let maybe_twice = tokio::select! {
            sent = send => sent,
            () = &mut stop => return self.failed(target, summary, Failure::target("interrupted while sending")),
        };
        let maybe_twice = match maybe_twice {
            Ok(maybe_twice) => maybe_twice,
            Err(error) => return self.failed(target, summary, Failure::target(error)),
        };
        let spinner = spinner(global);
        let mut arrivals = Vec::new();
        let watched = tokio::select! {
            watched = self.wait(&mut watch, &mut arrivals, &spinner) => watched.map_err(Failure::target),
            () = &mut stop => Err(Failure::target("interrupted")),
        };
        spinner.finish_and_clear();
        let evidence = Evidence {
            settings: self.settings,
            sent: self.sent,
            maybe_twice,
            arrivals: &arrivals,
            unreadable: &watch.unreadable,
        };
        let evaluation = evaluate(&evidence);
        let kept = self.record.as_ref().map_or(Ok(()), |record| record.arrived(self.sent, &arrivals));
        let watched = watched.and_then(|()| {
            let folder = self.args.record.as_deref().unwrap_or(Path::new("."));
            kept.map_err(|error| Failure::usage(cannot_write("record", folder, &error)))
        });
        (summary.arrived, summary.filtered, summary.missing) =
            (evaluation.arrived, evaluation.filtered, evaluation.missing);
        summary.objects = arrivals.len() as u64;
        summary.delay = Delay::of(self.delays(&arrivals, sent_at));
        let mut report = self.report(target, summary);
        (report.checks, report.findings) = (evaluation.checks, evaluation.findings);
        match watched {
            Err(failure) => {
                report.incomplete = Some(chain(failure.error.as_ref()));
                (report, Some(failure))
            }
            Ok(()) => {
                if arrivals.is_empty() && report.summary.missing > 0 {
                    report.incomplete = Some(format!("no event arrived within {}", HumanDuration(self.args.wait)));
                }
                (report, None)
            }
        }
    }

    /// Sends the batches: one in its own request and the others in a bulk request. Returns whether some may have been
    /// accepted twice.
    async fn send(&self, summary: &mut Canary) -> Result<bool, ClientError> {
        let deadline = Instant::now() + self.args.wait;
        let mut maybe_twice = false;
        let Some((first, rest)) = self.sent.bodies.split_first() else { return Ok(false) };
        maybe_twice |= self.client.send(Endpoint::Events, first.clone(), deadline).await?.maybe_twice;
        summary.batches = 1;
        if !rest.is_empty() {
            let body = format!("[{}]", rest.join(","));
            maybe_twice |= self.client.send(Endpoint::BulkEvents, body, deadline).await?.maybe_twice;
            summary.batches += rest.len() as u64;
        }
        Ok(maybe_twice)
    }

    /// Polls until every event that the settings forward has arrived, and once more for repeated events; or until the
    /// time is over.
    async fn wait(
        &self,
        watch: &mut Watch,
        arrivals: &mut Vec<Arrival>,
        spinner: &ProgressBar,
    ) -> Result<(), crate::canary::WatchError> {
        let deadline = Instant::now() + self.args.wait;
        let connection = &self.settings.connection;
        let wanted = self.sent.events.iter().filter(|event| filtered_by(event.event_type, connection).is_none());
        let wanted: BTreeSet<&str> = wanted.map(|event| event.mark.as_str()).collect();
        let mut is_last = wanted.is_empty();
        loop {
            arrivals.extend(watch.poll().await?);
            let has_arrived = |mark: &&&str| arrivals.iter().any(|arrival| arrival.holds(mark));
            let arrived = wanted.iter().filter(has_arrived).count();
            spinner.set_message(format!("{arrived} of {} events have arrived", wanted.len()));
            let left = deadline.saturating_duration_since(Instant::now());
            if is_last {
                return Ok(());
            }
            is_last = arrived == wanted.len() || left.is_zero();
            if left.is_zero() {
                watch.watch_whole_folder();
                continue;
            }
            tokio::time::sleep(self.args.poll.max(SHORTEST_POLL).min(left)).await;
        }
    }

    /// For each event that arrived, the milliseconds until it was readable.
    fn delays(&self, arrivals: &[Arrival], sent_at: Timestamp) -> Vec<u64> {
        let first =
            |mark: &str| arrivals.iter().filter(|arrival| arrival.holds(mark)).map(|arrival| arrival.found_at).min();
        let found = self.sent.events.iter().filter_map(|event| first(&event.mark));
        found.map(|at| u64::try_from(at.duration_since(sent_at).as_millis()).unwrap_or_default()).collect()
    }

    fn failed(&self, target: String, summary: Canary, failure: Failure) -> (Report<Canary>, Option<Failure>) {
        let report = self.report(target, summary);
        (Report { incomplete: Some(chain(failure.error.as_ref())), ..report }, Some(failure))
    }

    fn report(&self, target: String, summary: Canary) -> Report<Canary> {
        let milliseconds = Timestamp::now().duration_since(self.started_at).as_millis();
        Report {
            tool: Tool::default(),
            command: Canary::COMMAND.to_owned(),
            target,
            started_at: self.started_at.to_string(),
            milliseconds: u64::try_from(milliseconds).unwrap_or_default(),
            incomplete: None,
            checks: Vec::new(),
            findings: Vec::new(),
            unlisted_findings: 0,
            summary,
        }
    }
}

/// The result for the text file collector of Prometheus.
fn metrics(report: &Report<Canary>) -> Vec<u8> {
    let Canary { events, arrived, missing, delay, .. } = &report.summary;
    let seconds = |milliseconds: u64| milliseconds as f64 / 1_000.0;
    let mut metrics = vec![
        ("success", "Whether every event arrived as it should.", f64::from(u8::from(report.is_ok()))),
        ("events_sent", "Events that were sent.", *events as f64),
        ("events_arrived", "Events that arrived.", *arrived as f64),
        ("events_missing", "Events that should have arrived and did not.", *missing as f64),
        (
            "finished_timestamp_seconds",
            "When the run ended.",
            seconds(Timestamp::now().as_millisecond().unsigned_abs()),
        ),
    ];
    if let Some(Delay { shortest, median, longest }) = delay {
        metrics.push(("delay_min_seconds", "Shortest delay from sent to readable.", seconds(*shortest)));
        metrics.push(("delay_median_seconds", "Median delay from sent to readable.", seconds(*median)));
        metrics.push(("delay_max_seconds", "Longest delay from sent to readable.", seconds(*longest)));
    }
    let metrics = metrics.into_iter().map(|(name, help, value)| Metric::new(format!("canary_{name}"), help, value));
    let mut text = Vec::new();
    // Memory can always be written.
    let _ = write_metrics(&metrics.collect::<Vec<_>>(), &mut text);
    text
}
