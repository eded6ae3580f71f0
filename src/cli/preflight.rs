//! `mp-forwarding preflight`

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use super::interrupt::interrupted;
use super::output::{ReportArgs, Written, unknown};
use super::policy::RoleArgs;
use super::target::TargetArgs;
use super::{ExitCode, Failure, Global, block_on};
use crate::access::Catalogue;
use crate::access::input::{KeyArn, VpcEndpoint};
use crate::access::render::Edition;
use crate::forward::s3_config;
use crate::preflight::{Expected, Parties, Writer, look, report};
use crate::report::{
    Format, PreflightReport, Status, write_document, write_lines, write_preflight_junit, write_preflight_markdown,
    write_preflight_table,
};
use crate::settings::Settings;
use crate::store::{CredentialSource, S3Config, S3Store, Session, Store};

/// Say whether a live bucket is ready for mParticle, and what to mend
///
/// Reads the bucket's configuration and policies with the credentials at hand, holds them against what mParticle needs, and
/// writes the object that mParticle writes first. Nothing else is changed. A check whose right is missing is skipped with
/// that right's name, and a skip is never a pass.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding preflight --settings connection.toml --pod us1
  mp-forwarding preflight --settings connection.toml --pod eu1 --profile platform --cleanup --report preflight.json
  terraform output -raw settings > connection.json && mp-forwarding preflight --settings connection.json --pod us1
  mp-forwarding preflight --settings connection.toml --endpoint http://127.0.0.1:9000 --no-write

With both keys in the settings those write, and the AWS standard chain (environment, profile) looks, if it has any.

Exit codes:
  0 no check failed, 1 something is to be mended, 2 settings or options cannot be used,
  3 the endpoint does not answer, or takes neither the credentials nor any question")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON, such as a Terraform module puts out
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// The edition that the bucket policy was made from: documented, strict or minio (default: the nearer of the first two)
    #[arg(long, value_name = "EDITION", value_parser = edition)]
    edition: Option<Edition>,
    /// A VPC endpoint that the strict edition confines readers to; repeatable
    #[arg(long, value_name = "VPCE")]
    source_vpce: Vec<VpcEndpoint>,
    /// For how many days at least the export must stay
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    keep_days: u64,
    /// How old an access key may become, in days
    #[arg(long, value_name = "DAYS", default_value_t = 90)]
    key_age_days: u64,
    /// Remove the verification object when it has been looked at (needs s3:DeleteObject)
    #[arg(long, conflicts_with = "no_write")]
    cleanup: bool,
    /// Write nothing at all
    #[arg(long)]
    no_write: bool,
    /// Fail for what had to be skipped, too
    #[arg(long)]
    no_skip: bool,
    /// For how many seconds to ask altogether
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    deadline: u64,
    #[command(flatten)]
    roles: RoleArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<PreflightReport>,
}

fn edition(name: &str) -> Result<Edition, String> {
    let known = Edition::ALL.map(Edition::as_str);
    Edition::ALL
        .into_iter()
        .find(|edition| edition.as_str() == name)
        .ok_or_else(|| format!("there are {}", known.join(", ")))
}

impl Written for PreflightReport {
    const FORMATS: &'static [Format] = &[Format::Human, Format::Json, Format::Jsonl, Format::Junit, Format::Markdown];

    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_preflight_table(self, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines(self.lines(), out),
            Format::Junit => write_preflight_junit(self, out),
            Format::Markdown => write_preflight_markdown(self, out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings =
        Settings::load_with(&args.settings, |typed| args.target.override_file(typed)).map_err(Failure::usage)?;
    if let Some(key) = &settings.engine.sse_kms_key_id
        && settings.is_role_based()
        && key.contains("alias/")
    {
        // An alias is looked up in the account of who writes, which is mParticle's.
        let _: KeyArn = key.parse().map_err(Failure::usage)?;
    }
    let mut expected = Expected::new(settings);
    expected.roles = args.roles.roles()?;
    expected.pod = args.roles.pod.as_deref().and_then(|name| Catalogue::built_in().find(name).ok());
    expected.partition = args.roles.partition;
    expected.edition = args.edition;
    expected.source_vpces.clone_from(&args.source_vpce);
    (expected.keep_days, expected.key_age_days) = (args.keep_days, args.key_age_days);
    args.report.keep_apart([&args.settings], [])?;
    let reports = args.report.open()?;
    let report = block_on(inspect(&args, expected, global))??;
    let asked = |status| report.checks.iter().any(|check| check.id != "bucket-name" && check.status == status);
    let code = match (report.is_ok(), asked(Status::Pass), report.count(Status::Skip)) {
        (false, ..) => ExitCode::Findings,
        // Whatever was asked was refused or not known: nothing is proven.
        (true, false, _) => ExitCode::Target,
        (true, true, skipped) if args.no_skip && skipped > 0 => ExitCode::Findings,
        _ => ExitCode::Good,
    };
    reports.write(&report, global.quiet)?;
    if code == ExitCode::Target {
        say!("error: nothing could be asked with these credentials: the reasons stand in the report");
    }
    Ok(code)
}

async fn inspect(args: &Args, expected: Expected, global: &Global) -> Result<PreflightReport, Failure> {
    let started = Instant::now();
    let config = s3_config(&expected.settings).map_err(Failure::usage)?;
    let (parties, writes) = parties(config, expected.settings.engine.profile.clone()).await?;
    let store = S3Store::connect(writes).await.map_err(Failure::target)?;
    let target = store.name();
    let writer = Writer::new(Arc::new(store), args.cleanup);
    let spinner = spinner(global);
    let work =
        look(expected, &parties, (!args.no_write).then_some(&writer), Duration::from_secs(args.deadline), |what| {
            spinner.set_message(format!("looking at {what}"))
        });
    let sight = tokio::select! {
        sight = work => sight.map_err(Failure::target),
        () = interrupted() => Err(Failure::target("interrupted: nothing is proven")),
    };
    spinner.finish_and_clear();
    let failed = sight.is_err();
    if failed {
        // What was on its way when the run was broken off.
        let _ = writer.remove().await;
    }
    if let Some(key) = writer.left().filter(|_| failed || args.cleanup) {
        say!("warning: the verification object `{key}` is left in the bucket, or may be");
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(report(&sight?, target, milliseconds))
}

/// Who looks and who writes: with a key pair in the settings that is mParticle's user, who writes and may not look; then the
/// standard chain looks, if it has any credentials.
async fn parties(config: S3Config, profile: Option<String>) -> Result<(Parties, S3Config), Failure> {
    let connect = async |config: S3Config| Session::connect(config).await.map_err(Failure::target);
    if let CredentialSource::Chain { .. } = config.credentials {
        return Ok((Parties { inspector: connect(config.clone()).await?, writer: None }, config));
    }
    let writes = S3Config { assume_role: None, ..config.clone() };
    let looks = connect(S3Config { credentials: CredentialSource::Chain { profile }, ..config }).await?;
    let writer = connect(writes.clone()).await?;
    let parties = match looks.has_credentials().await {
        true => Parties { inspector: looks, writer: Some(writer) },
        false => Parties { inspector: writer.clone(), writer: Some(writer) },
    };
    Ok((parties, writes))
}

fn spinner(global: &Global) -> ProgressBar {
    if global.quiet || !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}
