//! `mp-forwarding policy check`

use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::Timestamp;

use super::input::{self, InputFailure};
use super::render::RoleArgs;
use crate::access::input::Account;
use crate::access::lint::{Expectations, NamedPolicy, check_policies};
use crate::access::{Policy, canonical};
use crate::cli::output::ReportArgs;
use crate::cli::{ExitCode, Failure, Global};
use crate::json;
use crate::report::model::Report;
use crate::report::summary::Policies;
use crate::settings::{BucketName, FolderName, ServerSideEncryption};

/// Check policies, with a reason and a remedy for each finding
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding policy check bucket-policy.json \\
    --bucket mp-forwarding-acme --pod eu1
  aws s3api get-bucket-policy --bucket mp-forwarding-acme \\
    --query Policy --output text | mp-forwarding policy check -

Exit codes:
  0 no error or warning, 1 an error or a warning, 2 a policy or an option cannot be used")]
pub(crate) struct Args {
    /// The policies, `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<PathBuf>,
    /// The bucket (default: the bucket in the policies)
    #[arg(long, value_name = "NAME")]
    bucket: Option<BucketName>,
    /// The folder that mParticle writes to
    #[arg(long, value_name = "FOLDER")]
    folder: Option<FolderName>,
    /// The server_side_encryption_method of the connection's settings
    #[arg(long, value_name = "METHOD", default_value = "None")]
    encryption: ServerSideEncryption,
    /// The account that owns the bucket or the key; it may have every permission
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<Account>,
    #[command(flatten)]
    roles: RoleArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Policies>>,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let expected = Expectations {
        bucket: args.bucket,
        roles: args.roles.roles()?,
        folder: args.folder,
        encryption: Some(args.encryption),
        owner: args.owner,
    };
    if !global.quiet {
        for note in args.roles.notes() {
            say!("note: {note}");
        }
    }
    let reports = args.report.open()?;
    let (started_at, started) = (Timestamp::now(), Instant::now());
    let policies = args.policies.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let mut report = check_policies(&policies, &expected, started_at);
    report.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let code = if report.is_ok() { ExitCode::Good } else { ExitCode::Findings };
    Ok(reports.finish(&report, global.quiet, code))
}

fn read(path: &Path) -> Result<NamedPolicy, Failure> {
    let text = input::read(path)?;
    let failed = |source| InputFailure::policy(path, source);
    let document = json::read(&text).map_err(|error| failed(error.into()))?;
    let policy = Policy::from_value(&document).map_err(failed)?;
    let file = if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() };
    Ok(NamedPolicy { file, policy, bytes: canonical(&document).len() })
}
