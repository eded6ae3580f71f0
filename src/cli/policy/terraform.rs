//! `mp-forwarding policy terraform`

use std::path::PathBuf;

use super::print;
use crate::access::terraform::{Drift, drift, write};
use crate::cli::{ExitCode, Failure};

/// Write or check the files that the Terraform module reads: the policies and the pods
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write the files
    Write(Folder),
    /// Compare the files with the generated ones; exit code 4 if they differ
    Check(Folder),
}

#[derive(Debug, clap::Args)]
struct Folder {
    /// The module's folder of generated files
    #[arg(value_name = "DIR", default_value = "terraform/modules/policies/generated")]
    folder: PathBuf,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    match &args.command {
        Command::Write(Folder { folder }) => write(folder).map_err(Failure::usage).map(|()| ExitCode::Good),
        Command::Check(Folder { folder }) => {
            let found = drift(folder).map_err(Failure::usage)?;
            for one in &found {
                let (name, what) = match one {
                    Drift::Missing(name) => (name, "is missing"),
                    Drift::Differs(name) => (name, "differs"),
                    Drift::Unknown(name) => (name, "has no template"),
                };
                print(&format!("{}: {what}\n", folder.join(name).display()))?;
            }
            if found.is_empty() {
                return Ok(ExitCode::Good);
            }
            print("update them with `mp-forwarding policy terraform write`\n")?;
            Ok(ExitCode::Drift)
        }
    }
}
