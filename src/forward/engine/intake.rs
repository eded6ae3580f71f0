//! Records on their way in: shaped on every core, put back in their order, booked, and made lines of.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::{JoinError, JoinHandle};

use crate::forward::batch::Drafts;
use crate::forward::outstanding::Place;
use crate::forward::shape::{Passed, Shaped};
use crate::forward::source::Block;
use crate::forward::summary::{Event, Halt};

use super::{EngineError, Run};

/// Records of one block under work.
pub(super) struct Shaping {
    input: Arc<str>,
    bytes: u64,
    work: JoinHandle<Vec<Shaped>>,
}

/// A block that is being taken in.
pub(super) struct Taking {
    input: Arc<str>,
    bytes: u64,
    records: std::vec::IntoIter<Shaped>,
    /// The record whose lines are being made: one that is divided may make far more than the memory holds.
    current: Option<Passed>,
    quarantined: bool,
}

impl Taking {
    fn new(shaping: Shaping, records: Vec<Shaped>) -> Self {
        let Shaping { input, bytes, .. } = shaping;
        Self { input, bytes, records: records.into_iter(), current: None, quarantined: false }
    }
}

impl Run<'_> {
    /// Gives a block to be shaped.
    pub(super) fn shape(&mut self, block: Block) {
        self.let_silence_pass();
        let shaper = self.shaper.clone();
        let received_at = self.clock.now().as_millisecond();
        let (input, bytes) = (block.input.clone(), block.text.len() as u64);
        let work = tokio::task::spawn_blocking(move || shaper.shape_all(&block, received_at));
        self.shaping.push_back(Shaping { input, bytes, work });
    }

    /// Begins to take in a block that is shaped.
    pub(super) fn take_in(&mut self, shaping: Shaping, records: Vec<Shaped>) {
        self.taking = Some(Taking::new(shaping, records));
        self.go_on();
    }

    /// Goes on taking in a block, until it is done or a file has closed, which is to be uploaded first.
    pub(super) fn go_on(&mut self) {
        let Some(mut taking) = self.taking.take() else { return };
        while self.closed.is_empty() {
            if let Some(Passed { arrival, way, drafts }) = &mut taking.current {
                match drafts.next() {
                    Some(draft) => {
                        let lines = self.batcher.receive(*arrival, way, Some(draft));
                        self.fill_files(lines);
                    }
                    None => taking.current = None,
                }
                continue;
            }
            // What was read ahead of a line that ends the run counts as unread.
            let is_over = self.summary.halt == Some(Halt::FailFast) || self.summary.fault.is_some();
            let Some(record) = taking.records.next().filter(|_| !is_over) else { return self.taken(taking) };
            self.book(&mut taking, record);
            self.mind_the_books();
        }
        self.taking = Some(taking);
    }

    /// Books what became of a record, in its turn.
    fn book(&mut self, taking: &mut Taking, record: Shaped) {
        self.summary.records += 1;
        self.books.ledger.received += record.events;
        let place = Place { input: taking.input.clone(), line: record.line };
        self.summary.unread_from = Some(Place { line: place.line + 1, ..place.clone() });
        for (setting, events, count) in record.filtered {
            self.books.filter(&place, setting, events, count);
        }
        for (setting, nodes) in record.removed {
            self.books.remove(&place, setting, nodes);
        }
        for (flag, events) in record.flags {
            self.books.flag(&place, flag, events);
        }
        // What cannot be kept has no fate yet: it stays pending.
        let mut unkept = None;
        for entry in &record.quarantined {
            if let Err(error) = self.quarantine.put(entry) {
                self.fail(EngineError::Quarantine(error));
                *unkept.get_or_insert(0) += entry.events;
                continue;
            }
            self.books.quarantine(entry);
            self.observer.observe(Event::Quarantined(entry));
            taking.quarantined = true;
        }
        if self.fail_fast && !record.quarantined.is_empty() {
            self.halt(Halt::FailFast);
        }
        let drafts = record.passed.as_ref().map(|passed| &passed.drafts);
        let weight = drafts.map_or(0, Drafts::weight) + unkept.unwrap_or(0);
        let portions = drafts.map_or(0, Drafts::count) + usize::from(unkept.is_some());
        self.outstanding.open(record.sequence, place, portions, weight);
        self.held += weight;
        if let Some(Passed { arrival, way, drafts }) = &record.passed
            && drafts.count() == 0
        {
            // Nothing of it is forwarded, but time passes and its session may end.
            let lines = self.batcher.receive(*arrival, way, None);
            self.fill_files(lines);
        }
        taking.current = record.passed;
    }

    /// Lets a block go.
    fn taken(&mut self, taking: Taking) {
        self.observer.observe(Event::Read { bytes: taking.bytes });
        if !taking.quarantined || self.flush_quarantine() {
            self.acknowledge();
        }
    }
}

/// Takes the oldest block out once it is shaped; never ready while there is none.
pub(super) async fn front(shaping: &mut VecDeque<Shaping>) -> (Shaping, Result<Vec<Shaped>, JoinError>) {
    if let Some(oldest) = shaping.front_mut() {
        let records = (&mut oldest.work).await;
        if let Some(oldest) = shaping.pop_front() {
            return (oldest, records);
        }
    }
    std::future::pending().await
}
