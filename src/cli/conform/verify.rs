//! `mp-forwarding conform verify`: checks an evidence bundle.

use std::path::PathBuf;

use super::super::output::ReportArgs;
use super::super::{ExitCode, Failure, Global};
use crate::report::evidence;
use crate::report::model::Report;
use crate::report::summary::Bundle;

/// Check an evidence bundle: no file is missing, added or changed, and its files agree with the report
///
/// `verify` cannot detect a bundle that was rebuilt from scratch: compare its SHA-256 with one that you received separately.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform --evidence run.tar.gz
  mp-forwarding conform verify run.tar.gz

Exit codes:
  0 the bundle is intact, 1 it has a fault, 2 it cannot be read")]
pub(super) struct Args {
    /// The bundle from `conform --evidence`
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    #[command(flatten)]
    report: ReportArgs<Report<Bundle>>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    args.report.keep_apart([&args.bundle], [])?;
    let reports = args.report.open()?;
    let report = evidence::verify(&args.bundle).map_err(Failure::usage)?;
    Ok(reports.finish(&report, global.quiet, ExitCode::of(&report)))
}
