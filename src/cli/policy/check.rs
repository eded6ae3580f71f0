//! `mp-forwarding policy check`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::input::{self, InputFailure};
use super::render::RoleArgs;
use crate::access::input::Account;
use crate::access::lint::{Expectations, Fault, Severity, lint};
use crate::access::{Policy, canonical};
use crate::cli::output::{ReportArgs, Written, unknown};
use crate::cli::{ExitCode, Failure, Global};
use crate::json;
use crate::report::{
    FaultSeverity, Format, Place, PolicyFault, PolicyReport, Tool, write_document, write_lines,
    write_policies_for_people, write_policies_sarif,
};
use crate::settings::{BucketName, FolderName, ServerSideEncryption};

/// Say what is wrong with policies, why, and what to write instead; exit code 1 if anything is
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding policy check bucket-policy.json --bucket mp-forwarding-acme --pod eu1
  aws s3api get-bucket-policy --bucket mp-forwarding-acme --query Policy --output text | mp-forwarding policy check -")]
pub(crate) struct Args {
    /// The policies, `-` for stdin
    #[arg(required = true, value_name = "FILE")]
    policies: Vec<PathBuf>,
    /// The bucket that they are about (default: the one that they name)
    #[arg(long, value_name = "NAME")]
    bucket: Option<BucketName>,
    /// The folder that mParticle writes to
    #[arg(long, value_name = "FOLDER")]
    folder: Option<FolderName>,
    /// The server_side_encryption_method of the connection's settings
    #[arg(long, value_name = "METHOD", default_value = "None")]
    encryption: ServerSideEncryption,
    /// The account that owns the bucket or the key, which may let itself do everything (default: not known)
    #[arg(long, value_name = "ACCOUNT")]
    owner: Option<Account>,
    #[command(flatten)]
    roles: RoleArgs,
    #[command(flatten)]
    report: ReportArgs<PolicyReport>,
}

impl Written for PolicyReport {
    const FORMATS: &'static [Format] = &[Format::Human, Format::Json, Format::Jsonl, Format::Sarif];

    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_policies_for_people(self, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines(&self.faults, out),
            Format::Sarif => write_policies_sarif(self, out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
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
    let mut report = PolicyReport { tool: Tool::default(), files: Vec::new(), faults: Vec::new() };
    let reports = args.report.open()?;
    for path in &args.policies {
        let text = input::read(path)?;
        let failed = |source| InputFailure::policy(path, source);
        let document = json::read(&text).map_err(|error| failed(error.into()))?;
        let policy = Policy::from_value(&document).map_err(failed)?;
        report.files.push(name(path));
        report
            .faults
            .extend(lint(&policy, canonical(&document).len(), &expected).into_iter().map(|fault| told(path, fault)));
    }
    let code = if report.faults.is_empty() { ExitCode::Good } else { ExitCode::Findings };
    reports.write(&report, global.quiet)?;
    Ok(code)
}

fn name(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { path.display().to_string() }
}

fn told(path: &Path, fault: Fault) -> PolicyFault {
    let rule = fault.rule;
    PolicyFault {
        rule: rule.id().to_owned(),
        title: rule.title().to_owned(),
        severity: match rule.severity() {
            Severity::Note => FaultSeverity::Note,
            Severity::Warning => FaultSeverity::Warning,
            Severity::Error => FaultSeverity::Error,
        },
        clause: Some(rule.clause()).filter(|clause| !clause.is_empty()).map(str::to_owned),
        place: Place {
            object: Some(name(path)),
            pointer: Some(fault.pointer).filter(|pointer| !pointer.is_empty()),
            ..Place::default()
        },
        message: fault.message,
        fix: fault.fix,
    }
}
