//! `mp-forwarding preflight`

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::duration;
use super::interrupt::interrupted;
use super::output::ReportArgs;
use super::policy::{RoleArgs, editions};
use super::replaced::replaced_by;
use super::spinner::spinner;
use super::target::TargetArgs;
use super::value::number;
use super::{ExitCode, Failure, Global, block_on};
use crate::access::Catalogue;
use crate::access::input::{VpcEndpoint, first_address};
use crate::access::render::Edition;
use crate::forward::s3_config;
use crate::preflight::{Expected, Parties, Writer, collect, report, report_of_failure};
use crate::report::model::{Outcome, Report};
use crate::report::summary::Preflight;
use crate::settings::{HIDDEN_GZIP, Settings};
use crate::store::{CredentialSource, S3Config, S3Store, Session, Store};

/// Check whether a live bucket is ready for mParticle
///
/// Reads the bucket's configuration and policies with your credentials, compares them with what mParticle needs, and
/// writes the verification object that mParticle writes first. Nothing else is changed. A check without its permission
/// is skipped and names the permission. A skipped check does not pass.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding preflight --settings connection.toml --pod us1
  mp-forwarding preflight --settings connection.toml --pod eu1 \\
    --profile platform --cleanup --report preflight.json
  mp-forwarding preflight --settings connection.toml --no-write \\
    --endpoint http://127.0.0.1:9000

With a Terraform module:
  terraform output -raw settings > connection.json
  mp-forwarding preflight --settings connection.json

If the settings have an access key, it writes the verification object. The bucket's configuration
is read with the standard AWS credentials (environment, profile), or with that key if there are none.

Exit codes:
  0 no check failed, 1 findings, or INCOMPLETE: whether mParticle may write
  is not known, 2 settings or options cannot be used,
  3 the endpoint is unreachable, refuses the credentials, or refuses every request")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON, for instance a Terraform module's output `settings`
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The edition of the bucket policy: documented, strict or minio (default: the closer of the first two)
    #[arg(long, value_name = "EDITION", value_parser = editions())]
    edition: Option<Edition>,
    /// A VPC endpoint to which the strict edition restricts reading; repeatable
    #[arg(long, value_name = "VPCE")]
    source_vpce: Vec<VpcEndpoint>,
    /// A range of addresses that mParticle writes from, for rules on `aws:SourceIp`: the first address is used; repeatable
    #[arg(long, value_name = "CIDR", value_parser = first_address)]
    mparticle_cidr: Vec<IpAddr>,
    /// How many days the export must be kept
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = number::<u64>(0..=36_500))]
    keep_days: u64,
    /// The largest age of an access key, in days
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = number::<u64>(0..=36_500))]
    key_age_days: u64,
    /// Remove the verification object afterwards (needs s3:DeleteObject)
    #[arg(long, conflicts_with = "no_write")]
    cleanup: bool,
    /// Do not write the verification object
    #[arg(long)]
    no_write: bool,
    /// Also fail if a check was skipped
    #[arg(long)]
    no_skip: bool,
    /// The timeout for all requests together
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = |text: &str| duration::seconds_within(text, 1..=86_400))]
    timeout: u64,
    #[arg(long, hide = true, value_parser = replaced_by("--timeout"))]
    deadline: Option<String>,
    #[command(flatten)]
    roles: RoleArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Preflight>>,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings =
        Settings::load_with(&args.settings, |typed| args.target.override_file(typed)).map_err(Failure::usage)?;
    if settings.hides_gzip() && !global.quiet {
        say!("note: connection.use_compression: {HIDDEN_GZIP}");
    }
    let mut expected = Expected::new(settings);
    let pod = expected.settings.engine.pod.clone();
    expected.roles = args.roles.roles_or(pod.as_deref())?;
    expected.pod = args.roles.pod.as_deref().or(pod.as_deref()).and_then(|name| Catalogue::built_in().find(name).ok());
    expected.partition = args.roles.partition;
    expected.edition = args.edition;
    expected.source_vpces.clone_from(&args.source_vpce);
    expected.mparticle_addresses.clone_from(&args.mparticle_cidr);
    (expected.keep_days, expected.key_age_days) = (args.keep_days, args.key_age_days);
    args.report.keep_apart([&args.settings], [])?;
    let reports = args.report.open()?;
    let config = s3_config(&expected.settings).map_err(Failure::usage)?;
    let (report, failure) = block_on(inspect(&args, expected, config, global))?;
    let passed = report.checks.iter().any(|check| check.id != "bucket-name" && check.outcome == Outcome::Pass);
    let code = match (&failure, report.count(&Outcome::Fail), report.count(&Outcome::skip(""))) {
        (Some(_), ..) => ExitCode::Target,
        (None, 1.., _) => ExitCode::Findings,
        // Every request was refused or is not supported.
        (None, 0, _) if !passed => ExitCode::Target,
        // Whether mParticle may write is not known.
        (None, 0, _) if report.incomplete.is_some() => ExitCode::Findings,
        (None, 0, 1..) if args.no_skip => ExitCode::Findings,
        _ => ExitCode::Good,
    };
    let code = reports.finish(&report, global.quiet, code);
    match failure {
        Some(failure) => Err(failure),
        None => {
            if code == ExitCode::Target {
                say!("error: no check could run with these credentials; see the report");
            }
            Ok(code)
        }
    }
}

/// The report, and why the run ended early if it did.
async fn inspect(
    args: &Args,
    expected: Expected,
    config: S3Config,
    global: &Global,
) -> (Report<Preflight>, Option<Failure>) {
    let (started_at, started) = (Timestamp::now(), Instant::now());
    let taken = || u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let failed = {
        let expected = expected.clone();
        move |target: String, failure: Failure| {
            let reason = super::chain(failure.error.as_ref());
            (report_of_failure(&expected, target, started_at, taken(), reason), Some(failure))
        }
    };
    let bucket = expected.settings.connection.s3_bucket_name.to_string();
    let (parties, store) = match connect(config, &expected).await {
        Ok(connected) => connected,
        Err(failure) => return failed(bucket, failure),
    };
    let target = store.name();
    let writer = Writer::new(Arc::new(store), args.cleanup);
    let spinner = spinner(global);
    let progress = |what| spinner.set_message(format!("reading {what}"));
    let deadline = Duration::from_secs(args.timeout);
    let work = collect(expected, &parties, (!args.no_write).then_some(&writer), deadline, progress);
    let snapshot = tokio::select! {
        snapshot = work => snapshot.map_err(Failure::target),
        () = interrupted() => Err(Failure::target("interrupted")),
    };
    spinner.finish_and_clear();
    if snapshot.is_err() {
        // The object of an interrupted upload may be in the bucket.
        let _ = writer.remove().await;
    }
    if let Some(key) = writer.left().filter(|_| snapshot.is_err() || args.cleanup) {
        say!("warning: the verification object `{key}` may be in the bucket");
    }
    match snapshot {
        Ok(snapshot) => (report(&snapshot, target, started_at, taken()), None),
        Err(failure) => failed(target, failure),
    }
}

/// Connects the sessions for reading, and the store for writing.
async fn connect(config: S3Config, expected: &Expected) -> Result<(Parties, S3Store), Failure> {
    let (parties, writes) = parties(config, expected.settings.engine.profile.clone()).await?;
    let store = S3Store::connect(writes).await.map_err(Failure::target)?;
    Ok((parties, store))
}

/// The sessions for reading and writing. A key pair in the settings belongs to mParticle's user, who writes and may not
/// read the configuration. The configuration is read with the standard credential chain, if it has credentials.
async fn parties(config: S3Config, profile: Option<String>) -> Result<(Parties, S3Config), Failure> {
    let connect = async |config: S3Config| Session::connect(config).await.map_err(Failure::target);
    if let CredentialSource::Chain { .. } = config.credentials {
        return Ok((Parties { inspector: connect(config.clone()).await?, writer: None }, config));
    }
    let writes = S3Config { assume_role: None, ..config.clone() };
    let reads = connect(S3Config { credentials: CredentialSource::Chain { profile }, ..config }).await?;
    let writer = connect(writes.clone()).await?;
    let parties = match reads.has_credentials().await {
        true => Parties { inspector: reads, writer: Some(writer) },
        false => Parties { inspector: writer.clone(), writer: Some(writer) },
    };
    Ok((parties, writes))
}
