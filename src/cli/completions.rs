//! `mp-forwarding completions`

use clap::CommandFactory;
use clap_complete::Shell;

use super::output::print;
use super::{Cli, ExitCode, Failure, Global};

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mp-forwarding completions bash \\
    > ~/.local/share/bash-completion/completions/mp-forwarding")]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: Args, _global: &Global) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mp-forwarding", &mut script);
    print(&String::from_utf8_lossy(&script))
}
