//! `mp-forwarding conform verify`: whether a bundle of evidence is whole and adds up.

use std::io::{self, Write};
use std::path::PathBuf;

use super::super::output::{ReportArgs, Written, unknown};
use super::super::{ExitCode, Failure, Global};
use crate::report::evidence::{self, BundleReport, write_bundle};
use crate::report::{Format, write_document};

/// Check a bundle of evidence: that nothing is missing, added or changed, and that its report adds up
///
/// A bundle that was made anew as a whole, hashes included, is one that nobody can tell: compare the hash that is shown with
/// the one that its maker told you by another way.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform --evidence run.tar.gz
  mp-forwarding conform verify run.tar.gz

Exit codes:
  0 it is as it was written, 1 something is wrong with it, 2 it cannot be read")]
pub(super) struct Args {
    /// The bundle that `conform --evidence` wrote
    #[arg(value_name = "FILE")]
    bundle: PathBuf,
    #[command(flatten)]
    report: ReportArgs<BundleReport>,
}

impl Written for BundleReport {
    const FORMATS: &'static [Format] = &[Format::Human, Format::Json];

    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_bundle(self, out),
            Format::Json => write_document(self, out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    args.report.keep_apart([&args.bundle], [])?;
    let reports = args.report.open()?;
    let report = evidence::verify(&args.bundle).map_err(Failure::usage)?;
    let code = if report.problems.is_empty() { ExitCode::Good } else { ExitCode::Findings };
    reports.write(&report, global.quiet)?;
    Ok(code)
}
