//! Computes the expected result of an input: the lines, and the fate of every event.

use std::collections::{BTreeMap, HashMap};

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

/// A line that cannot be forwarded (DTO-9, U-19).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The input line, counted from 0.
    pub input: usize,
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

/// The events of a batch that no setting takes out, each with its place.
type Kept = Vec<(usize, Value)>;

impl Work<'_> {
    fn receive(&mut self, input: usize, line: &[u8]) {
        match read(line, self.settings.engine.max_line_bytes) {
            Ok(batch) => self.receive_batch(input, batch),
            Err(reason) => {
                self.out.received += 1;
                self.out.quarantined.push(Quarantined { input, events: 1, reason });
            }
        }
        self.write();
    }

    fn receive_batch(&mut self, input: usize, mut batch: Value) {
        let connection = &self.settings.connection;
        let shares = gathering::shares(&batch, connection);
        let arrival = batch.get("timestamp_unixtime_ms").and_then(integer).unwrap_or(self.received_ms);
        let app_name = app_name(&batch, self.settings);

        let events = match batch.get_mut("events") {
            Some(Value::Array(events)) => std::mem::take(&mut **events),
            _ => Vec::new(),
        };
        let count = events.len().max(1) as u64;
        let (came_empty, before) = (events.is_empty(), self.out.filtered.len());
        self.out.received += count;
        let kept = self.filter(input, events);
        if let Err(reason) = projection::project(&mut batch.clone(), self.settings, None, self.received_ms) {
            self.out.filtered.truncate(before);
            self.out.quarantined.push(Quarantined { input, events: count, reason: reason.to_owned() });
            return;
        }

        self.windows.arrive(arrival);
        let is_sent = !kept.is_empty() || connection.send_batches_without_events;
        if !is_sent && came_empty {
            let setting = SettingId::SendBatchesWithoutEvents;
            self.out.filtered.push(Filtered { input, event: None, setting });
        }
        let is_empty = kept.is_empty();
        let mut share_of = HashMap::new();
        for (number, share) in shares.iter().enumerate() {
            share_of.extend(share.events.iter().map(|place| (*place, number)));
        }
        let mut owns: Vec<Kept> = shares.iter().map(|_| Kept::new()).collect();
        for (place, event) in kept {
            if let Some(number) = share_of.get(&place) {
                owns[*number].push((place, event));
            }
        }
        for (number, (share, own)) in shares.into_iter().zip(owns).enumerate() {
            let is_alone = share.gathering == Gathering::None;
            let pieces = match is_alone {
                true => own.into_iter().map(|event| vec![event]).collect(),
                false if own.is_empty() => Vec::new(),
                false => vec![own],
            };
            // What has no events goes where the first of them would have gone.
            let pieces = if is_empty && is_sent && number == 0 { vec![Vec::new()] } else { pieces };
            for events in pieces {
                let Some(mut part) = self.part(batch.clone(), input, events, &app_name) else { continue };
                part.kin = share.key.as_ref().map(Key::digest);
                match &share.key {
                    Some(key) if !is_alone => self.windows.take(key, arrival, part, share.gathering),
                    _ => self.windows.alone(part, share.gathering),
                }
            }
            if let Some(key) = share.key.filter(|_| share.ends) {
                self.windows.end_session(&key);
            }
        }
    }

    /// What becomes of a batch with these of its events.
    fn part(&self, mut batch: Value, input: usize, mut events: Kept, app_name: &str) -> Option<Part> {
        let location = location::of_batch(&batch, events.iter().map(|(_, event)| event));
        let added = projection::project(&mut batch, self.settings, location, self.received_ms).ok()?;
        events.iter_mut().for_each(|(_, event)| shape_event(event, self.settings));
        let (places, events): (Vec<_>, Vec<_>) = events.into_iter().unzip();
        if !events.is_empty() {
            batch.set("events", Value::Array(events.into()));
        }
        Some(Part::new(batch, Source { input, events: places }, app_name.to_owned(), added))
    }

    /// Takes out what a setting takes out.
    fn filter(&mut self, input: usize, events: Vec<Value>) -> Kept {
        let mut kept = Kept::new();
        for (index, event) in events.into_iter().enumerate() {
            match event_type(&event).and_then(|kind| governing_setting(kind, &self.settings.connection)) {
                Some((setting, false)) => self.out.filtered.push(Filtered { input, event: Some(index), setting }),
                _ => kept.push((index, event)),
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
    match batch {
        Value::Object(_) => Ok(batch),
        _ => Err("the line is not an object".to_owned()),
    }
}

fn shape_event(event: &mut Value, settings: &Settings) {
    let kind = event_type(event).unwrap_or_default().to_owned();
    let Some(data) = event.get_mut("data") else { return };
    data.renew();
    if !settings.connection.include_location_information {
        location::remove(&kind, data);
    }
    if !settings.connection.raw_data_feed {
        integers::of_event(&kind, data);
    }
}
