//! The books of a run: each fate is counted and, if there is a journal, entered there.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use super::{Carriage, Flag, Indices, Journal, Ledger, LedgerEntry};
use crate::forward::batch::Carried;
use crate::forward::outstanding::{Outstanding, Place};
use crate::forward::quarantine::Quarantined;
use crate::settings::SettingId;

/// Keeps the ledger. Every method fails only if the journal does.
#[derive(Default)]
pub(crate) struct Books<'a> {
    pub(crate) ledger: Ledger,
    /// How often each flag was raised: once a line, or once an event or batch.
    pub(crate) flags: BTreeMap<Flag, u64>,
    journal: Option<&'a mut dyn Journal>,
}

impl<'a> Books<'a> {
    pub(crate) fn open(journal: Option<&'a mut dyn Journal>, now: Timestamp) -> io::Result<Self> {
        let mut books = Self { journal, ..Self::default() };
        books.enter(|| LedgerEntry::Begun { version: env!("CARGO_PKG_VERSION").into(), at: now.to_string() })?;
        Ok(books)
    }

    pub(crate) fn filter(&mut self, at: &Place, setting: SettingId, events: Indices, count: u64) -> io::Result<()> {
        self.ledger.filter(setting, count);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Filtered { input, line, events, count, setting: setting.as_str().into() })
    }

    pub(crate) fn quarantine(&mut self, entry: &Quarantined) -> io::Result<()> {
        self.ledger.quarantined += entry.events;
        self.enter(|| LedgerEntry::Quarantined {
            input: entry.input.as_str().into(),
            line: entry.line,
            events: entry.event.into_iter().collect(),
            count: entry.events,
            reason: entry.reason.as_str().into(),
        })
    }

    pub(crate) fn remove(&mut self, at: &Place, setting: SettingId, nodes: u64) -> io::Result<()> {
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Removed { input, line, setting: setting.as_str().into(), nodes })
    }

    pub(crate) fn flag(&mut self, at: &Place, flag: Flag, events: Indices) -> io::Result<()> {
        *self.flags.entry(flag).or_default() += events.len().max(1);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.enter(|| LedgerEntry::Flagged { input, line, events, flag })
    }

    /// Books what an object carries, line by line. What it stands for must not be settled in `outstanding` yet.
    pub(crate) fn deliver(
        &mut self,
        key: &str,
        lines: &[Carried],
        is_confirmed: bool,
        outstanding: &Outstanding,
    ) -> io::Result<()> {
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
                })?;
            }
        }
        Ok(())
    }

    /// Books what is left, and makes everything durable.
    pub(crate) fn close(&mut self, outstanding: &Outstanding) -> io::Result<()> {
        for (at, count) in outstanding.pending() {
            self.enter(|| LedgerEntry::Pending { input: at.input.as_ref().into(), line: at.line, count })?;
        }
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.flush())
    }

    fn enter<'e>(&mut self, entry: impl FnOnce() -> LedgerEntry<'e>) -> io::Result<()> {
        self.journal.as_mut().map_or(Ok(()), |journal| journal.enter(&entry()))
    }
}
