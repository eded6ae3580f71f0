//! Makes batches from a quarantine feed to send to mParticle again (section 6 of the contract, SEC-6): data that a data
//! plan blocked becomes inbound batches.
//!
//! By default only blocked events are sent again, without blocked attributes and identities. The text of values is not
//! changed. With the feature `events-api`, `BatchSender` sends them to the Events API, none of them twice.

mod edit;
#[cfg(feature = "events-api")]
mod send;
#[cfg(feature = "events-api")]
mod sent_log;

use std::collections::{BTreeMap, HashSet};

use crate::contract::raw::{self, Member};
use crate::contract::schema::{Edition, Form};
use crate::ndjson;
use crate::validate::{Explainer, LineFault, Validator};

use edit::{object, removed};
#[cfg(feature = "events-api")]
pub use send::{BatchSender, SendCounts, SendError, SendOptions};
#[cfg(feature = "events-api")]
pub use sent_log::SentLog;

/// The largest batch in bytes (LIM-1).
pub const MAX_BATCH_BYTES: usize = 128 * 1024;

/// What to send again in addition to blocked events.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Restore {
    /// Blocked attributes of users and of events. These events were forwarded without the attributes and then arrive
    /// twice.
    pub attributes: bool,
    /// Blocked identities of users and devices.
    pub identities: bool,
}

/// Counts of a replay.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines that were read.
    pub lines: u64,
    /// Lines with nothing to send again.
    pub untouched_lines: u64,
    /// Lines that are not valid batches. Nothing of them is sent.
    pub invalid_lines: u64,
    /// Blocked events that are sent again.
    pub blocked_events: u64,
    /// Events that were forwarded without an attribute and are sent again with it. They arrive twice.
    pub repeated_events: u64,
    /// Blocked event ids without an event on the line.
    pub absent_events: u64,
    /// Blocked attributes and identities that are removed.
    pub removed: u64,
    /// Entries of the block metadata with an unknown structure.
    pub unknown_entries: u64,
    /// Batches that were made.
    pub batches: u64,
    /// Batches that are longer than 128 KiB because of one event. mParticle may refuse them.
    pub oversize_batches: u64,
    /// Batches that the strict inbound schema refuses.
    pub not_strict: u64,
    /// Batches that were held back because they are not strictly valid.
    pub held_back: u64,
}

/// Makes batches from quarantined lines.
#[derive(Debug)]
pub struct Replayer {
    restore: Restore,
    hold_back: bool,
    tolerant: Validator,
    strict: Validator,
    explain: Explainer,
    explain_strict: Explainer,
}

/// A fault of a line or a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Whether nothing of it is sent.
    pub is_error: bool,
    /// The fault. Values of events are masked.
    pub fault: LineFault,
}

/// What a data plan blocked in a batch.
#[derive(Debug, Default)]
struct Blocked<'a> {
    events: HashSet<i64>,
    attributes: BTreeMap<i64, Vec<String>>,
    user_attributes: Vec<String>,
    user_identities: Vec<String>,
    device_identities: Vec<String>,
    unknown: u64,
    metadata: Option<&'a str>,
}

impl Replayer {
    /// Sends blocked events again, and what `restore` selects. With `hold_back`, batches that the strict schema refuses
    /// are not made.
    pub fn new(restore: Restore, hold_back: bool) -> Self {
        let [tolerant, strict] = [false, true].map(|strict| Edition { form: Form::Inbound, strict });
        Self {
            restore,
            hold_back,
            tolerant: Validator::new(tolerant),
            strict: Validator::new(strict),
            explain: Explainer::new(tolerant),
            explain_strict: Explainer::new(strict),
        }
    }

    /// The batches of a line. Each has at most 128 KiB, unless one event is longer, or the members beside the events are so long that
    /// all batches together would have more than 64 MiB of them: then the line makes one batch.
    pub fn batches(&self, line: &[u8], counts: &mut Counts, problems: &mut Vec<Problem>) -> Vec<String> {
        counts.lines += 1;
        let text = match ndjson::check(line) {
            Ok(text) if self.tolerant.check_line(line) => text,
            _ => {
                counts.invalid_lines += 1;
                problems.extend(self.explain.explain(line).into_iter().map(|fault| Problem { is_error: true, fault }));
                return Vec::new();
            }
        };
        let members = raw::members(text).unwrap_or_default();
        let blocked = Blocked::read(&members);
        counts.unknown_entries += blocked.unknown;
        let events = self.chosen(&members, &blocked, counts);
        let restores_user = self.restores_user(&members, &blocked);
        if blocked.metadata.is_none() || events.is_empty() && !restores_user {
            counts.untouched_lines += 1;
            return Vec::new();
        }
        let node = |member: &Member<'_>| self.node(member, &blocked, counts);
        let nodes: Vec<(String, String)> = members.iter().filter_map(node).collect();
        let mut batches = Vec::new();
        for events in portions(&events, nodes.iter().map(|(key, value)| key.len() + value.len() + 2).sum()) {
            let mut batch = nodes.clone();
            batch.push(("\"events\"".to_owned(), format!("[{}]", events.join(","))));
            let batch = object(batch);
            counts.oversize_batches += u64::from(batch.len() > MAX_BATCH_BYTES);
            if !self.strict.check_line(batch.as_bytes()) {
                counts.not_strict += 1;
                counts.held_back += u64::from(self.hold_back);
                let faults = self.explain_strict.explain(batch.as_bytes()).into_iter();
                problems.extend(faults.map(|fault| Problem { is_error: self.hold_back, fault }));
                if self.hold_back {
                    continue;
                }
            }
            counts.batches += 1;
            batches.push(batch);
        }
        batches
    }

    /// The events to send again, without the data that stays blocked.
    fn chosen(&self, members: &[Member<'_>], blocked: &Blocked<'_>, counts: &mut Counts) -> Vec<String> {
        let events = raw::find(members, "events").and_then(raw::elements).unwrap_or_default();
        let mut chosen = Vec::new();
        let mut found = 0;
        for event in events {
            let data = raw::members(event).and_then(|event| raw::find(&event, "data").and_then(raw::members));
            let id = data.and_then(|data| raw::find(&data, "event_id").and_then(raw::int64));
            let attributes = id.and_then(|id| blocked.attributes.get(&id));
            if id.is_some_and(|id| blocked.events.contains(&id)) {
                found += 1;
                counts.blocked_events += 1;
            } else if self.restore.attributes && attributes.is_some() {
                counts.repeated_events += 1;
            } else {
                continue;
            }
            let mut event = event.to_owned();
            let paths = attributes.into_iter().flatten().filter(|_| !self.restore.attributes);
            let paths: Vec<&str> = paths.map(|path| path.trim_start_matches("./")).collect();
            if let Some((without, count)) = removed(&event, &paths) {
                event = without;
                counts.removed += count;
            }
            chosen.push(event);
        }
        counts.absent_events += (blocked.events.len() as u64).saturating_sub(found);
        chosen
    }

    /// Whether data of the user itself is sent again.
    fn restores_user(&self, members: &[Member<'_>], blocked: &Blocked<'_>) -> bool {
        let has = |node, names: &[String]| {
            let node = raw::find(members, node).and_then(raw::members).unwrap_or_default();
            let names: HashSet<&str> = names.iter().map(String::as_str).collect();
            node.iter().any(|member| names.contains(member.name().as_ref()))
        };
        self.restore.attributes && has("user_attributes", &blocked.user_attributes)
            || self.restore.identities && has("user_identities", &blocked.user_identities)
    }

    /// A member of the batch to send; `None` for members that the platform sets again, and for the events.
    fn node(&self, member: &Member<'_>, blocked: &Blocked<'_>, counts: &mut Counts) -> Option<(String, String)> {
        let mut value = member.value.to_owned();
        let mut remove = |names: &[String]| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if let Some((without, count)) = removed(&value, &names) {
                value = without;
                counts.removed += count;
            }
        };
        match member.name().as_ref() {
            "batch_id" | "events" => return None,
            "context" => value = removed(&value, &["data_plan/block_metadata"]).map_or(value, |(value, _)| value),
            "user_attributes" if !self.restore.attributes => remove(&blocked.user_attributes),
            "user_identities" if !self.restore.identities => remove(&blocked.user_identities),
            "device_info" if !self.restore.identities => remove(&blocked.device_identities),
            _ => {}
        }
        Some((member.key.to_owned(), value))
    }
}

impl<'a> Blocked<'a> {
    fn read(members: &[Member<'a>]) -> Self {
        let mut blocked = Self::default();
        let context = raw::find(members, "context").and_then(raw::members).unwrap_or_default();
        let plan = raw::find(&context, "data_plan").and_then(raw::members).unwrap_or_default();
        blocked.metadata = raw::find(&plan, "block_metadata");
        let metadata = blocked.metadata.and_then(raw::members).unwrap_or_default();
        let list = |name| raw::find(&metadata, name).and_then(raw::elements).unwrap_or_default();
        let mut unknown = 0;
        let mut names = |name| {
            let mut names = Vec::new();
            for element in list(name) {
                match raw::string(element) {
                    Some(text) => names.push(text.into_owned()),
                    None => unknown += 1,
                }
            }
            names
        };
        blocked.user_attributes = names("blocked_user_attributes");
        blocked.user_identities = names("blocked_user_identities");
        blocked.device_identities = names("blocked_device_identities");
        for element in list("blocked_event_ids") {
            match raw::int64(element) {
                Some(id) => drop(blocked.events.insert(id)),
                None => unknown += 1,
            }
        }
        for element in list("blocked_event_attributes") {
            let entry = raw::members(element).unwrap_or_default();
            let paths = raw::find(&entry, "event_attributes").and_then(raw::elements).unwrap_or_default();
            let paths = paths.into_iter().filter_map(raw::string).map(|path| path.into_owned());
            match raw::find(&entry, "event_id").and_then(raw::int64) {
                Some(id) => blocked.attributes.entry(id).or_default().extend(paths),
                None => unknown += 1,
            }
        }
        blocked.unknown = unknown;
        blocked
    }
}

/// The events in groups that fit into a batch whose other members have `rest` bytes; one empty group if there are no
/// events.
fn portions(events: &[String], rest: usize) -> Vec<&[String]> {
    let mut portions = Vec::new();
    let (mut start, mut bytes) = (0, rest);
    for (index, event) in events.iter().enumerate() {
        if index > start && bytes + event.len() + FRAME > MAX_BATCH_BYTES {
            portions.push(&events[start..index]);
            (start, bytes) = (index, rest);
        }
        bytes += event.len() + 1;
    }
    portions.push(&events[start..]);
    if rest.saturating_mul(portions.len()) > MOST_REPEATED {
        return vec![events];
    }
    portions
}

/// The largest total of the members that the batches of a line repeat, in bytes.
const MOST_REPEATED: usize = 64 << 20;

/// The bytes of the braces, the brackets and the name of the events.
const FRAME: usize = 16;

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    const LINE: &str = r#"{"environment":"development","batch_id":"-515","timestamp_unixtime_ms":"1599790566900","events":[
        {"event_type":"custom_event","data":{"event_name":"blocked","event_id":"-7778608565459700000","timestamp_unixtime_ms":"1","custom_attributes":{"a":"v","b/c":1}}},
        {"event_type":"custom_event","data":{"event_name":"forwarded","event_id":"8561854144327900000","custom_attributes":{"a":"v"}}},
        {"event_type":"custom_event","data":{"event_name":"other","event_id":"5"}}],
        "user_attributes":{"$gender":"M","$age":"40"},"user_identities":{"customer_id":"u","email":"e"},"device_info":{"ios_idfv":"x","brand":"y"},
        "context":{"data_plan":{"plan_id":"main","block_metadata":{"dto_version":1,"blocked_event_ids":["-7778608565459700000","9"],
        "blocked_event_attributes":[{"event_id":"8561854144327900000","event_attributes":["./data/custom_attributes/a"]},
        {"event_id":"-7778608565459700000","event_attributes":["./data/custom_attributes/b/c"]}],
        "blocked_user_attributes":["$gender"],"blocked_user_identities":["customer_id",{}],"blocked_device_identities":["ios_idfv"]}}}}"#;

    fn replay(restore: Restore) -> (Vec<Value>, Counts) {
        let line = LINE.replace('\n', " ");
        let mut counts = Counts::default();
        let batches = Replayer::new(restore, false).batches(line.as_bytes(), &mut counts, &mut Vec::new());
        (batches.iter().map(|batch| serde_json::from_str(batch).unwrap()).collect(), counts)
    }

    #[test]
    fn blocked_events_are_sent_again_without_what_was_blocked() {
        let (batches, counts) = replay(Restore::default());
        let batch = &batches[0];
        assert_eq!(batches.len(), 1);
        assert_eq!(batch["events"].as_array().unwrap().len(), 1);
        assert_eq!(batch["events"][0]["data"]["event_id"], "-7778608565459700000");
        assert_eq!(batch["events"][0]["data"]["custom_attributes"], serde_json::json!({ "a": "v" }));
        assert_eq!(batch["user_attributes"], serde_json::json!({ "$age": "40" }));
        assert_eq!(batch["user_identities"], serde_json::json!({ "email": "e" }));
        assert_eq!(batch["device_info"], serde_json::json!({ "brand": "y" }));
        assert_eq!(batch["context"], serde_json::json!({ "data_plan": { "plan_id": "main" } }));
        assert!(batch.get("batch_id").is_none());
        assert_eq!((counts.blocked_events, counts.absent_events, counts.removed, counts.unknown_entries), (1, 1, 4, 1));
    }

    #[test]
    fn what_is_restored_by_name_comes_twice_and_is_counted() {
        let (batches, counts) = replay(Restore { attributes: true, identities: true });
        assert_eq!(batches[0]["events"].as_array().unwrap().len(), 2);
        assert_eq!(batches[0]["user_attributes"]["$gender"], "M");
        assert_eq!(batches[0]["user_identities"]["customer_id"], "u");
        assert_eq!((counts.blocked_events, counts.repeated_events, counts.removed), (1, 1, 0));
    }

    #[test]
    fn a_batch_is_divided_at_the_limit() {
        let event = |id: usize| {
            format!(
                r#"{{"event_type":"profile","data":{{"event_id":{id},"custom_attributes":{{"a":"{}"}}}}}}"#,
                "x".repeat(50_000)
            )
        };
        let events: Vec<String> = (0..7).map(event).collect();
        let ids: Vec<String> = (0..7).map(|id| id.to_string()).collect();
        let line = format!(
            r#"{{"environment":"production","events":[{}],"context":{{"data_plan":{{"plan_id":"p","block_metadata":{{"blocked_event_ids":[{}]}}}}}}}}"#,
            events.join(","),
            ids.join(",")
        );
        let mut counts = Counts::default();
        let batches = Replayer::new(Restore::default(), false).batches(line.as_bytes(), &mut counts, &mut Vec::new());
        assert_eq!(batches.len(), 4);
        assert!(batches.iter().all(|batch| batch.len() <= MAX_BATCH_BYTES));
        assert_eq!((counts.blocked_events, counts.oversize_batches), (7, 0));
    }

    /// Bug: the members beside the events were repeated for each event, and a line became gigabytes.
    #[test]
    fn long_members_are_repeated_up_to_a_limit() {
        let long = "x".repeat(MAX_BATCH_BYTES - 500);
        let batches = |count: usize| {
            let event = |id: usize| format!(r#"{{"event_type":"profile","data":{{"event_id":{id}}}}}"#);
            let events = (0..count).map(event).collect::<Vec<_>>().join(",");
            let ids = (0..count).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
            let line = format!(
                r#"{{"environment":"production","user_attributes":{{"a":"{long}"}},"events":[{events}],"context":{{"data_plan":{{"block_metadata":{{"blocked_event_ids":[{ids}]}}}}}}}}"#
            );
            let mut counts = Counts::default();
            let made = Replayer::new(Restore::default(), false).batches(line.as_bytes(), &mut counts, &mut Vec::new());
            (made.len(), counts.oversize_batches)
        };
        let (made, oversize) = batches(40);
        assert!(made > 1 && oversize == 0, "{made}, {oversize}");
        assert_eq!(batches(8_000), (1, 1));
    }
}
