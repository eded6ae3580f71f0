//! Batches that were sent, and what of them is in the export.

mod compare;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value};

#[cfg(not(feature = "canary"))]
use compare::compare_values;
#[cfg(feature = "canary")]
pub(crate) use compare::{compare_members, compare_values};

use crate::ndjson::{DEFAULT_MAX_LINE_BYTES, Decoded, Lines};
use crate::report::Validation;
use crate::report::model::{Check, Finding, Findings, Outcome, Place, Report, Severity, counted, duration};
use crate::settings::effect::{FieldMask, filtered_by};
use crate::settings::{Connection, SettingId};

/// The id of the check.
const CHECK: &str = "known-events";

/// The largest number of events that are looked for.
const MOST: usize = 1_000_000;

/// An event that is forwarded later than this after its batch was received is late, in milliseconds: an hour.
const LATE: i64 = 3_600_000;

/// Events that were sent, and where they were found. A validation with [`Options::known`](super::Options::known) looks for
/// them in every admissible line.
#[derive(Debug)]
pub struct Known {
    events: Vec<SentEvent>,
    /// The events with an id, by its name and text.
    by_id: HashMap<String, usize>,
    without_id: u64,
    found: Mutex<BTreeMap<usize, Found>>,
}

#[derive(Debug)]
struct SentEvent {
    place: Place,
    event_type: String,
    /// When its batch was received, else when it happened.
    time: Option<i64>,
    data: Map<String, Value>,
}

/// Where an event was found first.
#[derive(Debug)]
struct Found {
    name: Arc<str>,
    line: u64,
    pointer: String,
    data: Map<String, Value>,
    /// How long after its time it was forwarded, if that is late.
    late: Option<i64>,
}

/// Why a file is no list of batches that were sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KnownError {
    /// It cannot be read.
    #[error("it cannot be read")]
    Read(#[from] io::Error),
    /// A line is no batch.
    #[error("line {line} is no batch: {reason}")]
    Line {
        /// The line.
        line: u64,
        /// Why.
        reason: String,
    },
    /// It has more events than are looked for.
    #[error("it has more than {most} events: divide it", most = MOST)]
    Many,
    /// No event can be recognised.
    #[error("no event has an `event_id`, a `message_id` or a `source_message_id`, so none can be recognised")]
    NoIds,
}

impl Known {
    /// Reads batches as newline-delimited JSON, plain or gzip. `name` is the name of the file in findings.
    ///
    /// # Errors
    /// If it cannot be read, or has no event that can be recognised.
    pub fn read(name: &str, reader: impl Read) -> Result<Self, KnownError> {
        let mut known =
            Self { events: Vec::new(), by_id: HashMap::new(), without_id: 0, found: Mutex::new(BTreeMap::new()) };
        let mut lines = Lines::new(Decoded::new(reader)?, DEFAULT_MAX_LINE_BYTES);
        while let Some(line) = lines.next_line()? {
            let failed = |reason: &str| KnownError::Line { line: line.number, reason: reason.to_owned() };
            if line.bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let batch: Value = serde_json::from_slice(line.bytes).map_err(|error| failed(&error.to_string()))?;
            let members = batch.as_object().ok_or_else(|| failed("it is no object"))?;
            let received = members.get("timestamp_unixtime_ms").and_then(integer);
            let events = members.get("events").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            for (index, event) in events.iter().enumerate() {
                let place = Place {
                    object: Some(name.to_owned()),
                    line: Some(line.number),
                    pointer: Some(format!("/events/{index}")),
                    ..Place::default()
                };
                known.add(event, received, place)?;
            }
        }
        if known.by_id.is_empty() {
            return Err(KnownError::NoIds);
        }
        Ok(known)
    }

    fn add(&mut self, event: &Value, received: Option<i64>, place: Place) -> Result<(), KnownError> {
        let (Some(event_type), Some(data)) = (event["event_type"].as_str(), event["data"].as_object()) else {
            self.without_id += 1;
            return Ok(());
        };
        let ids = ids(data);
        if ids.is_empty() {
            self.without_id += 1;
            return Ok(());
        }
        if self.events.len() >= MOST {
            return Err(KnownError::Many);
        }
        let time = received.or_else(|| data.get("timestamp_unixtime_ms").and_then(integer));
        self.by_id.extend(ids.into_iter().map(|id| (id, self.events.len())));
        self.events.push(SentEvent { place, event_type: event_type.to_owned(), time, data: data.clone() });
        Ok(())
    }

    /// Looks for the events in a line of an input that was forwarded at a time.
    pub(super) fn find(&self, line: &[u8], name: &Arc<str>, number: u64, forwarded_at: Option<Timestamp>) {
        let Ok(batch) = serde_json::from_slice::<Value>(line) else { return };
        let events = batch["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        for (index, event) in events.iter().enumerate() {
            let Some(data) = event["data"].as_object() else { continue };
            let Some(known) = ids(data).iter().find_map(|id| self.by_id.get(id)) else { continue };
            let delay = forwarded_at.zip(self.events[*known].time).map(|(at, time)| at.as_millisecond() - time);
            let found = Found {
                name: name.clone(),
                line: number,
                pointer: format!("/events/{index}"),
                data: data.clone(),
                late: delay.filter(|delay| *delay > LATE),
            };
            let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
            let is_first = all.get(known).is_none_or(|first| (&*found.name, number) < (&*first.name, first.line));
            if is_first {
                all.insert(*known, found);
            }
        }
    }

    /// Adds to a report what was found, altered, late, filtered by a setting, or is missing.
    pub fn add_to(&self, report: &mut Report<Validation>, connection: Option<&Connection>) {
        let all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut found, mut altered, mut late, mut missing) = (0_u64, 0_u64, 0_u64, 0_u64);
        let mut filtered: BTreeMap<SettingId, u64> = BTreeMap::new();
        let mut findings = Findings::default();
        for (index, event) in self.events.iter().enumerate() {
            let Some(arrived) = all.get(&index) else {
                match connection.and_then(|connection| filtered_by(&event.event_type, connection)) {
                    Some(setting) => {
                        *filtered.entry(setting).or_default() += 1;
                        findings.add(is_filtered(event, setting));
                    }
                    None => {
                        missing += 1;
                        findings.add(not_found(event));
                    }
                }
                continue;
            };
            found += 1;
            let place = Place {
                object: Some(arrived.name.as_ref().to_owned()),
                line: Some(arrived.line),
                pointer: Some(arrived.pointer.clone()),
                ..Place::default()
            };
            let before = findings.count();
            let mask = connection.map(|of| FieldMask::of_event_data(of, event.event_type == "crash_report"));
            for (name, sent) in &event.data {
                if mask.as_ref().is_none_or(|mask| mask.member(name).is_none()) {
                    compare_values(
                        CHECK,
                        sent,
                        arrived.data.get(name),
                        &format!("/data/{name}"),
                        &place,
                        &mut findings,
                    );
                }
            }
            altered += u64::from(findings.count() > before);
            if let Some(delay) = arrived.late {
                late += 1;
                let delay = duration(delay.unsigned_abs());
                let finding =
                    Finding::new(CHECK, Severity::Note, "an event was forwarded more than an hour after its batch");
                findings.add(finding.at(Place { found: Some(delay), ..place }).clause("BAT-1"));
            }
        }
        let mut check = Check::new(CHECK, Some("SET-1"), "every event that was sent is there as it was sent");
        check.seen = format!(
            "{}: {found} found, of these {altered} altered and {late} late; {}, {missing} missing",
            counted(self.events.len() as u64, "event", "events"),
            filtered_by_settings(&filtered)
        );
        if self.without_id > 0 {
            check.seen += &format!("; {} without an id, not looked for", self.without_id);
        }
        if altered + missing > 0 {
            check.outcome = Outcome::Fail;
        }
        report.checks.push(check);
        let (findings, unlisted) = findings.into_parts();
        report.findings.extend(findings);
        report.unlisted_findings += unlisted;
    }
}

/// How many events settings filter, and which settings.
fn filtered_by_settings(filtered: &BTreeMap<SettingId, u64>) -> String {
    let all: u64 = filtered.values().sum();
    let settings: Vec<String> = filtered.keys().map(|setting| format!("`{setting}`")).collect();
    match &settings[..] {
        [] => "none filtered by a setting".to_owned(),
        settings => format!("{all} filtered by {}", settings.join(", ")),
    }
}

fn is_filtered(event: &SentEvent, setting: SettingId) -> Finding {
    let message = format!("a {} that was sent is not forwarded, because `{setting}` is off", event.event_type);
    let finding = Finding::new(CHECK, Severity::Note, message).clause(setting.as_str()).at(event.place.clone());
    Finding { setting: Some(setting.to_string()), ..finding }
}

fn not_found(event: &SentEvent) -> Finding {
    let message = format!("a {} that was sent is not in the files that were read", event.event_type);
    let remedy = "Look for it with `explain`: a data plan may block it, or a filter of the connection; or it is in files that were not read.";
    Finding::new(CHECK, Severity::Error, message).clause("SET-1").remedy(remedy).at(event.place.clone())
}

/// What an event can be recognised by. An id that is only zeros stands for none.
fn ids(data: &Map<String, Value>) -> Vec<String> {
    let mark = data.get("custom_attributes").and_then(|attributes| attributes.get("canary"));
    let named = ["event_id", "message_id", "source_message_id"].map(|name| (name, data.get(name)));
    let all = named.into_iter().chain([("mark", mark)]);
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let known = all.filter_map(|(name, value)| Some((name, text(value?)?)));
    known
        .filter(|(_, id)| !id.bytes().all(|byte| matches!(byte, b'0' | b'-')))
        .map(|(name, id)| format!("{name}:{id}"))
        .collect()
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
