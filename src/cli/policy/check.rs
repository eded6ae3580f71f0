//! `mp-forwarding policy check`

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Instant;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use jiff::Timestamp;

use super::input;
use super::render::RoleArgs;
use crate::access::input::{Account, first_address};
use crate::access::lint::{Expectations, NamedPolicy, check_policies};
use crate::cli::output::ReportArgs;
use crate::cli::{ExitCode, Failure, Global};
use crate::report::model::{Report, Severity};
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
    /// The policies, `-` for stdin: of a bucket, a user, a key or a role's trust, as JSON, as the AWS CLI prints them, or in
    /// the output of `terraform show -json`
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
    /// A range of addresses that mParticle writes from, for rules on `aws:SourceIp`: the first address is used; repeatable
    #[arg(long, value_name = "CIDR", value_parser = first_address)]
    mparticle_cidr: Vec<IpAddr>,
    /// The least severe finding that fails the run
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "warning",
        value_parser = PossibleValuesParser::new(["error", "warning", "note"]).try_map(|name| name.parse::<Severity>())
    )]
    fail_on: Severity,
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
        mparticle_addresses: args.mparticle_cidr,
    };
    if !global.quiet {
        for note in args.roles.notes() {
            say!("note: {note}");
        }
    }
    let reports = args.report.open()?;
    let (started_at, started) = (Timestamp::now(), Instant::now());
    let mut policies = Vec::new();
    for path in &args.policies {
        let named = |one: input::Given| NamedPolicy { file: one.name, policy: one.policy, bytes: one.bytes };
        policies.extend(input::policies(path)?.into_iter().map(named));
    }
    let mut report = check_policies(&policies, &expected, args.fail_on, started_at);
    report.milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let code = if report.is_ok() { ExitCode::Good } else { ExitCode::Findings };
    Ok(reports.finish(&report, global.quiet, code))
}
