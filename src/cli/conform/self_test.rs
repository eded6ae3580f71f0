//! `mp-forwarding conform self-test`

use super::super::completions::completed;
use super::super::interrupt::interrupted;
use super::super::output::ReportArgs;
use super::super::replaced::replaced_by;
use super::super::spinner::spinner;
use super::super::{ExitCode, Failure, Global, block_on};
use crate::conform::Wanted;
use crate::conform::mutants::{SelfTestError, mutants, self_test};
use crate::engine_subject::EngineSubject;
use crate::report::SelfTest;
use crate::report::model::Report;

/// Test the checks: mutants break one clause each, and the check of that clause must fail
///
/// A mutant changes the engine, its store or its policies in a small case, on an S3 server in this process. Another
/// check may fail only if this is declared as a consequence. The unchanged engine must pass every check.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform self-test
  mp-forwarding conform self-test --mutant 'merged-*'
  mp-forwarding conform self-test --format jsonl

Exit codes:
  0 all mutants caught, 1 a mutant was missed or another check failed, 2 unknown mutant,
  3 interrupted")]
pub(super) struct Args {
    /// Run only this mutant, `*` for any text; repeatable
    #[arg(long = "mutant", value_name = "NAME", value_parser = completed::<Wanted>(known_mutants), hide_possible_values = true)]
    mutants: Vec<Wanted>,
    #[arg(long, hide = true, value_parser = replaced_by("--mutant"))]
    liar: Option<String>,
    #[command(flatten)]
    report: ReportArgs<Report<SelfTest>>,
}

fn known_mutants() -> Vec<&'static str> {
    mutants().map(|mutant| mutant.name).collect()
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    let reports = args.report.open()?;
    let spinner = spinner(global);
    let filter = args.mutants.iter().cloned().collect();
    let subject = EngineSubject::new(7);
    let progress = |name: &str| spinner.set_message(name.to_owned());
    let report = block_on(async { self_test(&subject, &filter, progress, interrupted()).await })?;
    spinner.finish_and_clear();
    let report = report.map_err(|error| match error {
        SelfTestError::Unknown(error) => Failure::usage(error),
        error => Failure::target(error),
    })?;
    Ok(reports.finish(&report, global.quiet, ExitCode::of(&report)))
}
