//! `mp-forwarding policy`

mod can;
mod check;
pub(in crate::cli) mod input;
mod pods;
mod render;
mod terraform;

pub(super) use render::{RoleArgs, editions};

use super::{ExitCode, Failure, Global};

/// Render, check and evaluate the policies that let mParticle write
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Can(can::Args),
    Check(check::Args),
    Pods(pods::Args),
    Render(render::Args),
    Terraform(terraform::Args),
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    match args.command {
        Command::Can(args) => can::run(args, global),
        Command::Check(args) => check::run(args, global),
        Command::Pods(args) => pods::run(&args),
        Command::Render(args) => render::run(args, global),
        Command::Terraform(args) => terraform::run(&args),
    }
}

/// Prints an answer on stdout.
fn print(text: &str) -> Result<(), Failure> {
    super::output::print(text).map(drop)
}
