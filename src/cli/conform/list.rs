//! `mp-forwarding conform list`: the cases, the checks, and the questions that the documentation leaves open.

use std::fmt::Write as _;

use super::super::output::print_lines;
use super::super::{ExitCode, Failure};
use super::cases::{BUCKET, CaseArgs, SuiteName};
use crate::conform::checks::{CHECKS, Definition, UNCHECKED};
use crate::conform::{changed_settings, combination_count, combined};

use crate::contract::clause::{self, UNDEFINED};
use crate::report::model::counted;
use crate::settings::BucketName;

/// List the cases, and the checks with their clauses; or the questions that the documentation leaves open
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    cases: CaseArgs,
    /// List the questions that the documentation leaves open, with the choice of this program and the option that
    /// changes it
    #[arg(long)]
    undefined: bool,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let text = if args.undefined { undefined() } else { cases(&args.cases)? + &checks(&args.cases)? + &unchecked() };
    print_lines(&text)
}

fn cases(args: &CaseArgs) -> Result<String, Failure> {
    let bucket: BucketName = BUCKET.parse().map_err(Failure::usage)?;
    let mut plans = args.plans(&bucket);
    let filter = args.cases();
    filter.require_matches("case", plans.iter().map(|plan| plan.name.as_str())).map_err(Failure::usage)?;
    plans.retain(|plan| filter.matches(&plan.name));
    let mut text = counted(plans.len(), "case", "cases");
    if args.suite == SuiteName::Full {
        let (count, settings) = (combination_count(args.strength.into()), combined().len());
        let _ = write!(text, ": all {count} combinations of the values of any {} of ", args.strength);
        let _ = write!(text, "{settings} settings");
    }
    text.push('\n');
    for plan in plans {
        let settings = changed_settings(&plan.connection).into_iter().map(|(id, value)| format!("{id}={value}"));
        let _ = writeln!(text, "  {}: {}", plan.name, settings.collect::<Vec<_>>().join(" "));
    }
    Ok(text)
}

fn checks(args: &CaseArgs) -> Result<String, Failure> {
    let filter = args.checks();
    filter.require_matches("check", CHECKS.iter().flat_map(|it| [it.id, it.clause])).map_err(Failure::usage)?;
    let checks: Vec<_> = CHECKS.iter().filter(|it| filter.matches(it.id) || filter.matches(it.clause)).collect();
    let mut text = counted(checks.len(), "check", "checks") + "\n";
    for Definition { id, clause, title, .. } in checks {
        let _ = writeln!(text, "  {clause:10}  {id}: {title}\n              {}", sentence(clause));
    }
    Ok(text)
}

fn unchecked() -> String {
    let mut text = format!("{} without a check of their own\n", counted(UNCHECKED.len(), "clause", "clauses"));
    for (clause, why) in UNCHECKED {
        let _ = writeln!(text, "  {clause:10}  {why}\n              {}", sentence(clause));
    }
    text
}

fn sentence(clause: &str) -> &'static str {
    clause::find(clause).map(|clause| clause.sentence).unwrap_or_default()
}

fn undefined() -> String {
    let mut text = String::new();
    for entry in UNDEFINED {
        let option = entry.option.map(|option| format!(" [{option}]")).unwrap_or_default();
        let _ = writeln!(text, "{:4}  {}\n      {}{option}", entry.id, entry.question, entry.choice);
    }
    text
}
