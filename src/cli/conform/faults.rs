//! `mp-forwarding conform faults`: what the engine makes of a store that misbehaves.

use std::io::{self, Write};
use std::sync::Arc;

use super::super::interrupt::interrupted;
use super::super::output::{ReportArgs, Written, unknown};
use super::super::{ExitCode, Failure, Global, block_on};
use super::engine::EngineSubject;
use super::spinner::spinner;
use crate::conform::run_faults;
use crate::report::{FaultReport, Format, write_document, write_faults_table, write_lines};
use crate::store::{Embedded, Fault};

/// Prove that no event is lost or written twice while the S3 has faults
///
/// Forwards 48 events in 16 files to the embedded S3 while it has one fault after the other, each time for a writer that may
/// read what it wrote and for one that may only put, reads back what is there and counts: lost, duplicated, unconfirmed,
/// pending. A fault that passes must cost nothing; one that lasts must leave the rest pending. Unconfirmed is allowed only
/// where an answer was lost and reading is not allowed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform faults
  mp-forwarding conform faults reset-after error-in-200 --fault-seed 3
  mp-forwarding conform faults --list

Exit codes:
  0 every event is accounted for, 1 something was lost, written twice or left in doubt without need")]
pub(super) struct Args {
    /// The faults to run, by name (default: all)
    #[arg(value_name = "NAME")]
    faults: Vec<Fault>,
    /// List the faults
    #[arg(long, conflicts_with = "faults")]
    list: bool,
    /// Which requests are struck follows from this
    #[arg(long, value_name = "N", default_value_t = 7)]
    fault_seed: u64,
    /// How long the engine may go on trying while a fault lasts, in seconds; ten times that for one that passes
    #[arg(long, value_name = "SECONDS", default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..=600))]
    deadline: u64,
    #[command(flatten)]
    report: ReportArgs<FaultReport>,
}

pub(super) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    if args.list {
        let width = Fault::ALL.map(|fault| fault.name().len()).into_iter().max().unwrap_or_default();
        let lines = Fault::ALL.map(|fault| format!("{:width$}  {}\n", fault.name(), fault.sentence()));
        return super::list::print(&lines.concat());
    }
    let reports = args.report.open()?;
    let faults = if args.faults.is_empty() { Fault::ALL.to_vec() } else { args.faults.clone() };
    let report = block_on(async {
        let server = Embedded::start(None).await.map_err(Failure::target)?;
        let spinner = spinner(global);
        spinner.set_message(format!("{} faults", faults.len()));
        let subject = Arc::new(EngineSubject { seed: args.fault_seed, ledgers: None });
        let run = run_faults(subject, &server, &faults, args.fault_seed, args.deadline);
        let report = tokio::select! {
            report = run => report.map_err(Failure::target),
            () = interrupted() => Err(Failure::target("interrupted: nothing is proven")),
        };
        spinner.finish_and_clear();
        report
    })??;
    reports.write(&report, global.quiet)?;
    Ok(if report.is_ok() { ExitCode::Good } else { ExitCode::Findings })
}

impl Written for FaultReport {
    fn write(&self, format: Format, _: usize, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => write_faults_table(self, out),
            Format::Json => write_document(self, out),
            Format::Jsonl => write_lines(&self.runs, out),
            other => Err(unknown(other, Self::FORMATS)),
        }
    }
}
