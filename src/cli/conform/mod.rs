//! `mp-forwarding conform` and its subcommands, one file each.

mod bucket;
mod cases;
mod clean;
mod evidence;
mod faults;
mod list;
mod policies;
mod run;
mod self_test;
mod subject;
mod verify;

use super::{ExitCode, Failure, Global};

/// Check every written file against mParticle's published rules, clause by clause
///
/// Generates batches (or reads yours), forwards them with the engine to an S3 server, reads every object, and checks
/// names, folders, compression and content. The server is built in, unless you use --endpoint or --live. On such a
/// server, every object is in a folder of this run and is removed at the end.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  mp-forwarding conform
  mp-forwarding conform --suite full --report conform.json
  mp-forwarding conform --case 'by-*-time' --check NAME-1
  mp-forwarding conform list --undefined
  mp-forwarding conform self-test
  mp-forwarding conform faults
  mp-forwarding conform --settings connection.toml \\
    --policy bucket-policy.json
  mp-forwarding conform --input batches.ndjson --settings connection.toml
  mp-forwarding conform --subject-cmd 'python3 forward.py'
  mp-forwarding conform --evidence run.tar.gz
  mp-forwarding conform --endpoint http://127.0.0.1:9000 --create-bucket \\
    --report conform.json

Exit codes:
  0 every check that could run passed, 1 a check failed, 2 settings or input cannot be used,
  3 the target is unreachable or refuses, a case did not complete, or the run was interrupted"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    run: run::RunArgs,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    Clean(clean::Args),
    Faults(faults::Args),
    List(list::Args),
    SelfTest(self_test::Args),
    Verify(verify::Args),
}

pub(crate) fn run(args: &Args, global: &Global) -> Result<ExitCode, Failure> {
    match &args.action {
        Some(Action::Clean(args)) => clean::run(args),
        Some(Action::Faults(args)) => faults::run(args, global),
        Some(Action::List(args)) => list::run(args),
        Some(Action::SelfTest(args)) => self_test::run(args, global),
        Some(Action::Verify(args)) => verify::run(args, global),
        None => run::run(&args.run, global),
    }
}
