//! Why the engine stops before the input ends.

use std::io;

use crate::forward::state::StateError;

/// Why the engine cannot continue without losing events.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The quarantine cannot be written.
    #[error("the quarantine cannot be written, so nothing more is read")]
    Quarantine(#[source] io::Error),
    /// The ledger cannot be written.
    #[error("the ledger cannot be written, so nothing more is read or uploaded")]
    Ledger(#[source] io::Error),
    /// The state cannot be written, or an input is no longer the one that it was begun with.
    #[error("nothing more is read or uploaded")]
    State(#[source] StateError),
    /// A task of the engine panicked, or an encoder failed. This is a bug.
    #[error("a stage of the engine failed: {0}")]
    Stage(String),
}
