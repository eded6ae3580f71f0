//! `mp-forwarding conform faults`: the engine with a store that has faults.

use std::sync::Arc;

use super::super::duration;
use super::super::interrupt::interrupted;
use super::super::output::ReportArgs;
use super::super::replaced::replaced_by;
use super::super::spinner::spinner;
use super::super::value::number;
use super::super::{ExitCode, Failure, Global, block_on};
use crate::conform::run_faults;
use crate::engine_subject::EngineSubject;
use crate::report::Faults;
use crate::report::model::Report;
use crate::store::{Embedded, Fault};

/// Test that no event is lost or written twice while S3 has faults
///
/// Forwards 48 events in 16 files to the built-in S3 while it has a fault: once with a writer that may read what it
/// wrote, and once with a writer that may only put. Then it reads the bucket and counts events: lost, duplicated,
/// unconfirmed, pending. After a fault that ends, nothing may be pending. While a fault lasts, the rest must be
/// pending. Unconfirmed is allowed only if an answer was lost and the writer may not read.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform faults
  mp-forwarding conform faults reset-after error-in-200 --seed 3
  mp-forwarding conform faults --list

Exit codes:
  0 every event is accounted for, 1 events were lost, duplicated or needlessly unconfirmed,
  3 interrupted")]
pub(super) struct Args {
    /// The faults to run, by name (default: all)
    #[arg(value_name = "NAME")]
    faults: Vec<Fault>,
    /// List the faults
    #[arg(long, conflicts_with = "faults")]
    list: bool,
    /// Seed that chooses the requests that fail
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = number::<u64>(0..=u64::MAX))]
    seed: u64,
    #[arg(long, hide = true, value_parser = replaced_by("--seed"))]
    fault_seed: Option<String>,
    /// How long the engine may retry while a fault lasts; ten times as long after a fault that ends
    #[arg(long, value_name = "TIME", default_value = "4s", value_parser = |text: &str| duration::seconds_within(text, 1..=600))]
    deadline: u64,
    #[command(flatten)]
    report: ReportArgs<Report<Faults>>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    if args.list {
        let width = Fault::ALL.map(|fault| fault.name().len()).into_iter().max().unwrap_or_default();
        let lines = Fault::ALL.map(|fault| format!("{:width$}  {}\n", fault.name(), fault.sentence()));
        return super::super::output::print_lines(&lines.concat());
    }
    let reports = args.report.open()?;
    let faults = if args.faults.is_empty() { Fault::ALL.to_vec() } else { args.faults.clone() };
    let spinner = spinner(global);
    spinner.set_message(format!("{} faults", faults.len()));
    let report = block_on(async {
        let stopped = interrupted();
        let server = Embedded::start(None).await.map_err(Failure::target)?;
        let subject = Arc::new(EngineSubject::new(args.seed));
        let run = run_faults(subject, &server, &faults, args.seed, args.deadline, stopped);
        run.await.map_err(Failure::target)
    })??;
    spinner.finish_and_clear();
    Ok(reports.finish(&report, global.quiet, ExitCode::of(&report)))
}
