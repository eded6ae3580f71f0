//! The intake: records are shaped on all cores, put back in order, recorded, and merged into lines.

use std::collections::VecDeque;

use tokio::task::JoinError;

use crate::forward::batch::Drafts;
use crate::forward::shape::{Passed, Shaped};
use crate::forward::source::{Block, Place};

use super::error::EngineError;
use super::state::{IntakeBlock, Run, Shaping};
use super::summary::{Event, Halt};

impl Run<'_> {
    /// Starts shaping a block.
    pub(super) fn shape(&mut self, block: Block) {
        self.advance_idle_time();
        let shaper = self.shaper.clone();
        let spooled = block.spooled;
        let received_at = spooled.map_or_else(|| self.clock.now(), |spooled| spooled.at).as_millisecond();
        let (input, bytes) = (block.input.clone(), block.text.len() as u64);
        let work = tokio::task::spawn_blocking(move || shaper.shape_all(&block, received_at));
        self.shaping.push_back(Shaping { input, bytes, spooled, work });
    }

    /// Starts the intake of a shaped block.
    pub(super) fn start_intake(&mut self, shaping: Shaping, records: Vec<Shaped>) {
        let Shaping { input, bytes, spooled, .. } = shaping;
        if let Some(spooled) = spooled {
            self.take_time(spooled);
        }
        if let (None, Some(first)) = (&self.summary.unread_from, records.first()) {
            self.summary.unread_from = Some(Place { input: input.clone(), line: first.line });
        }
        let mut records = records;
        let mut fault = None;
        if let Err(error) = self.keep_quarantined(&records) {
            // What comes before the first line that could not be kept is forwarded; the rest counts as unread.
            let kept = records.iter().take_while(|record| !self.is_to_keep(record)).count();
            records.truncate(kept);
            self.is_cut = true;
            fault = Some(error);
        }
        self.intake_block = Some(IntakeBlock { input, bytes, records: records.into_iter(), current: None, fault });
        self.continue_intake();
    }

    /// Continues the intake of a block until it is complete or a file has closed. The file is uploaded first.
    pub(super) fn continue_intake(&mut self) {
        let Some(mut block) = self.intake_block.take() else { return };
        while self.closed.is_empty() {
            if let Some(Passed { arrival, drafts }) = &mut block.current {
                match drafts.next() {
                    Some((mode, draft)) => {
                        // Of what is not forwarded, time advances and the session may end all the same.
                        let lines = self.batcher.receive(*arrival, &mode, draft);
                        self.fill_files(lines);
                    }
                    None => block.current = None,
                }
                continue;
            }
            // Records after the line that ends the run count as unread.
            let is_over = self.summary.halt == Some(Halt::FailFast) || self.summary.fault.is_some();
            self.is_cut |= is_over && block.records.len() > 0;
            let Some(record) = block.records.next().filter(|_| !is_over) else { return self.release(block) };
            self.record(&mut block, record);
            self.check_ledger();
        }
        self.intake_block = Some(block);
    }

    /// Whether something of the record must be put into the quarantine.
    fn is_to_keep(&self, record: &Shaped) -> bool {
        !record.quarantined.is_empty() && record.sequence >= self.kept_until
    }

    /// Makes what is quarantined durable, before it is counted.
    fn keep_quarantined(&mut self, records: &[Shaped]) -> Result<(), EngineError> {
        let bad = records.iter().filter(|record| !record.quarantined.is_empty());
        let most = if self.fail_fast { 1 } else { usize::MAX };
        let mut until = None;
        for record in bad.take(most) {
            if !self.is_to_keep(record) {
                continue;
            }
            for entry in &record.quarantined {
                self.quarantine.put(entry).map_err(EngineError::Quarantine)?;
            }
            until = Some(record.sequence + 1);
        }
        let Some(until) = until else { return Ok(()) };
        self.quarantine.flush().map_err(EngineError::Quarantine)?;
        if let Some(state) = &self.state {
            state.keep(until).map_err(EngineError::State)?;
        }
        self.kept_until = until;
        Ok(())
    }

    /// Records the fates of a record's events, in the order of the input.
    fn record(&mut self, block: &mut IntakeBlock, record: Shaped) {
        self.summary.records += 1;
        self.recorder.counts.received += record.events;
        let place = Place { input: block.input.clone(), line: record.line };
        self.summary.unread_from = Some(Place { line: place.line + 1, ..place.clone() });
        for (setting, events, count) in record.filtered {
            self.recorder.filter(&place, setting, events, count);
        }
        for (setting, nodes) in record.removed {
            self.recorder.remove(&place, setting, nodes);
        }
        for (flag, events) in record.flags {
            self.recorder.flag(&place, flag, events);
        }
        for entry in &record.quarantined {
            self.recorder.quarantine(entry);
            self.observer.observe(Event::Quarantined(entry));
        }
        if self.fail_fast && !record.quarantined.is_empty() {
            self.halt(Halt::FailFast);
        }
        let drafts = record.passed.as_ref().map(|passed| &passed.drafts);
        let weight = drafts.map_or(0, Drafts::weight);
        let portions = drafts.map_or(0, Drafts::count);
        self.pending.open(record.sequence, place, portions, weight);
        self.held += weight;
        block.current = record.passed;
    }

    /// Completes a block.
    fn release(&mut self, block: IntakeBlock) {
        self.observer.observe(Event::Read { bytes: block.bytes });
        if let Some(error) = block.fault {
            self.fail(error);
        }
        self.acknowledge();
    }
}

/// Waits for the oldest block to be shaped and removes it. Never ready if there is none.
pub(super) async fn front(shaping: &mut VecDeque<Shaping>) -> (Shaping, Result<Vec<Shaped>, JoinError>) {
    if let Some(oldest) = shaping.front_mut() {
        let records = (&mut oldest.work).await;
        if let Some(oldest) = shaping.pop_front() {
            return (oldest, records);
        }
    }
    std::future::pending().await
}
