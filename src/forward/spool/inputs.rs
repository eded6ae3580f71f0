//! Inputs of which some cannot be read twice, as a source of the engine.

use std::sync::Arc;

use async_trait::async_trait;

use super::feeder::Feeder;
use super::writer::{Spool, SpoolOptions};
use super::{SpoolError, SpoolSource};
use crate::forward::source::{Block, Source, SourceError};
use crate::forward::state::RunState;

/// Inputs that are taken into the spool of a run. When it is dropped, what was taken is in the spool.
#[derive(Debug)]
pub struct SpooledInputs {
    // The order matters: what is being taken is kept before the spool is closed.
    feeder: Feeder,
    source: SpoolSource,
    spool: Spool,
}

impl SpooledInputs {
    /// Opens the spool in the folder of `state`, and starts to take the inputs of the run into it. While it has `limit` bytes or more,
    /// nothing more is taken.
    ///
    /// # Errors
    /// If the spool cannot be used.
    pub fn start(state: &Arc<RunState>, limit: u64, max_line_bytes: usize) -> Result<Self, SpoolError> {
        let options = SpoolOptions {
            folder: state.spool_folder(),
            limit,
            // What is taken at most before it is written: a block, and a line of the greatest length.
            reserve: max_line_bytes as u64 + TAKEN,
            clock: state.fixed_clock(),
        };
        let (spool, source) = Spool::open(&options, state.clone())?;
        let feeder = match state.follows() {
            Some(arguments) => Feeder::follow(spool.clone(), arguments, max_line_bytes),
            None => Feeder::start(spool.clone(), state.inputs().to_vec(), max_line_bytes),
        };
        Ok(Self { feeder, source, spool })
    }
}

/// The bytes of a block with the description of its records, and of what is read at once.
const TAKEN: u64 = 4 << 20;

impl Drop for SpooledInputs {
    fn drop(&mut self) {
        self.spool.stop();
    }
}

#[async_trait]
impl Source for SpooledInputs {
    async fn next(&mut self) -> Result<Option<Block>, SourceError> {
        self.source.next().await
    }

    fn acknowledge(&mut self, sequence: u64) {
        self.source.acknowledge(sequence);
    }

    fn tick(&mut self) {
        self.source.tick();
    }

    fn spooled_bytes(&self) -> Option<u64> {
        self.source.spooled_bytes()
    }

    fn stop(&mut self) {
        self.source.stop();
        self.feeder.stop();
    }

    fn has_more(&self) -> bool {
        self.source.has_more()
    }
}
