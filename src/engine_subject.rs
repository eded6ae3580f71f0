//! Makes the engine a subject of the conformance tester. `conform` and `forward` do not import each other; this file
//! connects them.

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

#[cfg(feature = "self-test")]
use crate::conform::{Delivered, Deliverer};
use crate::conform::{Scenario, Subject, SubjectError};
#[cfg(feature = "self-test")]
use crate::forward::Event;
use crate::forward::{Engine, FixedClock, Input, LedgerEntry, LedgerSink, NdjsonSource, Observer, Summary};
use crate::report::Fates;

/// The engine of this crate as a [`Subject`], so that you can run the suite on it in a test.
#[derive(Debug, Clone, Default)]
pub struct EngineSubject {
    seed: u64,
    ledgers: Option<Ledgers>,
}

/// The ledger of each case as JSON lines, by case name. Clones share the same ledgers.
#[derive(Debug, Clone, Default)]
pub struct Ledgers(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl EngineSubject {
    /// The engine, with this seed for the random numbers in file names.
    pub fn new(seed: u64) -> Self {
        Self { seed, ledgers: None }
    }

    /// Keeps the ledger of each case in `ledgers`, in memory.
    #[must_use]
    pub fn keep_ledgers(mut self, ledgers: Ledgers) -> Self {
        self.ledgers = Some(ledgers);
        self
    }

    async fn run(&self, scenario: &Scenario, observer: impl Observer + 'static) -> Result<Summary, SubjectError> {
        let settings = scenario.settings.clone();
        let max_line_bytes = usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX);
        let input = Input::Text { name: scenario.name.clone(), text: scenario.input.clone() };
        let mut source = NdjsonSource::start(&[input], max_line_bytes).map_err(|error| failed(&error))?;
        let builder = Engine::builder(settings, scenario.writer.clone()).seed(self.seed).observer(observer);
        let builder = builder.waits_for_target(false);
        let engine = match scenario.clock {
            Some(time) => builder.clock(FixedClock(time)).build(),
            None => builder.build(),
        };
        let summary = match &self.ledgers {
            None => engine.run(&mut source, std::future::pending()).await,
            Some(ledgers) => {
                let mut lines = LedgerLines::default();
                let summary = engine.run_with_ledger(&mut source, &mut lines, std::future::pending()).await;
                ledgers.add(&scenario.name, lines.0);
                summary
            }
        };
        summary.map_err(|error| failed(&error))
    }
}

impl Ledgers {
    /// Removes and returns the ledgers.
    pub fn take(&self) -> BTreeMap<String, Vec<u8>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, case: &str, mut lines: Vec<u8>) {
        let mut ledgers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ledgers.entry(case.to_owned()).or_default().append(&mut lines);
    }
}

#[async_trait]
impl Subject for EngineSubject {
    fn name(&self) -> String {
        format!("engine of {} {}", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let summary = self.run(scenario, ()).await?;
        match &summary.refusal {
            Some(refusal) => Err(failed(refusal)),
            None => Ok(Some(summary.fates.to_report())),
        }
    }
}

#[cfg(feature = "self-test")]
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

/// The ledger of one case. Memory is sufficient, because the input is in memory too.
#[derive(Default)]
struct LedgerLines(Vec<u8>);

impl LedgerSink for LedgerLines {
    fn write(&mut self, entry: &LedgerEntry<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, entry)?;
        self.0.push(b'\n');
        Ok(())
    }
}

/// The keys of the objects that the engine reports as written.
#[cfg(feature = "self-test")]
#[derive(Debug, Clone, Default)]
struct WrittenKeys(Arc<Mutex<Vec<String>>>);

#[cfg(feature = "self-test")]
impl Observer for WrittenKeys {
    fn observe(&mut self, event: Event<'_>) {
        if let Event::Written { key, .. } = event {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(key.to_owned());
        }
    }
}

fn failed(error: &dyn Error) -> SubjectError {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    SubjectError(text)
}
