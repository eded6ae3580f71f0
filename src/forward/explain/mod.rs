//! Explains why an event is or is not in the bucket: the effect of the settings on one batch, event by event.
//!
//! The engine's own stages process the batch and write a trace, which is read here. A dry run of the whole engine finds
//! the lines and folders.

mod lines;
mod mask;
mod rules;
mod trace;

pub use lines::add_lines;

use crate::ndjson;
use crate::report::{EventOutcome, ExplainedBatch};
use crate::settings::{SettingId, Settings};

use super::batch::Drafts;
use super::shape::{Memory, Shaper};
use super::source::{Block, Record};
use rules::{of_batching, of_setting};
use trace::{ExplainTrace, Traced};

/// Explains the effect of settings on batches.
#[derive(Debug)]
pub struct Explainer {
    shaper: Shaper,
    /// The settings with every filter turned on. The setting that filters an event here is the one that decides about
    /// it.
    closed: Settings,
    /// The id of the events that are listed; `None` for all of them.
    event_id: Option<String>,
}

impl Explainer {
    /// An explainer for `settings`.
    pub fn new(settings: &Settings) -> Self {
        let mut closed = settings.clone();
        for setting in SettingId::ALL {
            if let Some(flag) = closed.connection.flag_mut(*setting) {
                *flag = false;
            }
        }
        Self { shaper: Shaper::new(settings), closed, event_id: None }
    }

    /// Lists only the events with this id.
    #[must_use]
    pub fn only(mut self, event_id: Option<String>) -> Self {
        self.event_id = event_id;
        self
    }

    /// Explains one line of `input`, received at `received_at`, in milliseconds since 1970. [`add_lines`] adds the
    /// output lines. At most 10,000 events and 10,000 changes are listed, and the others are counted.
    pub fn explain(&self, input: &str, line: &ndjson::Line<'_>, received_at: i64) -> ExplainedBatch {
        let record = Record {
            sequence: 0,
            line: line.number,
            offset: line.offset,
            length: line.length,
            range: 0..line.bytes.len(),
        };
        let block = Block { input: input.into(), text: line.bytes.to_vec(), records: Vec::new(), spooled: None };
        let mut trace = ExplainTrace::new(&self.closed.connection, self.event_id.as_deref());
        let shaped = self.shaper.shape(&block, &record, received_at, &mut Memory::default(), &mut trace);
        let Traced { mut events, changes, unlisted } = trace.finish();
        let mut batch =
            ExplainedBatch { input: input.to_owned(), line: line.number, unlisted, ..ExplainedBatch::default() };
        match &shaped.passed {
            None => {
                batch.quarantined = shaped.quarantined.first().map(|entry| entry.reason.clone());
                for event in &mut events {
                    (event.outcome, event.rule) = (EventOutcome::Quarantined, None);
                    event.changes.clear();
                    event.reason.get_or_insert_with(|| "its whole batch is quarantined".to_owned());
                }
            }
            Some(passed) if Drafts::count(&passed.drafts) == 0 => {
                batch.dropped_by = Some(of_setting(SettingId::SendBatchesWithoutEvents));
            }
            Some(passed) => {
                batch.changes = changes;
                batch.batching = passed.drafts.mode().map(of_batching);
            }
        }
        for (flag, indices) in &shaped.flags {
            if indices.is_empty() {
                batch.flags.push(flag.to_string());
            }
            for index in indices.iter() {
                let found = events.binary_search_by_key(&u64::from(index), |event| event.index);
                found.into_iter().for_each(|place| events[place].flags.push(flag.to_string()));
            }
        }
        batch.events = events;
        batch
    }
}
