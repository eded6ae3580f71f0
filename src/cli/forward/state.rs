//! The state of a run (`--state`).

use std::sync::Arc;

use super::Args;
use crate::cli::{Failure, block_on};
use crate::forward::{Input, RunOptions, RunState};
use crate::report::ForwardingReport;
use crate::settings::Settings;

/// Opens the state, if the user wants one.
pub(super) fn open(args: &Args, settings: &Settings, inputs: &[Input]) -> Result<Option<Arc<RunState>>, Failure> {
    let Some(folder) = &args.state else { return Ok(None) };
    for input in inputs {
        if input.size().is_none() {
            // A wrong name is reported before anything is recorded.
            if !matches!(input, Input::Stdin) {
                input.open().map_err(Failure::usage)?;
            }
            return Err(Failure::usage(format!(
                "`{}` cannot be read twice, so `--state` cannot go on with it: write it into a file first",
                input.name()
            )));
        }
    }
    let options = RunOptions { clock: args.clock, seed: args.seed, quarantine: args.quarantine.clone() };
    let state = RunState::open(folder, settings, inputs, &options).map_err(Failure::usage)?;
    Ok(Some(Arc::new(state)))
}

/// The report of a run that has delivered everything.
pub(super) fn outcome(state: &RunState) -> Result<Option<ForwardingReport>, Failure> {
    let text = state.outcome().map_err(Failure::usage)?;
    text.map(|text| serde_json::from_str(&text).map_err(Failure::usage)).transpose()
}

/// Records the report of a run that has delivered everything.
pub(super) fn finish(state: &RunState, report: &ForwardingReport) -> Result<(), Failure> {
    if !report.complete || report.fates.unconfirmed > 0 {
        return Ok(());
    }
    let text = serde_json::to_string(report).map_err(Failure::usage)?;
    block_on(state.finish(&text))?.map_err(Failure::usage)
}
