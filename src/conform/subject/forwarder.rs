//! What is under test.

use async_trait::async_trait;

use crate::conform::cases::Scenario;
use crate::report::Fates;

/// A forwarder: it is handed settings and batches, and writes to the bucket that the settings name.
#[async_trait]
pub trait Subject: Send + Sync {
    /// What a report calls it.
    fn name(&self) -> String;

    /// Forwards the scenario's input, and says what became of the events if it keeps count.
    ///
    /// # Errors
    /// If it could not do its work, so that nothing can be said of the contract.
    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError>;
}

/// Why a subject could not do its work.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SubjectError(pub String);
