//! The state of a run (`--state`).

use std::sync::Arc;

use super::Args;
use crate::cli::{Failure, block_on};
use crate::forward::{FollowedFiles, Input, NdjsonSource, RunOptions, RunState, Source, SpooledInputs};
use crate::report::ForwardingReport;
use crate::settings::Settings;

/// Opens the state, if the user wants one.
pub(super) fn open(args: &Args, settings: &Settings, inputs: &[Input]) -> Result<Option<Arc<RunState>>, Failure> {
    let Some(folder) = &args.state else { return Ok(None) };
    if let Some(limit) = args.spool_limit.filter(|limit| *limit < least_limit(settings)) {
        return Err(Failure::usage(format!(
            "`--spool-limit` is {limit} bytes, and must be at least {}: 64 MiB, and 8 times `engine.max_line_bytes`",
            least_limit(settings)
        )));
    }
    let options =
        RunOptions { clock: args.clock, seed: args.seed, quarantine: args.quarantine.clone(), follow: args.follow };
    let state = RunState::open(folder, settings, inputs, &options).map_err(Failure::usage)?;
    Ok(Some(Arc::new(state)))
}

/// The least bytes of a spool: it must have room for a few segments with the longest line.
fn least_limit(settings: &Settings) -> u64 {
    LEAST_LIMIT.max(settings.engine.max_line_bytes.saturating_mul(8))
}

const LEAST_LIMIT: u64 = 64 << 20;

/// The bytes of a spool without `--spool-limit`.
const LIMIT: u64 = 1 << 30;

/// Starts to read the inputs.
pub(super) fn source(
    args: &Args,
    settings: &Settings,
    state: Option<&Arc<RunState>>,
    inputs: &[Input],
) -> Result<Box<dyn Source>, Failure> {
    let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
    match state.filter(|state| state.is_spooled()) {
        Some(state) => {
            let limit = args.spool_limit.unwrap_or_else(|| LIMIT.max(least_limit(settings)));
            Ok(Box::new(SpooledInputs::start(state, limit, max_line_bytes).map_err(Failure::usage)?))
        }
        None if args.follow => Ok(Box::new(FollowedFiles::start(args.inputs.clone(), max_line_bytes))),
        None => Ok(Box::new(NdjsonSource::start(inputs, max_line_bytes).map_err(Failure::usage)?)),
    }
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
