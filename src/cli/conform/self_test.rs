//! `mp-forwarding conform self-test`

use super::super::output::ReportArgs;
use super::super::{ExitCode, Failure, Global, block_on};
use super::engine::EngineSubject;
use super::spinner::spinner;
use crate::conform::Wanted;
use crate::conform::liars::{SelfTestError, self_test};
use crate::report::SelfTestReport;

/// Prove that the tester would notice: liars, each of which breaks one promise and must be caught by its own check
///
/// Each liar stands in the place of the engine, or between it and the store, on a small case on an S3 in this process.
/// Another check may notice it too only where that is declared as a consequence. The engine itself must pass everything.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform self-test
  mp-forwarding conform self-test --liar 'merged-*'
  mp-forwarding conform self-test --format jsonl

Exit codes:
  0 all caught, 1 one was missed, or a check noticed what it should not")]
pub(super) struct Args {
    /// Only this liar, `*` for anything; repeatable
    #[arg(long = "liar", value_name = "NAME")]
    liars: Vec<Wanted>,
    #[command(flatten)]
    report: ReportArgs<SelfTestReport>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    let reports = args.report.open()?;
    let spinner = spinner(global);
    let filter = args.liars.iter().cloned().collect();
    let subject = EngineSubject { seed: 7, ledgers: None };
    let report = block_on(self_test(&subject, &filter, |name| spinner.set_message(name.to_owned())))?;
    spinner.finish_and_clear();
    let report = report.map_err(|error| match error {
        SelfTestError::Unknown(error) => Failure::usage(error),
        error => Failure::target(error),
    })?;
    reports.write(&report, global.quiet)?;
    Ok(if report.is_ok() { ExitCode::Good } else { ExitCode::Findings })
}
