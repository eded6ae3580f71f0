//! The books of a run: each fate is counted and, if there is a journal, entered there.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use super::{Carriage, Flag, Indices, Journal, Ledger, LedgerEntry};
use crate::forward::batch::Carried;
use crate::forward::outstanding::{Outstanding, Place};
use crate::forward::quarantine::Quarantined;
use crate::settings::SettingId;

/// Keeps the ledger. A journal that breaks is told from no more, and counting goes on: what is in the bucket by then has to be
/// reported.
#[derive(Default)]
pub(crate) struct Books<'a> {
    pub(crate) ledger: Ledger,
    /// How often each flag was raised: once a line, or once an event or batch.
    pub(crate) flags: BTreeMap<Flag, u64>,
    /// Events of objects whose entries the journal has not, or not all.
    pub(crate) untold: u64,
    journal: Option<&'a mut dyn Journal>,
    fault: Option<io::Error>,
    is_broken: bool,
}

impl<'a> Books<'a> {
    pub(crate) fn open(journal: Option<&'a mut dyn Journal>, now: Timestamp) -> Self {
        let mut books = Self { journal, ..Self::default() };
        books.enter(|| LedgerEntry::Begun { version: env!("CARGO_PKG_VERSION").into(), at: now.to_string() });
        books
    }

    /// Why the journal broke, the first time that this is asked.
    pub(crate) fn take_fault(&mut self) -> Option<io::Error> {
        self.fault.take()
    }

    pub(crate) fn filter(&mut self, at: &Place, setting: SettingId, events: Indices, count: u64) {
        self.ledger.filter(setting, count);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Filtered { input, line, events, count, setting: setting.as_str().into() })
    }

    pub(crate) fn quarantine(&mut self, entry: &Quarantined) {
        self.ledger.quarantined += entry.events;
        self.enter(|| LedgerEntry::Quarantined {
            input: entry.input.as_str().into(),
            line: entry.line,
            events: entry.event.into_iter().collect(),
            count: entry.events,
            reason: entry.reason.as_str().into(),
        })
    }

    pub(crate) fn remove(&mut self, at: &Place, setting: SettingId, nodes: u64) {
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Removed { input, line, setting: setting.as_str().into(), nodes })
    }

    pub(crate) fn flag(&mut self, at: &Place, flag: Flag, events: Indices) {
        *self.flags.entry(flag).or_default() += events.len().max(1);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Flagged { input, line, events, flag })
    }

    /// Books what an object carries, line by line. What it stands for must not be settled in `outstanding` yet.
    pub(crate) fn deliver(&mut self, key: &str, lines: &[Carried], is_confirmed: bool, outstanding: &Outstanding) {
        for (object_line, carried) in (1..).zip(lines) {
            let fate = if is_confirmed { &mut self.ledger.written } else { &mut self.ledger.unconfirmed };
            *fate += carried.weight();
            for flag in &carried.flags {
                *self.flags.entry(*flag).or_default() += 1;
            }
            for portion in &carried.portions {
                let Some(at) = outstanding.place(portion.sequence) else { continue };
                self.enter(|| {
                    let carriage = Carriage {
                        input: at.input.as_ref().into(),
                        line: at.line,
                        events: portion.events.clone(),
                        count: portion.weight,
                        object: key.into(),
                        object_line,
                        flags: carried.flags.clone(),
                    };
                    match is_confirmed {
                        true => LedgerEntry::Written(carriage),
                        false => LedgerEntry::Unconfirmed(carriage),
                    }
                });
            }
        }
        // An object whose entries are still in memory when the disk is full would be told of by nobody.
        self.mind_journal(|journal| journal.flush());
        if self.is_broken {
            self.untold += lines.iter().map(Carried::weight).sum::<u64>();
        }
    }

    /// Books what is left, and makes everything durable.
    pub(crate) fn close(&mut self, outstanding: &Outstanding) {
        for (at, count) in outstanding.pending() {
            self.enter(|| LedgerEntry::Pending { input: at.input.as_ref().into(), line: at.line, count });
        }
        self.mind_journal(|journal| journal.sync());
    }

    fn enter<'e>(&mut self, entry: impl FnOnce() -> LedgerEntry<'e>) {
        self.mind_journal(|journal| journal.enter(&entry()));
    }

    fn mind_journal(&mut self, act: impl FnOnce(&mut dyn Journal) -> io::Result<()>) {
        let Some(journal) = self.journal.as_deref_mut() else { return };
        if let Err(error) = act(journal) {
            self.journal = None;
            self.is_broken = true;
            self.fault = Some(error);
        }
    }
}
