//! Computes the expected result of an input: the lines, and the fate of every event.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::event::{event_type, governing_setting};
use super::folder::integer;
use super::gathering::{self, Gathering, Key};
use super::line::ExpectedLine;
use super::part::{Part, Source, app_name};
use super::windows::Windows;
use super::{integers, location, projection};
use crate::conform::document::{Value, parse};
use crate::settings::{SettingId, Settings};

/// The expected result of an input: the lines, and the fate of every event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The number of received events. A batch without events and a line that cannot be read count as one event.
    pub received: u64,
    /// The expected lines, in the order in which they are ready.
    pub lines: Vec<ExpectedLine>,
    /// The events that a setting filters.
    pub filtered: Vec<Filtered>,
    /// The events and lines that cannot be forwarded, with the reasons.
    pub quarantined: Vec<Quarantined>,
}

/// An event, or a batch without events, that a setting filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filtered {
    /// The input line, counted from 0.
    pub input: usize,
    /// The index in that line's `events`; `None` for the batch itself.
    pub event: Option<usize>,
    /// The setting.
    pub setting: SettingId,
}

/// An event or a whole line that cannot be forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The input line, counted from 0.
    pub input: usize,
    /// The index in that line's `events`; `None` for the whole line.
    pub event: Option<usize>,
    /// The number of events that are quarantined with it, at least one.
    pub events: u64,
    /// The reason.
    pub reason: String,
}

impl Expectation {
    /// Computes the expected result of `lines` (without their newlines), received at `received_at`. The lines are in
    /// the order of their arrival. A batch arrives at its top-level timestamp, else at the time of receipt.
    pub fn of<'a>(
        lines: impl IntoIterator<Item = &'a [u8]>,
        settings: &Settings,
        received_at: Timestamp,
    ) -> Expectation {
        let (received_ms, windows) = (received_at.as_millisecond(), Windows::new(settings));
        let mut work = Work { settings, received_ms, windows, out: Self::default() };
        for (input, line) in lines.into_iter().enumerate() {
            work.receive(input, line);
        }
        work.windows.end();
        work.write();
        work.out
    }

    /// The number of events that each setting filters.
    pub fn filtered_by(&self) -> BTreeMap<SettingId, u64> {
        let mut counts = BTreeMap::new();
        for filtered in &self.filtered {
            *counts.entry(filtered.setting).or_default() += 1;
        }
        counts
    }

    /// The number of events in the lines. A batch that was received without events counts as one.
    pub fn written(&self) -> u64 {
        let lost: u64 = self.quarantined.iter().map(|quarantined| quarantined.events).sum();
        self.received - lost - self.filtered.len() as u64
    }
}

/// The state of the computation.
struct Work<'a> {
    settings: &'a Settings,
    received_ms: i64,
    windows: Windows<'a>,
    out: Expectation,
}

/// The events of a batch that are neither filtered nor quarantined, each with its index.
type Kept = Vec<(usize, Value)>;

impl Work<'_> {
    fn receive(&mut self, input: usize, line: &[u8]) {
        match read(line, self.settings.engine.max_line_bytes) {
            Ok(batch) => self.receive_batch(input, batch),
            Err(reason) => {
                self.out.received += 1;
                self.out.quarantined.push(Quarantined { input, event: None, events: 1, reason });
            }
        }
        self.write();
    }

    fn receive_batch(&mut self, input: usize, mut batch: Value) {
        let connection = &self.settings.connection;
        let (gathering, key) = gathering::of_batch(&batch, connection);
        let ends = gathering == Gathering::Session && gathering::ends_session(&batch);
        let arrival = batch.get("timestamp_unixtime_ms").and_then(integer).unwrap_or(self.received_ms);
        let app_name = app_name(&batch, self.settings);

        let events = match batch.get_mut("events") {
            Some(Value::Array(events)) => std::mem::take(&mut **events),
            _ => Vec::new(),
        };
        let count = events.len().max(1) as u64;
        let (came_empty, before) = (events.is_empty(), (self.out.filtered.len(), self.out.quarantined.len()));
        self.out.received += count;
        let mut kept = self.filter(input, events);
        let batch_location = location::of_batch(&batch, kept.iter().map(|(_, event)| event));
        let added = match projection::project(&mut batch, connection, batch_location, self.received_ms) {
            Ok(added) => added,
            Err(reason) => {
                self.out.filtered.truncate(before.0);
                self.out.quarantined.truncate(before.1);
                let reason = reason.to_owned();
                self.out.quarantined.push(Quarantined { input, event: None, events: count, reason });
                return;
            }
        };
        kept.iter_mut().for_each(|(_, event)| shape_event(event, self.settings));

        self.windows.arrive(arrival);
        let is_sent = !kept.is_empty() || connection.send_batches_without_events;
        if !is_sent && came_empty {
            let setting = SettingId::SendBatchesWithoutEvents;
            self.out.filtered.push(Filtered { input, event: None, setting });
        }
        let kin = key.as_ref().map(Key::digest);
        let part = |batch: Value, events: Vec<usize>| {
            let mut part = Part::new(batch, Source { input, events }, app_name.clone(), added.clone());
            part.kin = kin;
            part
        };
        if !is_sent {
            // It can still end its session.
        } else if gathering == Gathering::None && !kept.is_empty() {
            for (place, event) in kept {
                let mut alone = batch.clone();
                alone.set("events", Value::Array(vec![event].into()));
                self.windows.alone(part(alone, vec![place]), gathering);
            }
        } else {
            let (places, events): (Vec<_>, Vec<_>) = kept.into_iter().unzip();
            if !events.is_empty() {
                batch.set("events", Value::Array(events.into()));
            }
            match &key {
                Some(key) if gathering != Gathering::None => {
                    self.windows.take(key, arrival, part(batch, places), gathering);
                }
                _ => self.windows.alone(part(batch, places), gathering),
            }
        }
        if let Some(key) = key.filter(|_| ends) {
            self.windows.end_session(&key);
        }
    }

    /// Removes events that are filtered or quarantined.
    fn filter(&mut self, input: usize, events: Vec<Value>) -> Kept {
        let mut kept = Kept::new();
        for (index, event) in events.into_iter().enumerate() {
            match event_type(&event).map(|kind| governing_setting(kind, &self.settings.connection)) {
                Err(fault) => {
                    let reason = fault.to_string();
                    self.out.quarantined.push(Quarantined { input, event: Some(index), events: 1, reason });
                }
                Ok(Some((setting, false))) => self.out.filtered.push(Filtered { input, event: Some(index), setting }),
                Ok(_) => kept.push((index, event)),
            }
        }
        kept
    }

    /// Adds the lines that are ready.
    fn write(&mut self) {
        let ready = self.windows.ready().into_iter();
        self.out.lines.extend(ready.map(|closed| ExpectedLine::of(closed, self.settings, self.received_ms)));
    }
}

/// Parses a line as a batch.
///
/// # Errors
/// The reason of the quarantine.
fn read(line: &[u8], bound: u64) -> Result<Value, String> {
    if line.len() as u64 > bound {
        return Err(format!("the line is longer than {bound} bytes"));
    }
    let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let batch = parse(text).map_err(|error| error.to_string())?;
    // DTO-8: the default in the published schema is accepted in addition to the two names.
    let is_known = |value: &Value| matches!(value.as_text(), Some("development" | "production" | "unknown"));
    if batch.present("environment").is_some_and(|environment| !is_known(environment)) {
        return Err("`environment` is neither development nor production".to_owned());
    }
    match (&batch, batch.get("events")) {
        (Value::Object(_), None | Some(Value::Null | Value::Array(_))) => Ok(batch),
        (Value::Object(_), _) => Err("`events` is not an array".to_owned()),
        _ => Err("the line is not an object".to_owned()),
    }
}

fn shape_event(event: &mut Value, settings: &Settings) {
    let Ok(kind) = event_type(event).map(str::to_owned) else { return };
    let Some(data) = event.get_mut("data") else { return };
    data.renew();
    if !settings.connection.include_location_information {
        location::remove(&kind, data);
    }
    if !settings.connection.raw_data_feed {
        integers::of_event(&kind, data);
    }
}
