//! `mp-forwarding conform list`: what would be run and checked, and what the documentation leaves open.

use std::fmt::Write as _;
use std::io::Write as _;

use super::super::{ExitCode, Failure};
use super::cases::{BUCKET, CaseArgs, SuiteName};
use crate::conform::checks::PROMISES;
use crate::conform::differences;
use crate::conform::matrix::{combination_count, combined};
use crate::contract::clause::{self, UNDEFINED};
use crate::settings::BucketName;

/// List the cases and the checks with their clauses, or what the documentation leaves open and how we answer it
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    cases: CaseArgs,
    /// List the open questions instead, with our answer and the option that changes it
    #[arg(long)]
    undefined: bool,
}

/// stdout could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write to stdout")]
struct StdoutError(#[from] std::io::Error);

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = if args.undefined { undefined() } else { cases(&args.cases)? + &checks() };
    match anstream::stdout().write_all(text.as_bytes()) {
        // The reader has had enough, as with `| head`.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::target(StdoutError(error))),
        _ => Ok(ExitCode::Good),
    }
}

fn cases(args: &CaseArgs) -> Result<String, Failure> {
    let bucket: BucketName = BUCKET.parse().map_err(Failure::usage)?;
    let plans = args.plans(&bucket);
    let mut text = format!("{} cases", plans.len());
    if args.suite == SuiteName::Full {
        let (count, settings) = (combination_count(args.strength.into()), combined().len());
        let _ = write!(text, ": every one of the {count} combinations of the values of any {} of ", args.strength);
        let _ = write!(text, "{settings} settings occurs");
    }
    text.push('\n');
    for plan in plans {
        let settings = differences(&plan.connection).into_iter().map(|(id, value)| format!("{id}={value}"));
        let _ = writeln!(text, "  {}: {}", plan.name, settings.collect::<Vec<_>>().join(" "));
    }
    Ok(text)
}

fn checks() -> String {
    let mut text = format!("{} checks\n", PROMISES.len());
    for promise in PROMISES {
        let sentence = clause::find(promise.clause).map(|clause| clause.sentence).unwrap_or_default();
        let _ =
            writeln!(text, "  {:10}  {} ({})\n              {sentence}", promise.clause, promise.title, promise.name);
    }
    text
}

fn undefined() -> String {
    let mut text = String::new();
    for entry in UNDEFINED {
        let option = entry.option.map(|option| format!(" [{option}]")).unwrap_or_default();
        let _ = writeln!(text, "{:4}  {}\n      {}{option}", entry.id, entry.question, entry.choice);
    }
    text
}
