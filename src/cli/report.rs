//! `mp-forwarding report`: merges what the parts of a run left.

use std::io;
use std::path::{Path, PathBuf};

use super::output::ReportArgs;
use super::validate::baseline::BaselineArgs;
use super::validate::note_hidden_gzip;
use super::validate::part::{Ended, PartialFile, print_errors};
use super::{ExitCode, Failure, Global};
use crate::bounded;
use crate::report::Validation;
use crate::report::model::Report;
use crate::validate::{Partial, PartialError};

/// Merge the results of `validate --partial` into one report
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Merge(Box<MergeArgs>),
}

/// Merge the partial results of all shards into one report
///
/// The report is the one that a single `validate` of all files would have written, except for its times.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding validate s3://acme/exports/ --shard 1/2 --partial 1.partial
  mp-forwarding validate s3://acme/exports/ --shard 2/2 --partial 2.partial
  mp-forwarding report merge 1.partial 2.partial --report health.html

Exit codes:
  0 all good, 1 findings, or a shard is missing,
  2 a partial result cannot be used, or an input could not be read,
  3 a part was interrupted, or its target was unreachable or refused")]
struct MergeArgs {
    /// The files that `validate --partial` wrote, in any order
    #[arg(value_name = "PARTIAL", required = true)]
    partials: Vec<PathBuf>,
    /// Also write the merged partial to FILE, to merge it with others later
    #[arg(long, value_name = "FILE")]
    partial: Option<PathBuf>,
    /// Show all counts of the contents of valid lines, not only the most important ones
    #[arg(long)]
    summary: bool,
    #[command(flatten)]
    baseline: BaselineArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Validation>>,
}

/// A partial cannot be read.
#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error("cannot read the partial `{}`", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot use `{}`", path.display())]
    Other { path: PathBuf, source: PartialError },
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    match args.action {
        Action::Merge(args) => merge(*args, global),
    }
}

fn merge(args: MergeArgs, global: &Global) -> Result<ExitCode, Failure> {
    args.report.keep_apart(args.partials.iter().chain(&args.baseline.file), &args.partial)?;
    let baseline = args.baseline.read().map_err(Failure::usage)?;
    let file = args.partial.map(PartialFile::open).transpose()?;
    let reports = args.report.open()?;
    // One after the other, so that memory holds two.
    let mut merged: Option<Partial> = None;
    for path in &args.partials {
        let next = read(path).map_err(Failure::usage)?;
        let parts = merged.into_iter().chain([next]).collect();
        merged = Some(Partial::merge(parts).map_err(|error| Failure::usage(format!("`{}`: {error}", path.display())))?);
    }
    // clap requires one.
    let Some(merged) = merged else { return Ok(ExitCode::Usage) };
    let (ended, bytes) = (Ended::of(&merged), file.is_some().then(|| merged.to_bytes()));
    let hidden_gzip = merged.hidden_gzip();
    let mut report = merged.into_whole_report();
    report.summary.shows_contents = args.summary;
    args.baseline.compare(&mut report, baseline.as_ref());
    print_errors(&report);
    note_hidden_gzip(hidden_gzip, global);
    let mut code = ended.code_of_whole(&report);
    if let (Some(file), Some(bytes)) = (file, bytes) {
        code = file.write(&bytes, code);
    }
    Ok(reports.finish(&report, global.quiet, code))
}

fn read(path: &Path) -> Result<Partial, ReadError> {
    let failed = |source| ReadError::Read { path: path.to_owned(), source };
    let bytes = bounded::read_file(path, bounded::REPORT).map_err(failed)?;
    Partial::from_bytes(&bytes).map_err(|source| ReadError::Other { path: path.to_owned(), source })
}
