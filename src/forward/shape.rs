//! Converts the text of a record to drafts: the stages that need neither time nor network, in order. They have no side
//! effects, so records can be shaped on all cores at the same time.

use crate::json::Index;
use crate::ndjson::{self, Inadmissible};
use crate::settings::{SettingId, Settings};

use super::batch::{Drafts, shares};
use super::ledger::{Flag, Indices};
use crate::settings::effect::filtered_by;

use super::quarantine::{Content, Quarantined};
use super::record::{Projector, Received, Remarks, Trace, timestamp_anomalies};

use super::source::{Block, Record};

/// The settings, prepared once for all records.
#[derive(Debug)]
pub(crate) struct Shaper {
    settings: Settings,
    projector: Projector,
}

/// Memory that is reused from record to record.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    index: Index,
    nodes: String,
}

/// The result of shaping one record.
#[derive(Debug, Default)]
pub(crate) struct Shaped {
    pub(crate) sequence: u64,
    pub(crate) line: u64,
    /// The number of events in the record, at least one.
    pub(crate) events: u64,
    /// The events that each setting filters, and their number.
    pub(crate) filtered: Vec<(SettingId, Indices, u64)>,
    pub(crate) quarantined: Vec<Quarantined>,
    /// The number of nodes that each setting removed.
    pub(crate) removed: Vec<(SettingId, u64)>,
    pub(crate) flags: Vec<(Flag, Indices)>,
    /// The forwarded part; `None` if the whole line is quarantined.
    pub(crate) passed: Option<Passed>,
}

/// The forwarded part of a record.
#[derive(Debug)]
pub(crate) struct Passed {
    /// The arrival of the record, in milliseconds since 1970 (U-17).
    pub(crate) arrival: i64,
    /// What it makes lines of, and how they are gathered.
    pub(crate) drafts: Drafts,
}

impl Shaper {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { settings: settings.clone(), projector: Projector::new(settings) }
    }

    /// Shapes the records of a block that was received at `received_at`, in milliseconds since 1970.
    pub(crate) fn shape_all(&self, block: &Block, received_at: i64) -> Vec<Shaped> {
        let mut memory = Memory::default();
        block.records.iter().map(|record| self.shape(block, record, received_at, &mut memory, &mut ())).collect()
    }

    /// Shapes one record, and writes the changes to `trace`. `memory` is that of earlier records.
    pub(crate) fn shape(
        &self,
        block: &Block,
        record: &Record,
        received_at: i64,
        memory: &mut Memory,
        trace: &mut impl Trace,
    ) -> Shaped {
        let bytes = &block.text[record.range.clone()];
        let quarantine = |events, reason: String, content| Quarantined {
            input: block.input.to_string(),
            line: record.line,
            events,
            reason,
            content,
        };
        let mut shaped = Shaped { sequence: record.sequence, line: record.line, events: 1, ..Shaped::default() };
        if record.length > bytes.len() as u64 {
            let reason = Inadmissible::TooLong { length: record.length, max: bytes.len() }.to_string();
            let content = Content::Oversize { offset: record.offset, length: record.length };
            shaped.quarantined.push(quarantine(1, reason, content));
            return shaped;
        }
        let text = match ndjson::check_and_index(bytes, &mut memory.index) {
            Ok(text) => text,
            Err(reason) => {
                shaped.quarantined.push(quarantine(1, reason.to_string(), bytes.into()));
                return shaped;
            }
        };
        let received = Received::read(text, &memory.index);
        shaped.events = received.event_count.max(1);

        let connection = &self.settings.connection;
        let arrival = received.uploaded_at().unwrap_or(received_at);
        let shares = shares(&received, connection);
        let kept = received.keep(|event| {
            let filter = filtered_by(&event.event_type(), connection);
            trace.event(event, filter);
            let Some(setting) = filter else { return true };
            match shaped.filtered.iter_mut().find(|(known, _, _)| *known == setting) {
                Some((_, events, count)) => {
                    events.push(event.index);
                    *count += 1;
                }
                None => shaped.filtered.push((setting, Indices::from_iter([event.index]), 1)),
            }
            false
        });
        let mut remarks = Remarks::default();
        let divided = Drafts::are_divided(&shares, kept.len());
        let trace = &mut (&mut remarks, trace);
        let projected = match self.projector.project(&received, &kept, received_at, divided, &mut memory.nodes, trace) {
            Ok(projected) => projected,
            Err(reason) => {
                shaped.filtered.clear();
                shaped.quarantined.push(quarantine(shaped.events, reason, bytes.into()));
                return shaped;
            }
        };
        if projected.is_empty() && !connection.send_batches_without_events {
            if received.event_count == 0 {
                shaped.filtered.push((SettingId::SendBatchesWithoutEvents, Indices::default(), 1));
            }
            shaped.passed = Some(Passed { arrival, drafts: Drafts::none(shares) });
            return shaped;
        }
        shaped.removed = remarks.removed;
        shaped.flags = timestamp_anomalies(received.timestamp, &kept, received_at);
        shaped.flags.extend(remarks.flags);
        let place = (record.sequence, received_at);
        let drafts = Drafts::of(&received, &kept, projected, shares, &self.settings, place);
        shaped.passed = Some(Passed { arrival, drafts });
        shaped
    }
}
