//! What must come of an input: which lines, and the fate of every event.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::event::{event_type, governing_setting};
use super::line::{ExpectedLine, Frame};
use super::{integers, location, projection};
use crate::conform::document::{Value, parse};
use crate::settings::{SettingId, Settings};

/// All that must come of an input, and the fate of every event of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expectation {
    /// The events received; a batch without events, and a line that cannot be read, counts as one.
    pub received: u64,
    /// The lines to be written, in the order of the input.
    pub lines: Vec<ExpectedLine>,
    /// The events that a setting takes out.
    pub filtered: Vec<Filtered>,
    /// What cannot be forwarded, and why.
    pub quarantined: Vec<Quarantined>,
}

/// An event, or a batch without events, that a setting takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filtered {
    /// The input line, counted from 0.
    pub input: usize,
    /// Its place in that line's `events`; `None` is the batch itself.
    pub event: Option<usize>,
    /// The setting.
    pub setting: SettingId,
}

/// An event or a whole line that cannot be forwarded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The input line, counted from 0.
    pub input: usize,
    /// Its place in that line's `events`; `None` is the whole line.
    pub event: Option<usize>,
    /// How many events this takes along, at least one.
    pub events: u64,
    /// Why.
    pub reason: String,
}

impl Expectation {
    /// Works out what must come of `lines` (without their newlines), received at `received_at`.
    pub fn of<'a>(
        lines: impl IntoIterator<Item = &'a [u8]>,
        settings: &Settings,
        received_at: Timestamp,
    ) -> Expectation {
        let mut expectation = Self::default();
        for (input, line) in lines.into_iter().enumerate() {
            expectation.receive(input, line, settings, received_at);
        }
        expectation
    }

    /// How many events each setting takes out.
    pub fn filtered_by(&self) -> BTreeMap<SettingId, u64> {
        let mut counts = BTreeMap::new();
        for filtered in &self.filtered {
            *counts.entry(filtered.setting).or_default() += 1;
        }
        counts
    }

    /// How many events the lines hold; a line without events that came without events counts as one.
    pub fn written(&self) -> u64 {
        let lost: u64 = self.quarantined.iter().map(|quarantined| quarantined.events).sum();
        self.received - lost - self.filtered.len() as u64
    }

    fn receive(&mut self, input: usize, line: &[u8], settings: &Settings, received_at: Timestamp) {
        let quarantine = |reason: String| Quarantined { input, event: None, events: 1, reason };
        let bound = settings.engine.max_line_bytes;
        let admissible = if line.len() as u64 > bound {
            Err(format!("the line is longer than {bound} bytes"))
        } else {
            std::str::from_utf8(line).map_err(|error| error.to_string())
        };
        let batch =
            admissible.and_then(|text| parse(text).map_err(|error| error.to_string())).and_then(|batch| {
                match (&batch, batch.get("events")) {
                    (Value::Object(_), None | Some(Value::Null | Value::Array(_))) => Ok(batch),
                    (Value::Object(_), _) => Err("`events` is not an array".to_owned()),
                    _ => Err("the line is not an object".to_owned()),
                }
            });
        match batch {
            Ok(batch) => self.receive_batch(input, batch, settings, received_at),
            Err(reason) => {
                self.received += 1;
                self.quarantined.push(quarantine(reason));
            }
        }
    }

    fn receive_batch(&mut self, input: usize, mut batch: Value, settings: &Settings, received_at: Timestamp) {
        let connection = &settings.connection;
        let mut frame = Frame::of(input, &batch, settings, received_at);
        let events = match batch.get_mut("events") {
            Some(Value::Array(events)) => std::mem::take(events),
            _ => Vec::new(),
        };
        let count = events.len().max(1) as u64;
        self.received += count;

        let mut kept: Vec<(usize, Value)> = Vec::new();
        let (mut filtered, mut quarantined) = (Vec::new(), Vec::new());
        for (index, event) in events.into_iter().enumerate() {
            match event_type(&event).map(|kind| governing_setting(kind, connection)) {
                Err(fault) => {
                    let reason = fault.to_string();
                    quarantined.push(Quarantined { input, event: Some(index), events: 1, reason });
                }
                Ok(Some((setting, false))) => filtered.push(Filtered { input, event: Some(index), setting }),
                Ok(_) => kept.push((index, event)),
            }
        }
        let came_empty = kept.is_empty() && filtered.is_empty() && quarantined.is_empty();
        let batch_location = location::of_batch(&batch, kept.iter().map(|(_, event)| event));
        match projection::project(&mut batch, connection, batch_location, frame.received_ms) {
            Ok(added) => frame.added = added,
            Err(reason) => {
                self.quarantined.push(Quarantined { input, event: None, events: count, reason: reason.to_owned() });
                return;
            }
        }
        self.filtered.append(&mut filtered);
        self.quarantined.append(&mut quarantined);
        kept.iter_mut().for_each(|(_, event)| shape_event(event, settings));

        if kept.is_empty() && !connection.send_batches_without_events {
            if came_empty {
                self.filtered.push(Filtered { input, event: None, setting: SettingId::SendBatchesWithoutEvents });
            }
        } else if kept.is_empty() {
            self.lines.push(frame.line(batch, Vec::new()));
        } else if connection.send_as_batch {
            // The place for windows and sessions (BAT-1, BAT-2): until then a received batch is a window of its own.
            let (places, events) = kept.into_iter().unzip();
            batch.set("events", Value::Array(events));
            self.lines.push(frame.line(batch, places));
        } else {
            for (place, event) in kept {
                let mut alone = batch.clone();
                alone.set("events", Value::Array(vec![event]));
                self.lines.push(frame.line(alone, vec![place]));
            }
        }
    }
}

fn shape_event(event: &mut Value, settings: &Settings) {
    let Ok(kind) = event_type(event).map(str::to_owned) else { return };
    let Some(data) = event.get_mut("data") else { return };
    if !settings.connection.include_location_information {
        location::remove(&kind, data);
    }
    if !settings.connection.raw_data_feed {
        integers::of_event(&kind, data);
    }
}
