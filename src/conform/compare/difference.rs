//! Finds the differences of two documents, and the broken clauses.

use crate::conform::document::{Text, Value};
use crate::conform::expect::{ExpectedLine, event_type, governing_setting, is_known_type};
use crate::contract::clause::DELIVERY;
use crate::json;
use crate::report::model::counted;
use crate::settings::{Connection, SettingId};

use super::pairing::event_id;

/// One difference. Values are masked: only kinds and lengths are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) clause: &'static str,
    pub(super) setting: Option<SettingId>,
    pub(super) pointer: String,
    /// The expected and the found value.
    pub(super) expected: String,
    pub(super) found: String,
}

/// All differences between an observed document and the expected line.
pub(super) fn differences(
    line: &ExpectedLine,
    expected: &Value,
    observed: &Value,
    connection: &Connection,
    any_receipt: bool,
) -> Vec<Difference> {
    let mut walk = Walk { connection, added: &line.added, any_receipt, found: Vec::new() };
    walk.node("", expected, observed);
    walk.found
}

struct Walk<'a> {
    connection: &'a Connection,
    added: &'a [&'static str],
    /// Whether any digits are accepted as the top-level timestamp.
    any_receipt: bool,
    found: Vec<Difference>,
}

impl Walk<'_> {
    fn report(
        &mut self,
        (clause, setting): (&'static str, Option<SettingId>),
        pointer: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        let (expected, found) = (expected.into(), found.into());
        self.found.push(Difference { clause, setting, pointer: pointer.to_owned(), expected, found });
    }

    fn node(&mut self, pointer: &str, expected: &Value, observed: &Value) {
        if expected == observed {
            return;
        }
        match (expected, observed) {
            (Value::Object(expected), Value::Object(observed)) => self.object(pointer, expected, observed),
            (Value::Array(expected), Value::Array(observed)) if pointer == "/events" => self.events(expected, observed),
            (Value::Array(expected), Value::Array(observed)) => self.array(pointer, expected, observed),
            _ if pointer == "/timestamp_unixtime_ms" && self.any_receipt && is_digits(observed) => {}
            _ => self.value(pointer, expected, observed),
        }
    }

    fn object(&mut self, pointer: &str, expected: &[(Text, Value)], observed: &[(Text, Value)]) {
        let find = |members: &[(Text, Value)], key: &str| members.iter().position(|(name, _)| *name == *key);
        for (key, value) in expected {
            let child = json::member(pointer, key);
            match find(observed, key) {
                Some(index) => self.node(&child, value, &observed[index].1),
                None => self.missing(&child, value),
            }
        }
        for (key, value) in observed {
            if find(expected, key).is_none() {
                self.extra(&json::member(pointer, key), value);
            }
        }
        let is_free = |key: &str| {
            let child = json::member(pointer, key);
            self.added.iter().any(|added| child == *added || child.starts_with(&format!("{added}/")))
        };
        let order = |of: &[(Text, Value)], other: &[(Text, Value)]| {
            let kept = of.iter().map(|(key, _)| key).filter(|key| find(other, key).is_some() && !is_free(key));
            kept.cloned().collect::<Vec<_>>()
        };
        if order(expected, observed) != order(observed, expected) {
            self.report(("DTO-4", None), pointer, "the keys in the order of the input", "another order");
        }
    }

    fn array(&mut self, pointer: &str, expected: &[Value], observed: &[Value]) {
        for (index, (expected, observed)) in expected.iter().zip(observed).enumerate() {
            self.node(&format!("{pointer}/{index}"), expected, observed);
        }
        if expected.len() != observed.len() {
            let counted = |of: &[Value]| counted(of.len(), "element", "elements");
            self.report(self.form_or(pointer, "DTO-4"), pointer, counted(expected), counted(observed));
        }
    }

    /// Events are matched by their ids, so that a missing event does not make all others differ.
    fn events(&mut self, expected: &[Value], observed: &[Value]) {
        let mut taken = vec![false; observed.len()];
        let mut order = Vec::new();
        for (place, event) in expected.iter().enumerate() {
            let id = event_id(event);
            let same = |other: usize| observed[other] == *event;
            let free = |other: &usize| !taken[*other];
            let candidates = (0..observed.len()).filter(free).collect::<Vec<_>>();
            let twin = candidates
                .iter()
                .copied()
                .find(|other| same(*other))
                .or_else(|| candidates.iter().copied().find(|other| id.is_some() && event_id(&observed[*other]) == id))
                .or_else(|| candidates.iter().copied().find(|other| id.is_none() && alike(event, &observed[*other])));
            match twin {
                Some(other) => {
                    taken[other] = true;
                    order.push(other);
                    self.node(&format!("/events/{other}"), event, &observed[other]);
                }
                None => {
                    let setting = kind(event).and_then(|kind| governing_setting(kind, self.connection));
                    let known = kind(event).is_some_and(|kind| is_known_type(kind, self.connection));
                    let clause = if known { DELIVERY } else { "SET-1" };
                    let setting = setting.map(|(setting, _)| setting);
                    self.report((clause, setting), "/events", "every event of the batch", format!("no event {place}"));
                }
            }
        }
        for (other, _) in taken.iter().enumerate().filter(|(_, taken)| !**taken) {
            let pointer = format!("/events/{other}");
            let event = &observed[other];
            match kind(event).and_then(|kind| governing_setting(kind, self.connection)) {
                Some((setting, false)) => {
                    let cause = (setting.as_str(), Some(setting));
                    self.report(cause, &pointer, "no event that this setting filters", "one");
                }
                _ if event_id(event).is_some() && expected.iter().any(|e| event_id(e) == event_id(event)) => {
                    self.report((DELIVERY, None), &pointer, "every event once", "the event a second time");
                }
                _ => {
                    self.report((DELIVERY, None), &pointer, "events of this batch", "an event that is not in its input")
                }
            }
        }
        if !order.is_sorted() {
            self.report(("DTO-4", None), "/events", "the events in the order of the input", "another order");
        }
    }

    fn missing(&mut self, pointer: &str, expected: &Value) {
        self.report(self.cause_of_presence(pointer), pointer, expected.kind(), "nothing");
    }

    fn extra(&mut self, pointer: &str, observed: &Value) {
        self.report(self.cause_of_presence(pointer), pointer, "nothing", observed.kind());
    }

    /// The clause and the setting that decide whether a member exists.
    fn cause_of_presence(&self, pointer: &str) -> (&'static str, Option<SettingId>) {
        match (self.owner(pointer), pointer) {
            (Some(setting), _) => (setting.as_str(), Some(setting)),
            (None, "/ip" | "/schema_version" | "/timestamp_unixtime_ms") => (self.form().0, None),
            (None, _) => (self.form_or(pointer, "DTO-4").0, None),
        }
    }

    /// The setting that decides whether a member exists.
    fn owner(&self, pointer: &str) -> Option<SettingId> {
        let exclusion = &self.connection.metadata_field_exclusion;
        let excluded = exclusion.device_name && pointer == "/device_info/device"
            || exclusion.ip_address && self.connection.raw_data_feed && pointer == "/ip"
            || exclusion.pointers.iter().any(|excluded| excluded.to_string() == pointer);
        Some(match pointer {
            _ if excluded => SettingId::MetadataFieldExclusion,
            "/consent_state" => SettingId::IncludeConsentState,
            "/mp_deviceid" => SettingId::IncludeMpDeviceid,
            "/application_info" | "/device_info" | "/source_info" => SettingId::IncludeMetadata,
            "/unique_id" if self.connection.unique_id.is_some() => SettingId::UniqueId,
            "/context/location" => SettingId::IncludeEventBatchLocation,
            "/context" if self.added.contains(&"/context") => SettingId::IncludeEventBatchLocation,
            _ if is_event_location(pointer) => SettingId::IncludeLocationInformation,
            _ => return None,
        })
    }

    /// The clause of the form that the settings select.
    fn form(&self) -> (&'static str, Option<SettingId>) {
        if self.connection.raw_data_feed { ("DTO-2", Some(SettingId::RawDataFeed)) } else { ("DTO-1", None) }
    }

    /// The form's clause for identities, else `clause`.
    fn form_or(&self, pointer: &str, clause: &'static str) -> (&'static str, Option<SettingId>) {
        if pointer.starts_with("/user_identities") { self.form() } else { (clause, None) }
    }

    fn value(&mut self, pointer: &str, expected: &Value, observed: &Value) {
        let cause = match (expected, observed) {
            (Value::Number(a), Value::Text(b)) | (Value::Text(b), Value::Number(a)) if **b == **a => self.form(),
            (Value::Array(_), Value::Object(_)) | (Value::Object(_), Value::Array(_)) => self.form_or(pointer, "DTO-4"),
            _ if pointer == "/unique_id" && self.connection.unique_id.is_some() => {
                (SettingId::UniqueId.as_str(), Some(SettingId::UniqueId))
            }
            _ if pointer.starts_with("/context/location") && self.connection.include_event_batch_location => {
                let setting = SettingId::IncludeEventBatchLocation;
                (setting.as_str(), Some(setting))
            }
            _ => ("DTO-4", None),
        };
        self.report(cause, pointer, masked(expected), masked(observed));
    }
}

fn kind(event: &Value) -> Option<&str> {
    event_type(event)
}

/// Whether two events without ids are probably the same one.
fn alike(expected: &Value, observed: &Value) -> bool {
    event_id(observed).is_none() && kind(expected) == kind(observed)
}

fn is_digits(value: &Value) -> bool {
    value.as_text().is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_event_location(pointer: &str) -> bool {
    pointer.starts_with("/events/") && pointer.ends_with("/data/location")
}

fn masked(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("a string of {} characters", text.chars().count()),
        Value::Number(spelling) => format!("a number of {} characters", spelling.len()),
        other => other.kind().to_owned(),
    }
}
