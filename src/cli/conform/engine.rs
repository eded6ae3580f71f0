//! Our own engine as a subject of the tester.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use crate::conform::{Delivered, Deliverer, Scenario, Subject, SubjectError};
use crate::forward::{Engine, Event, FixedClock, Input, LedgerEntry, LedgerSink, NdjsonSource, Observer, Summary};
use crate::report::Fates;

/// The ledger of each case.
pub(super) type Ledgers = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

#[derive(Debug)]
pub(super) struct EngineSubject {
    pub(super) seed: u64,
    /// Where ledgers are kept, if they are.
    pub(super) ledgers: Option<Ledgers>,
}

/// A ledger in memory: conform's input is there as well.
#[derive(Default)]
struct Kept(Vec<u8>);

impl LedgerSink for Kept {
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, entry)?;
        self.0.push(b'\n');
        Ok(())
    }
}

#[async_trait]
impl Subject for EngineSubject {
    fn name(&self) -> String {
        format!("the engine of {} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let summary = self.run(scenario, ()).await?;
        match &summary.refusal {
            Some(refusal) => Err(failed(refusal)),
            None => Ok(Some(summary.fates.to_report())),
        }
    }
}

#[async_trait]
impl Deliverer for EngineSubject {
    fn name(&self) -> String {
        Subject::name(self)
    }

    async fn deliver(&self, scenario: &Scenario) -> Result<Delivered, SubjectError> {
        let keys = WrittenKeys::default();
        let summary = self.run(scenario, keys.clone()).await?;
        let keys = keys.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(Delivered {
            fates: Some(summary.fates.to_report()),
            keys: Some(keys),
            refusal: summary.refusal.map(|refusal| refusal.to_string()),
        })
    }
}

/// The objects that the engine says it wrote.
#[derive(Debug, Clone, Default)]
struct WrittenKeys(Arc<Mutex<Vec<String>>>);

impl Observer for WrittenKeys {
    fn observe(&mut self, event: Event<'_>) {
        if let Event::Written { key, .. } = event {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(key.to_owned());
        }
    }
}

fn failed(error: &dyn std::error::Error) -> SubjectError {
    SubjectError(super::super::chain(error))
}

impl EngineSubject {
    async fn run(&self, scenario: &Scenario, observer: impl Observer + 'static) -> Result<Summary, SubjectError> {
        let settings = scenario.settings.clone();
        let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
        let input = Input::Text { name: scenario.name.clone(), text: scenario.input.clone() };
        let mut source = NdjsonSource::start(&[input], max_line_bytes).map_err(|error| failed(&error))?;
        let builder = Engine::builder(settings, scenario.writer.clone()).seed(self.seed).observer(observer);
        let engine = match scenario.clock {
            Some(time) => builder.clock(FixedClock(time)).build(),
            None => builder.build(),
        };
        let summary = match &self.ledgers {
            None => engine.run(&mut source, std::future::pending()).await,
            Some(ledgers) => {
                let mut kept = Kept::default();
                let summary = engine.run_with_ledger(&mut source, &mut kept, std::future::pending()).await;
                let mut ledgers = ledgers.lock().unwrap_or_else(PoisonError::into_inner);
                ledgers.entry(scenario.name.clone()).or_default().append(&mut kept.0);
                summary
            }
        };
        summary.map_err(|error| failed(&error))
    }
}
