//! Counts each fate of a run and writes it to the ledger, if there is one.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use crate::forward::batch::Carried;
use crate::forward::ledger::{FateCounts, Flag, Indices, LedgerEntry, LedgerSink, Placement};
use crate::forward::quarantine::Quarantined;
use crate::forward::source::Place;
use crate::settings::SettingId;

use super::pending::PendingRecords;

/// Counts fates and writes them to the ledger. If the ledger fails, counting continues, so that the report shows what
/// is in the bucket.
#[derive(Default)]
pub(crate) struct FateRecorder<'a> {
    pub(crate) counts: FateCounts,
    /// The number of times each flag was set: once for a line, or once for an event or batch.
    pub(crate) flags: BTreeMap<Flag, u64>,
    /// Events of objects whose ledger entries are missing or incomplete.
    pub(crate) unrecorded: u64,
    sink: Option<&'a mut dyn LedgerSink>,
    error: Option<io::Error>,
    is_broken: bool,
}

impl<'a> FateRecorder<'a> {
    pub(crate) fn start(sink: Option<&'a mut dyn LedgerSink>, now: Timestamp) -> Self {
        let mut recorder = Self { sink, ..Self::default() };
        recorder.write(|| LedgerEntry::Begun { version: env!("CARGO_PKG_VERSION").into(), at: now.to_string() });
        recorder
    }

    /// Returns once why the ledger failed.
    pub(crate) fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    pub(crate) fn filter(&mut self, at: &Place, setting: SettingId, events: Indices, count: u64) {
        self.counts.filter(setting, count);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.write(|| LedgerEntry::Filtered { input, line, events, count, setting: setting.as_str().into() })
    }

    pub(crate) fn quarantine(&mut self, entry: &Quarantined) {
        self.counts.quarantined += entry.events;
        self.write(|| LedgerEntry::Quarantined {
            input: entry.input.as_str().into(),
            line: entry.line,
            events: Indices::default(),
            count: entry.events,
            reason: entry.reason.as_str().into(),
        })
    }

    pub(crate) fn remove(&mut self, at: &Place, setting: SettingId, nodes: u64) {
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.write(|| LedgerEntry::Removed { input, line, setting: setting.as_str().into(), nodes })
    }

    pub(crate) fn flag(&mut self, at: &Place, flag: Flag, events: Indices) {
        *self.flags.entry(flag).or_default() += events.len().max(1);
        let (input, line) = (at.input.as_ref().into(), at.line);
        self.write(|| LedgerEntry::Flagged { input, line, events, flag })
    }

    /// Records the content of an object, line by line. Its records must not be settled in `outstanding` yet.
    pub(crate) fn deliver(&mut self, key: &str, lines: &[Carried], is_confirmed: bool, pending: &PendingRecords) {
        for (object_line, carried) in (1..).zip(lines) {
            let fate = if is_confirmed { &mut self.counts.written } else { &mut self.counts.unconfirmed };
            *fate += carried.weight();
            for flag in &carried.flags {
                *self.flags.entry(*flag).or_default() += 1;
            }
            for portion in &carried.portions {
                let Some(at) = pending.place(portion.sequence) else { continue };
                self.write(|| {
                    let placement = Placement {
                        input: at.input.as_ref().into(),
                        line: at.line,
                        events: portion.events.clone(),
                        count: portion.weight,
                        object: key.into(),
                        object_line,
                        flags: carried.flags.clone(),
                    };
                    match is_confirmed {
                        true => LedgerEntry::Written(placement),
                        false => LedgerEntry::Unconfirmed(placement),
                    }
                });
            }
        }
        // Flushes now. Otherwise a full disk could lose the entries of this object.
        self.send(|sink| sink.flush());
        if self.is_broken {
            self.unrecorded += lines.iter().map(Carried::weight).sum::<u64>();
        }
    }

    /// Records the remaining events as pending, and makes everything durable. `undelivered` are the objects that were attempted.
    pub(crate) fn finish(&mut self, pending: &mut PendingRecords, undelivered: &[(String, Vec<Carried>)]) {
        for (key, lines) in undelivered {
            for portion in lines.iter().flat_map(|carried| &carried.portions) {
                let (Some(at), count @ 1..) = (pending.list_apart(portion), portion.weight) else { continue };
                let object = Some(key.as_str().into());
                self.write(|| LedgerEntry::Pending { input: at.input.as_ref().into(), line: at.line, count, object });
            }
        }
        for (at, count) in pending.pending() {
            self.write(|| LedgerEntry::Pending { input: at.input.as_ref().into(), line: at.line, count, object: None });
        }
        self.send(|sink| sink.sync());
    }

    fn write<'e>(&mut self, entry: impl FnOnce() -> LedgerEntry<'e>) {
        self.send(|sink| sink.write(&entry()));
    }

    fn send(&mut self, act: impl FnOnce(&mut dyn LedgerSink) -> io::Result<()>) {
        let Some(sink) = self.sink.as_deref_mut() else { return };
        if let Err(error) = act(sink) {
            self.sink = None;
            self.is_broken = true;
            self.error = Some(error);
        }
    }
}
