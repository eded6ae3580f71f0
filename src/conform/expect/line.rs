//! One received line, and the lines that must come of it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::event::{event_type, governing_setting};
use super::folder::{date_folder, integer};
use super::{integers, location, projection};
use crate::conform::document::{Value, parse};
use crate::contract::object_key::safe_app_name;
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

/// A line that must be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLine {
    /// The input line that it comes from, counted from 0.
    pub input: usize,
    /// The events in it, by their place in that line's `events`.
    pub events: Vec<usize>,
    /// `folder_name` and date folder without a slash at the end; empty for the bucket's root.
    pub folder: String,
    /// The app name as it stands in the name of the file (NAME-1, U-13).
    pub app_name: String,
    /// The line as JSON text, in the key order to be kept.
    pub text: String,
    /// JSON Pointers of what was added or remade: its place among its siblings is free.
    pub added: Vec<&'static str>,
    /// Whether the top-level timestamp is the moment of receipt, which only a fixed clock foretells.
    pub stamped_at_receipt: bool,
    /// Tells documents apart whatever the order of their keys and whatever their top-level timestamp.
    pub(in crate::conform) print: u128,
    /// Tells apart the order of those keys whose place is not free.
    pub(in crate::conform) order: u128,
    /// The top-level timestamp.
    pub(in crate::conform) timestamp: Option<Value>,
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
        let batch = std::str::from_utf8(line)
            .map_err(|error| error.to_string())
            .and_then(|text| parse(text).map_err(|error| error.to_string()))
            .and_then(|batch| match (&batch, batch.get("events")) {
                (Value::Object(_), None | Some(Value::Null | Value::Array(_))) => Ok(batch),
                (Value::Object(_), _) => Err("`events` is not an array".to_owned()),
                _ => Err("the line is not an object".to_owned()),
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
        // The place for windows and sessions (BAT-1, BAT-2): until then a received batch is a window of its own.
        let whole = connection.send_as_batch || connection.wait_for_complete_batch && is_android(&batch);
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
        } else if whole {
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

/// What all lines of one received batch have in common.
struct Frame<'a> {
    input: usize,
    settings: &'a Settings,
    own_timestamp: Option<i64>,
    received_ms: i64,
    added: Vec<&'static str>,
    app_name: String,
}

impl<'a> Frame<'a> {
    /// What is read from the batch as received, before anything is taken from it (U-18).
    fn of(input: usize, received: &Value, settings: &'a Settings, received_at: Timestamp) -> Self {
        Self {
            input,
            settings,
            own_timestamp: received.get("timestamp_unixtime_ms").and_then(integer),
            received_ms: received_at.as_millisecond(),
            added: Vec::new(),
            app_name: app_name(received, settings),
        }
    }

    fn line(&self, document: Value, events: Vec<usize>) -> ExpectedLine {
        let connection = &self.settings.connection;
        let mode = connection.store_data_in_folders_by_date;
        let date = date_folder(mode, &document, self.own_timestamp, self.received_ms);
        let base = connection.folder_name.as_ref().map(|folder| folder.as_str().to_owned());
        ExpectedLine {
            input: self.input,
            events,
            folder: base.into_iter().chain(date).collect::<Vec<_>>().join("/"),
            app_name: self.app_name.clone(),
            text: document.text(),
            added: self.added.clone(),
            stamped_at_receipt: self.added.contains(&"/timestamp_unixtime_ms"),
            timestamp: document.get("timestamp_unixtime_ms").cloned(),
            print: line_print(&document),
            order: line_order(document, &self.added),
        }
    }
}

/// NAME-1: the engine option, else the batch's own name as received (U-18), else `unknown`.
fn app_name(received: &Value, settings: &Settings) -> String {
    let own = || received.get("application_info")?.get("application_name")?.as_text();
    safe_app_name(settings.engine.app_name.as_deref().or_else(own).unwrap_or("unknown"))
}

/// U-22.
fn is_android(received: &Value) -> bool {
    let text = |node: &str, key: &str| received.get(node)?.get(key)?.as_text();
    text("device_info", "platform")
        .or_else(|| text("application_info", "os"))
        .is_some_and(|platform| platform.eq_ignore_ascii_case("android"))
}

/// See [`ExpectedLine::print`].
pub(in crate::conform) fn line_print(document: &Value) -> u128 {
    digest(&document.canonical_without("timestamp_unixtime_ms"))
}

/// See [`ExpectedLine::order`].
pub(in crate::conform) fn line_order(mut document: Value, added: &[&str]) -> u128 {
    for pointer in added {
        match pointer.trim_start_matches('/').split_once('/') {
            None => document.remove(pointer.trim_start_matches('/')),
            Some((node, key)) => document.get_mut(node).is_some_and(|node| node.remove(key)),
        };
    }
    digest(&document.text())
}

fn digest(text: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, text).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}
