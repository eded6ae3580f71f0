//! Our own engine as a subject of the tester.

use async_trait::async_trait;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::sync::Arc;

use crate::conform::{Scenario, Subject, SubjectError};
use crate::forward::{Clock, Engine, FixedClock, Input, KeepNone, NdjsonSource, SystemClock};
use crate::report::Fates;

#[derive(Debug)]
pub(super) struct EngineSubject {
    pub(super) seed: u64,
}

#[async_trait]
impl Subject for EngineSubject {
    fn name(&self) -> String {
        format!("the engine of {} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let failed = |error: &dyn std::error::Error| SubjectError(super::super::chain(error));
        let settings = scenario.settings.clone();
        let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
        let input = Input::Text { name: scenario.name.clone(), text: scenario.input.clone() };
        let mut source = NdjsonSource::start(&[input], max_line_bytes).map_err(|error| failed(&error))?;
        let clock: Arc<dyn Clock> = match scenario.clock {
            Some(time) => Arc::new(FixedClock(time)),
            None => Arc::new(SystemClock),
        };
        let engine = Engine {
            settings,
            store: scenario.writer.clone(),
            clock,
            random: Box::new(ChaCha8Rng::seed_from_u64(self.seed)),
            quarantine: Box::new(KeepNone),
            observer: Box::new(()),
            fail_fast: false,
        };
        let summary = engine.run(&mut source, std::future::pending()).await.map_err(|error| failed(&error))?;
        match &summary.refusal {
            Some(refusal) => Err(failed(refusal)),
            None => Ok(Some(summary.ledger.fates())),
        }
    }
}
