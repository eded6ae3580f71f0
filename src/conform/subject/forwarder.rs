//! The trait of a forwarder under test.

use async_trait::async_trait;

use crate::conform::cases::Scenario;
use crate::report::Fates;

/// A forwarder. It receives settings and batches, and writes to the bucket in the settings.
#[async_trait]
pub trait Subject: Send + Sync {
    /// The subject's name in a report.
    fn name(&self) -> String;

    /// Forwards the scenario's input, and returns the fates of the events if it counts them.
    ///
    /// # Errors
    /// If it failed. No check evaluates such a case.
    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError>;
}

/// Why a subject failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct SubjectError(pub String);
