//! `mp-forwarding conform`: connects cases, subject and target.

use std::path::PathBuf;

use jiff::Timestamp;

use super::super::interrupt::interrupted;
use super::super::keep::check_keep;
use super::super::output::ReportArgs;
use super::super::spinner::spinner;
use super::super::target::TargetArgs;
use super::super::value::number;
use super::super::{ExitCode, Failure, Global, block_on};
use super::bucket::{self, BucketArgs};
use super::cases::CaseArgs;
use super::evidence::{Bundle, EvidenceArgs};
use super::policies::PolicyArgs;
use super::subject::SubjectArgs;
use crate::bounded;
use crate::conform::access::Deployment;
use crate::conform::synthesize::Synthesizer;
use crate::conform::{Material, Plan, Suite, Target, TargetError};
use crate::forward::{Input, SourceError, s3_config};
use crate::ndjson::{Decoded, OtherKind};
use crate::report::model::{Report, Summary, Tool};
use crate::report::summary::Conformance;
use crate::settings::Settings;
use crate::store::{S3Store, Store};

/// When the first generated batch is received, unless --clock is given: the same seed gives the same bytes on any day.
const FIRST_BATCH: &str = "2026-03-01T00:00:02Z";

#[derive(Debug, clap::Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) cases: CaseArgs,
    /// A connection's settings, TOML or JSON, instead of the built-in cases
    #[arg(long, value_name = "FILE", conflicts_with = "suite")]
    pub(super) settings: Option<PathBuf>,
    /// Batches as newline-delimited JSON instead of generated ones; `-` is stdin; repeatable
    #[arg(long = "input", value_name = "FILE")]
    inputs: Vec<PathBuf>,
    /// Seed of the generated batches: the same seed gives the same bytes
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = number::<u64>(0..=u64::MAX), conflicts_with = "inputs")]
    seed: u64,
    /// Number of batches to generate
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = number::<usize>(1..=u64::MAX), conflicts_with = "inputs")]
    batches: usize,
    /// Use this fixed time (RFC 3339) instead of the clock, for runs that must give the same bytes
    #[arg(long, value_name = "TIME", value_parser = super::super::clock::parse, conflicts_with = "subject_cmd")]
    clock: Option<Timestamp>,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    bucket: BucketArgs,
    #[command(flatten)]
    policies: PolicyArgs,
    /// Create the bucket if it does not exist
    #[arg(long, help_heading = "Target")]
    create_bucket: bool,
    /// Do not remove the objects of this run
    #[arg(long, help_heading = "Kept objects")]
    keep_objects: bool,
    /// Keep the objects of the built-in S3 in this new or empty folder
    #[arg(long, value_name = "DIR", help_heading = "Kept objects", conflicts_with_all = ["endpoint", "live"])]
    keep: Option<PathBuf>,
    #[command(flatten)]
    pub(super) target: TargetArgs,
    #[command(flatten)]
    pub(super) report: ReportArgs<Report<Conformance>>,
    #[command(flatten)]
    evidence: EvidenceArgs,
}

pub(super) fn run(args: &RunArgs, global: &Global) -> Result<ExitCode, Failure> {
    if let Some(url) = &args.subject.observe {
        return Err(Failure::usage(format!(
            "`conform --observe` is now a part of `validate`: run `mp-forwarding validate {url}` with the same `--settings`"
        )));
    }
    let deployment = args.policies.deployment()?;
    let mut settings = bucket::settings(args.settings.as_deref(), &args.target, deployment.bucket_name())?;
    let more = [(args.create_bucket, "--create-bucket"), (args.keep_objects, "--keep-objects")];
    args.bucket.refuse_without_bucket(&settings, &args.target, &more)?;
    if !bucket::is_real(&settings, &args.bucket) && !global.quiet {
        bucket::note_endpoint_of_environment();
    }
    args.bucket.check(&mut settings)?;
    if settings.engine.endpoint.is_some() && (args.bucket.live || args.keep.is_some()) {
        return Err(Failure::usage("the settings have an endpoint: --live and --keep need a run without one"));
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
    // The user's batches are used in cases without a batch of their own.
    plans.retain(|plan| args.inputs.is_empty() || plan.batches.is_none());
    let material = material(args, settings)?;
    let started_at = Timestamp::now();
    let target = match bucket::is_real(&material.settings, &args.bucket) {
        true => format!("bucket `{}`", material.settings.connection.s3_bucket_name),
        false => "built-in S3".to_owned(),
    };
    let outcome = block_on(test(args, plans, &material, (deployment, bundle), global))?;
    let (report, code) = match outcome {
        Ok(tested) => tested,
        Err(failure) if failure.code == ExitCode::Target => {
            reports.finish(&unreached(&failure, target, started_at), global.quiet, failure.code);
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    if let Some(reason) = report.incomplete.as_ref().filter(|_| global.quiet) {
        say!("error: {reason}");
    }
    Ok(reports.finish(&report, global.quiet, code))
}

/// The report of a run that could not start.
fn unreached(failure: &Failure, target: String, started_at: Timestamp) -> Report<Conformance> {
    let milliseconds = Timestamp::now().duration_since(started_at).as_millis();
    Report {
        tool: Tool::default(),
        command: Conformance::COMMAND.to_owned(),
        target,
        started_at: started_at.to_string(),
        milliseconds: u64::try_from(milliseconds).unwrap_or_default(),
        incomplete: Some(super::super::chain(failure.error.as_ref())),
        checks: Vec::new(),
        findings: Vec::new(),
        unlisted_findings: 0,
        summary: Conformance::default(),
    }
}

/// Runs the suite. Returns the exit code with the report, because the bundle may not be written.
async fn test(
    args: &RunArgs,
    mut plans: Vec<Plan>,
    material: &Material,
    (deployment, bundle): (Deployment, Option<Bundle>),
    global: &Global,
) -> Result<(Report<Conformance>, ExitCode), Failure> {
    let filter = args.cases.cases();
    filter.require_matches("case", plans.iter().map(|plan| plan.name.as_str())).map_err(Failure::usage)?;
    plans.retain(|plan| filter.matches(&plan.name));
    let methods: Vec<_> = plans.iter().map(|plan| plan.connection.server_side_encryption_method).collect();
    // From here on a signal leaves no temporary folder behind.
    let mut stopped = std::pin::pin!(interrupted());
    let mut connecting = std::pin::pin!(target(args, &material.settings, deployment));
    let target = tokio::select! {
        target = &mut connecting => target?,
        () = &mut stopped => {
            // The objects that find out about the server are removed by what has written them.
            clean(&connecting.await?).await;
            return Err(Failure::target("interrupted"));
        }
    };
    let scenarios = target.scenarios(plans, material).await.map_err(|error| match error {
        TargetError::Policies { .. } | TargetError::Name { .. } => Failure::usage(error),
        error => Failure::target(error),
    })?;
    let ledgers = bundle.as_ref().map(|bundle| bundle.ledgers.clone());
    let subject = args.subject.subject(args.seed, ledgers);
    let bundled = if bundle.is_some() { scenarios.clone() } else { Vec::new() };
    let spinner = spinner(global);
    let seed = args.inputs.is_empty().then_some(args.seed);
    let own = material.settings.connection.server_side_encryption_method;
    let suite = Suite::new(subject.as_ref()).scenarios(scenarios).more_checks(target.unsupported(&methods, own));
    let suite = suite.target(target.name()).checks(args.cases.checks()).seed(seed).observer(|progress| {
        spinner.set_message(format!("case {} ({}/{})", progress.case, progress.number, progress.of))
    });
    let report = suite.run_until(stopped).await.map_err(Failure::usage);
    let written = match (&report, bundle) {
        (Ok(report), Some(bundle)) => bundle.write(report, &bundled).await,
        _ => Ok(()),
    };
    spinner.finish_and_clear();
    if !args.keep_objects {
        clean(&target).await;
        let is_cut_short = report.as_ref().is_ok_and(|report| report.incomplete.is_some());
        if is_cut_short && args.subject.is_command() && bucket::is_real(&material.settings, &args.bucket) {
            say!(
                "note: an upload that the command had begun may still appear; `mp-forwarding conform clean` lists such objects"
            );
        }
    }
    let report = report?;
    let is_unread = report.summary.cases.iter().all(|case| case.lines == 0 && case.input_lines > 0);
    if report.is_ok() && is_unread && seed.is_none() {
        return Err(Failure::usage("no line of the input could be forwarded: there is nothing to check"));
    }
    let code = ExitCode::of(&report);
    match written.map_err(Failure::print) {
        Err(failed) if code != ExitCode::Target => Ok((report, failed)),
        _ => Ok((report, code)),
    }
}

/// Removes what the run wrote, and names what is left.
async fn clean(target: &Target) {
    for left in target.clean().await.err().into_iter().flatten() {
        say!("warning: {left}");
    }
}

async fn target(args: &RunArgs, settings: &Settings, deployment: Deployment) -> Result<Target, Failure> {
    if bucket::is_real(settings, &args.bucket) {
        let config = s3_config(settings).map_err(Failure::usage)?;
        if args.create_bucket {
            let store = S3Store::connect(config.clone()).await.map_err(Failure::target)?;
            store.create_bucket().await.map_err(Failure::target)?;
        }
        return Target::real(config, settings).await.map_err(Failure::target);
    }
    check_keep(args.keep.as_deref())?;
    Ok(Target::embedded(args.keep.as_deref()).await.map_err(Failure::target)?.under(deployment))
}

/// The batches, generated or from the user's files.
fn material(args: &RunArgs, settings: Settings) -> Result<Material, Failure> {
    if args.inputs.is_empty() {
        let first = args.clock.map_or_else(|| FIRST_BATCH.parse().map_err(Failure::usage), Ok)?;
        let batches = Synthesizer::new(args.seed, first);
        // A command cannot use a fixed time instead of the clock.
        let (batches, first) = match args.subject.is_command() {
            true => (batches.stamped(), None),
            false => (batches, Some(first)),
        };
        let mut held = 0;
        let fits = |batch: &String| {
            held += batch.len() as u64 + 1;
            held <= bounded::CONFORM_INPUT
        };
        let material = Material::made_up(settings, batches.take(args.batches).take_while(fits), first);
        if held > bounded::CONFORM_INPUT {
            let (count, most) = (args.batches, bounded::CONFORM_INPUT >> 20);
            let few = memchr::memchr_iter(b'\n', &material.input).count();
            return Err(Failure::usage(format!(
                "{count} batches have more than {most} MiB, the limit for an input that is held in memory: use `--batches {few}`"
            )));
        }
        return Ok(Material { clock: args.clock, ..material });
    }
    let mut text = Vec::new();
    for path in &args.inputs {
        let input = Input::from_argument(path);
        let reader = input.open().map_err(Failure::usage)?;
        let left = bounded::CONFORM_INPUT.saturating_sub(text.len() as u64);
        let read = Decoded::new(reader).and_then(|decoded| bounded::read(decoded, left));
        let read = read.map_err(|source| Failure::usage(SourceError::Read { input: input.name(), line: 0, source }))?;
        // The engine would decompress it once more, and the checks would not.
        if OtherKind::of(&read) == Some(OtherKind::GzipWithinGzip) {
            let name = input.name();
            return Err(Failure::usage(format!("`{name}` is gzip within gzip: decompress it once")));
        }
        text.extend_from_slice(&read);
        if text.last().is_some_and(|last| *last != b'\n') {
            text.push(b'\n');
        }
    }
    if text.trim_ascii().is_empty() {
        return Err(Failure::usage("the input has no batches: there is nothing to check"));
    }
    Ok(Material { settings, input: text.into(), clock: args.clock, first_batch: None })
}
