//! `mp-forwarding conform`

mod engine;
mod list;
mod place;

use std::io::{IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use indicatif::ProgressBar;
use jiff::Timestamp;

use super::interrupt::interrupted;
use super::output::ReportArgs;
use super::target::TargetArgs;
use super::{ExitCode, Failure, Global, block_on};
use crate::conform::matrix::matrix;
use crate::conform::synthesize::Synthesizer;
use crate::conform::{self, Plan, plans};
use crate::forward::{Input, SourceError};
use crate::ndjson::Decoded;
use crate::report::ConformanceReport;
use crate::settings::{BucketName, Settings, SettingsFile, TypedDateFolders};
use engine::EngineSubject;
use place::Place;

/// The bucket of the built-in cases.
const BUCKET: &str = "mp-forwarding-conform";

/// When the first made-up batch is received, unless a clock is given: the same seed means the same bytes on any day.
const FIRST_BATCH: &str = "2026-03-01T00:00:02Z";

/// Prove that what is written keeps the contract, clause by clause
///
/// Makes batches from a seed (or takes yours), sends them through the whole engine to an S3, reads back every object and
/// holds names, folders, compression and content against the contract. The S3 is one in this process, unless you name
/// another with --endpoint or --live; there everything is written below a folder of the run's own and removed at the end.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  mp-forwarding conform
  mp-forwarding conform --suite full --report conform.json
  mp-forwarding conform list --undefined
  mp-forwarding conform --input batches.ndjson --settings connection.toml
  mp-forwarding conform --endpoint http://127.0.0.1:9000 --create-bucket --report conform.json

Exit codes:
  0 every check that could run passed, 1 a promise is broken, 2 settings or input cannot be used,
  3 the target is unreachable or refuses"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    suite: SuiteArgs,
    /// A connection's settings, TOML or JSON, instead of the built-in cases
    #[arg(long, value_name = "FILE", conflicts_with = "suite")]
    settings: Option<PathBuf>,
    /// Batches as newline-delimited JSON instead of made-up ones; `-` is stdin; repeatable
    #[arg(long = "input", value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Where the stream of choices for made-up batches starts
    #[arg(long, value_name = "N", default_value_t = 7, conflicts_with = "inputs")]
    seed: u64,
    /// How many batches to make
    #[arg(long, value_name = "N", default_value_t = 1_000, conflicts_with = "inputs")]
    batches: usize,
    /// Work as if it were this time all along (RFC 3339), for runs that must give the same bytes again
    #[arg(long, value_name = "TIME", value_parser = super::clock::parse)]
    clock: Option<Timestamp>,
    /// Write to AWS itself
    #[arg(long, conflicts_with = "endpoint", requires = "settings")]
    live: bool,
    /// Create the bucket if it is not there
    #[arg(long)]
    create_bucket: bool,
    /// Leave the objects of this run where they are
    #[arg(long)]
    keep_objects: bool,
    /// Keep the embedded S3's objects in this new or empty folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["endpoint", "live"])]
    keep: Option<PathBuf>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    List(list::Args),
}

/// Which built-in cases are run.
#[derive(Debug, clap::Args)]
struct SuiteArgs {
    /// Which cases to run: quick is a handful, full combines every value of every setting with every other
    #[arg(long, value_name = "NAME", default_value = "quick")]
    suite: Suite,
    /// Of how many settings at once the full suite combines all values
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u8).range(2..=3))]
    strength: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Suite {
    Quick,
    Full,
}

impl SuiteArgs {
    fn plans(&self, bucket: &BucketName) -> Vec<Plan> {
        let mut plans = plans(bucket);
        if self.suite == Suite::Full {
            plans.extend(matrix(bucket, self.strength.into()));
        }
        plans
    }
}

impl Args {
    /// When the first made-up batch is received.
    fn first_batch(&self) -> Result<Timestamp, Failure> {
        self.clock.map_or_else(|| FIRST_BATCH.parse().map_err(Failure::usage), Ok)
    }
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    if let Some(Action::List(args)) = &args.action {
        return list::run(args);
    }
    let options = |typed: &mut SettingsFile| args.target.put_above(typed);
    let settings = match &args.settings {
        Some(path) => Settings::load_with(path, options),
        None => Settings::try_from(built_in(options)),
    }
    .map_err(Failure::usage)?;
    if settings.engine.endpoint.is_some() && (args.live || args.keep.is_some()) {
        return Err(Failure::usage("the settings name an endpoint: --live and --keep are for runs without one"));
    }
    args.report.keep_apart(args.inputs.iter().chain(&args.settings), [])?;
    let reports = args.report.open()?;
    let input = input(&args)?;
    let cases = match &args.settings {
        Some(_) => {
            vec![Plan { name: "settings".to_owned(), connection: settings.connection.clone(), fixed_clock: false }]
        }
        None => args.suite.plans(&settings.connection.s3_bucket_name),
    };
    let report = block_on(verdict(&args, &settings, cases, input, global))??;
    reports.write(&report, global.quiet)?;
    Ok(if report.is_ok() { ExitCode::Good } else { ExitCode::Findings })
}

async fn verdict(
    args: &Args,
    settings: &Settings,
    cases: Vec<Plan>,
    input: Arc<[u8]>,
    global: &Global,
) -> Result<ConformanceReport, Failure> {
    let place = Place::find(args, settings).await?;
    let scenarios = place.scenarios(cases, settings, &input, args).await?;
    let subject = EngineSubject { seed: args.seed };
    let spinner = spinner(global);
    let seed = args.inputs.is_empty().then_some(args.seed);
    let run = conform::run(&subject, &scenarios, seed, |case| spinner.set_message(format!("case {case}")));
    let report = tokio::select! {
        report = run => report.map_err(Failure::target),
        () = interrupted() => Err(Failure::target("interrupted: nothing is proven")),
    };
    spinner.finish_and_clear();
    if !args.keep_objects {
        place.clean().await;
    }
    let report = report?;
    if report.cases.iter().all(|case| case.lines == 0 && case.input_lines > 0) && seed.is_none() {
        return Err(Failure::usage("no line of the input could be forwarded: there is nothing to prove"));
    }
    Ok(report)
}

/// The settings around the built-in cases, each of which brings a connection of its own.
fn built_in(options: impl FnOnce(&mut SettingsFile)) -> SettingsFile {
    let mut typed = SettingsFile::default();
    typed.connection.s3_bucket_name = Some(BUCKET.to_owned());
    typed.connection.store_data_in_folders_by_date = Some(TypedDateFolders::None);
    options(&mut typed);
    typed
}

/// The batches to forward, in memory: the judge looks at each of them again.
fn input(args: &Args) -> Result<Arc<[u8]>, Failure> {
    let mut text = Vec::new();
    if args.inputs.is_empty() {
        for line in Synthesizer::new(args.seed, args.first_batch()?).take(args.batches) {
            text.extend_from_slice(line.as_bytes());
            text.push(b'\n');
        }
    }
    for path in &args.inputs {
        let input = Input::from_argument(path);
        let reader = input.open().map_err(Failure::usage)?;
        Decoded::new(reader)
            .and_then(|mut decoded| decoded.read_to_end(&mut text))
            .map_err(|source| Failure::usage(SourceError::Read { input: input.name(), line: 0, source }))?;
        if text.last().is_some_and(|last| *last != b'\n') {
            text.push(b'\n');
        }
    }
    if text.trim_ascii().is_empty() {
        return Err(Failure::usage("the input holds no batches: there is nothing to prove"));
    }
    Ok(text.into())
}

fn spinner(global: &Global) -> ProgressBar {
    if global.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}
