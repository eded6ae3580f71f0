//! `mp-forwarding conform`

use super::{ExitCode, Failure, Global};

/// (being written)
#[derive(Debug, clap::Args)]
pub(crate) struct Args {}

pub(crate) fn run(_args: Args, _global: &Global) -> Result<ExitCode, Failure> {
    Ok(ExitCode::Good)
}
