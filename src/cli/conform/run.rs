//! `mp-forwarding conform` itself: the cases, the subject and the place brought together.

use std::io::Read;
use std::path::PathBuf;

use jiff::Timestamp;

use super::super::interrupt::interrupted;
use super::super::output::ReportArgs;
use super::super::target::TargetArgs;
use super::super::{ExitCode, Failure, Global, block_on};
use super::cases::CaseArgs;
use super::evidence::{Bundle, EvidenceArgs};
use super::observe;
use super::place::{self, BucketArgs};
use super::policies::PolicyArgs;
use super::spinner::spinner;
use super::subject::SubjectArgs;
use crate::conform::access::Deployment;
use crate::conform::synthesize::Synthesizer;
use crate::conform::{Material, Plan, Suite, SuiteError, Target, TargetError};
use crate::forward::{Input, SourceError, s3_config};
use crate::ndjson::Decoded;
use crate::report::ConformanceReport;
use crate::settings::Settings;
use crate::store::{S3Store, Store};

/// When the first made-up batch is received, unless a clock is given: the same seed means the same bytes on any day.
const FIRST_BATCH: &str = "2026-03-01T00:00:02Z";

#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) cases: CaseArgs,
    /// A connection's settings, TOML or JSON, instead of the built-in cases
    #[arg(long, value_name = "FILE", conflicts_with = "suite")]
    pub(super) settings: Option<PathBuf>,
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
    #[arg(long, value_name = "TIME", value_parser = super::super::clock::parse, conflicts_with = "subject_cmd")]
    clock: Option<Timestamp>,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    bucket: BucketArgs,
    #[command(flatten)]
    policies: PolicyArgs,
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
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) report: ReportArgs<ConformanceReport>,
    #[command(flatten)]
    evidence: EvidenceArgs,
}

pub(super) fn run(args: &RunArgs, global: &Global) -> Result<ExitCode, Failure> {
    if let Some(url) = &args.subject.observe {
        return observe::run(args, url, global);
    }
    let deployment = args.policies.deployment()?;
    let settings = place::settings(args.settings.as_deref(), &args.target, deployment.bucket_name())?;
    args.bucket.prove(&settings)?;
    if settings.engine.endpoint.is_some() && (args.bucket.live || args.keep.is_some()) {
        return Err(Failure::usage("the settings name an endpoint: --live and --keep are for runs without one"));
    }
    args.report.keep_apart(args.inputs.iter().chain(&args.settings), &args.evidence.evidence)?;
    let reports = args.report.open()?;
    let bundle = args.evidence.open()?;
    let one = |name| Plan { fixed_clock: false, ..Plan::new(name, settings.connection.clone()) };
    let mut plans = match &args.settings {
        Some(_) => vec![one("settings")],
        None if args.policies.are_given() => vec![one("policy")],
        None => args.cases.plans(&settings.connection.s3_bucket_name),
    };
    // Somebody's own batches are put to the cases that have none of their own.
    plans.retain(|plan| args.inputs.is_empty() || plan.batches.is_none());
    let material = material(args, settings)?;
    let report = block_on(verdict(args, plans, &material, (deployment, bundle), global))??;
    reports.write(&report, global.quiet)?;
    Ok(if report.is_ok() { ExitCode::Good } else { ExitCode::Findings })
}

async fn verdict(
    args: &RunArgs,
    mut plans: Vec<Plan>,
    material: &Material,
    (deployment, bundle): (Deployment, Option<Bundle>),
    global: &Global,
) -> Result<ConformanceReport, Failure> {
    let filter = args.cases.cases();
    filter.prove("case", plans.iter().map(|plan| plan.name.as_str())).map_err(Failure::usage)?;
    plans.retain(|plan| filter.takes(&plan.name));
    let place = place(args, &material.settings, deployment).await?;
    let scenarios = place.scenarios(plans, material).await.map_err(|error| match error {
        TargetError::Policies { .. } | TargetError::Name { .. } => Failure::usage(error),
        error => Failure::target(error),
    })?;
    let ledgers = bundle.as_ref().map(|bundle| bundle.ledgers.clone());
    let subject = args.subject.subject(args.seed, ledgers);
    let witnesses = if bundle.is_some() { scenarios.clone() } else { Vec::new() };
    let spinner = spinner(global);
    let seed = args.inputs.is_empty().then_some(args.seed);
    let suite =
        Suite::new(subject.as_ref()).scenarios(scenarios).rows(place.left_out()).checks(args.cases.checks()).seed(seed);
    let suite = suite.observer(|progress| {
        spinner.set_message(format!("case {} ({}/{})", progress.case, progress.number, progress.of))
    });
    let report = tokio::select! {
        report = suite.run() => report.map_err(|error| match error {
            SuiteError::Unknown(error) => Failure::usage(error),
            error => Failure::target(error),
        }),
        () = interrupted() => Err(Failure::target("interrupted: nothing is proven")),
    };
    let kept = match (&report, bundle) {
        (Ok(report), Some(bundle)) => bundle.write(report, &witnesses).await,
        _ => Ok(()),
    };
    spinner.finish_and_clear();
    if !args.keep_objects {
        for left in place.clean().await.err().into_iter().flatten() {
            say!("warning: {left}");
        }
    }
    let report = report?;
    kept?;
    if report.is_ok() && report.cases.iter().all(|case| case.lines == 0 && case.input_lines > 0) && seed.is_none() {
        return Err(Failure::usage("no line of the input could be forwarded: there is nothing to prove"));
    }
    Ok(report)
}

async fn place(args: &RunArgs, settings: &Settings, deployment: Deployment) -> Result<Target, Failure> {
    if place::is_real(settings, &args.bucket) {
        let config = s3_config(settings).map_err(Failure::usage)?;
        if args.create_bucket {
            let store = S3Store::connect(config.clone()).await.map_err(Failure::target)?;
            store.create_bucket().await.map_err(Failure::target)?;
        }
        return Target::real(config).await.map_err(Failure::target);
    }
    if let Some(folder) = &args.keep
        && std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
    {
        let message = format!("`{}` is not empty: name a new folder with --keep", folder.display());
        return Err(Failure::usage(message));
    }
    Ok(Target::embedded(args.keep.as_deref()).await.map_err(Failure::target)?.under(deployment))
}

/// What all cases share. The batches are held in memory: the judge looks at each of them again.
fn material(args: &RunArgs, settings: Settings) -> Result<Material, Failure> {
    let mut text = Vec::new();
    let mut first_batch = None;
    if args.inputs.is_empty() {
        let first = args.clock.map_or_else(|| FIRST_BATCH.parse().map_err(Failure::usage), Ok)?;
        let mut batches = Synthesizer::new(args.seed, first);
        if args.subject.is_command() {
            batches = batches.stamped();
        }
        // A command cannot be told what time it is.
        first_batch = Some(first).filter(|_| !args.subject.is_command());
        for line in batches.take(args.batches) {
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
    Ok(Material { settings, input: text.into(), clock: args.clock, first_batch })
}
