//! Converts a batch to its final form: the outbound form (DTO-1), or the inbound form for a raw data feed (DTO-2),
//! without the members that the settings remove. Unchanged parts are copied as text.

use std::fmt::Write as _;
use std::ops::Range;

use super::identities;
use super::object::Object;
use super::received::{Event, Kept, Received, is_valid_location};
use super::rewrite::{is_masked, rewrite};
use super::trace::{Change, Reason, Trace};
use crate::contract::raw::Kind;
use crate::contract::schema::integers::{self, Node};
use crate::json::{Member, Members};
use crate::settings::effect::FieldMask;
use crate::settings::{SettingId, Settings};

/// The version of the outbound form, for batches without one (DTO-1, U-16).
const SCHEMA_VERSION: &str = "2";

/// The settings, prepared once for all batches.
#[derive(Debug)]
pub(crate) struct Projector {
    raw_data_feed: bool,
    keep_ip: bool,
    set_location: bool,
    /// The JSON text of `unique_id`.
    unique_id: Option<String>,
    batch: FieldMask,
    event: FieldMask,
    crash_report: FieldMask,
}

/// A batch ready to be written as lines.
#[derive(Debug)]
pub(crate) struct Projected {
    /// The batch with all its events, on one line.
    text: String,
    /// The events in `text` from the first bracket to the last; `None` if the batch has no array of events.
    list: Option<Range<usize>>,
    /// The events in `text`, if they make several lines.
    events: Vec<(u32, u32)>,
    /// The text around the events with [`SLOT`] for the batch's location, where each line has the location of its own events
    /// (U-32, U-33).
    located: Option<Nodes>,
    is_empty: bool,
}

/// The text before the events of a batch and after them.
#[derive(Debug, Default)]
struct Nodes {
    before: String,
    after: String,
}

/// A placeholder for a location that is filled in later. JSON text never has this character unescaped.
const SLOT: &str = "\0";

/// The members that the outbound form requires and the batch may lack (U-16), and those that the settings add, by name.
const ADDED: [&str; 4] = ["context", "schema_version", "timestamp_unixtime_ms", "unique_id"];

/// What is added to a batch.
#[derive(Clone, Copy)]
struct Additions<'a> {
    location: Option<&'a str>,
    received_at: i64,
    /// Which of [`ADDED`] are added or replaced.
    are_due: [bool; 4],
}

impl Projector {
    pub(crate) fn new(settings: &Settings) -> Self {
        let connection = &settings.connection;
        Self {
            raw_data_feed: connection.raw_data_feed,
            keep_ip: connection.raw_data_feed || settings.engine.keep_ip,
            set_location: connection.include_event_batch_location,
            unique_id: connection.unique_id.as_ref().map(|id| serde_json::Value::from(id.as_str()).to_string()),
            batch: FieldMask::of_batch(connection),
            event: FieldMask::of_event_data(connection, false),
            crash_report: FieldMask::of_event_data(connection, true),
        }
    }

    /// Projects a batch with those of its events that are forwarded. `received_at` is in milliseconds since 1970. If it is
    /// `divided` into several lines, each has a location of its own. The memory of `nodes` is reused.
    /// An error is the reason to quarantine the batch: it cannot be written in the selected form.
    pub(crate) fn project(
        &self,
        received: &Received<'_>,
        kept: &Kept<'_>,
        received_at: i64,
        divided: bool,
        nodes: &mut String,
        trace: &mut impl Trace,
    ) -> Result<Projected, String> {
        let own = self.set_location.then(|| own_location(received)).flatten();
        let of_event =
            || kept.iter().find_map(|event| event.valid_location()).filter(|_| self.set_location && own.is_none());
        let mut located = None;
        let split = match of_event() {
            Some(_) if divided => {
                let split = self.write_nodes(received, Some(SLOT), received_at, nodes, trace)?;
                let (before, after) = nodes.split_at(split);
                located = Some(Nodes { before: before.to_owned(), after: after.to_owned() });
                self.write_nodes(received, None, received_at, nodes, &mut ())?
            }
            of_event => self.write_nodes(received, own.or(of_event), received_at, nodes, trace)?,
        };
        let (before, after) = nodes.split_at(split);
        // Integers become strings, so the events grow by a few quotes.
        let of_events: usize = kept.iter().map(|event| event.text().len() + event.text().len() / 16 + 1).sum();
        let mut text = String::with_capacity(nodes.len() + of_events + 2);
        text.push_str(before);
        let events = Vec::with_capacity(if divided { kept.len() } else { 0 });
        let mut projected = Projected { text: String::new(), list: None, events, located, is_empty: true };
        if received.has_list() {
            let start = text.len();
            text.push('[');
            for event in kept.iter() {
                if !projected.is_empty {
                    text.push(',');
                }
                projected.is_empty = false;
                let start = text.len();
                self.event(&event, &mut text, trace);
                if divided {
                    projected.events.push((position(start), position(text.len())));
                }
            }
            text.push(']');
            projected.list = Some(start..text.len());
            text.push_str(after);
        }
        make_one_line(&mut text);
        projected.text = text;
        Ok(projected)
    }

    /// Replaces `text` by the nodes of a batch, with this location. Returns where its events are to be inserted.
    fn write_nodes(
        &self,
        received: &Received<'_>,
        location: Option<&str>,
        received_at: i64,
        text: &mut String,
        trace: &mut impl Trace,
    ) -> Result<usize, String> {
        text.clear();
        let mut out = Object::new(text);
        let mut split = None;
        let is_outbound = !self.raw_data_feed;
        let are_due = [location.is_some(), is_outbound, is_outbound, self.unique_id.is_some()];
        let mut additions = Additions { location, received_at, are_due };
        for member in received.members {
            let name = member.name();
            trace.enter_member(&name);
            let added = ADDED.iter().position(|added| *added == name).filter(|added| additions.are_due[*added]);
            if name == "events" && member.value.elements().is_some() {
                split = Some(out.key(member.key).len());
            } else {
                self.member(&member, &name, added.map(|_| additions), &mut out, trace)?;
            }
            if let Some(added) = added {
                additions.are_due[added] = false;
            }
            trace.leave();
        }
        for (name, is_due) in ADDED.into_iter().zip(additions.are_due) {
            if is_due {
                trace.enter_member(name);
                trace.change(Change::Added, reason_to_add(name));
                trace.leave();
                self.add(name, additions, out.name(name));
            }
        }
        out.end();
        Ok(split.unwrap_or(text.len()))
    }

    /// Writes the value of one of [`ADDED`].
    fn add(&self, name: &str, additions: Additions<'_>, out: &mut String) {
        // Writing to a text does not fail.
        let _ = match name {
            "context" => write!(out, "{{\"location\":{}}}", additions.location.unwrap_or("null")),
            "schema_version" => out.write_str(SCHEMA_VERSION),
            "timestamp_unixtime_ms" => write!(out, "\"{}\"", additions.received_at),
            _ => out.write_str(self.unique_id.as_deref().unwrap_or("null")),
        };
    }

    /// Writes a member of the batch, unless it is removed. `additions` says what replaces it if it is null.
    fn member(
        &self,
        member: &Member<'_>,
        name: &str,
        additions: Option<Additions<'_>>,
        out: &mut Object<'_>,
        trace: &mut impl Trace,
    ) -> Result<(), String> {
        let mask = self.batch.member(name);
        let value = member.value.text;
        if is_masked(mask, trace) {
            return Ok(());
        }
        if name == "ip" && !self.keep_ip {
            trace.change(Change::Removed, Reason::Clause("DTO-1"));
            return Ok(());
        }
        let is_null = value == "null";
        match additions {
            Some(Additions { location: Some(location), .. })
                if name == "context" && Kind::of(value) == Kind::Object =>
            {
                self.write_context(member.value.members(), location, out.key(member.key), trace);
                return Ok(());
            }
            Some(additions) if is_null || name == "unique_id" => {
                let out = out.key(member.key);
                let start = out.len();
                self.add(name, additions, out);
                if out[start..] != *value {
                    trace.change(Change::Replaced, reason_to_add(name));
                }
                return Ok(());
            }
            _ => {}
        }
        let out = out.key(member.key);
        if name == "user_identities" && !is_null {
            let start = out.len();
            let clause = match self.raw_data_feed {
                true => {
                    out.push_str(&identities::to_map(value)?);
                    "DTO-2"
                }
                false => {
                    identities::write_array(value, out, trace);
                    "U-23"
                }
            };
            if out[start..] != *value {
                trace.change(Change::Converted, Reason::Clause(clause));
            }
        } else {
            rewrite(value, self.form(integers::batch().member(name)), mask, out, trace);
        }
        Ok(())
    }

    fn write_context(&self, members: Members<'_>, location: &str, out: &mut String, trace: &mut impl Trace) {
        let mut object = Object::new(out);
        let mut is_set = false;
        let node = self.form(integers::batch().member("context"));
        for member in members {
            let name = member.name();
            trace.enter_member(&name);
            if name == "location" {
                is_set = true;
                if location != member.value.text {
                    trace.change(Change::Replaced, reason_to_add("context"));
                }
                object.key(member.key).push_str(location);
            } else {
                let inner = node.and_then(|node| node.member(&name));
                // Nothing else is removed from a context.
                rewrite(member.value.text, inner, None, object.key(member.key), trace);
            }
            trace.leave();
        }
        if !is_set {
            trace.enter_member("location");
            trace.change(Change::Added, reason_to_add("context"));
            trace.leave();
            object.name("location").push_str(location);
        }
        object.end();
    }

    fn event(&self, event: &Event<'_>, text: &mut String, trace: &mut impl Trace) {
        trace.changes_of_event(event.index);
        if event.members().is_empty() {
            return text.push_str(event.text());
        }
        let event_type = event.event_type();
        let mask = if event_type == "crash_report" { &self.crash_report } else { &self.event };
        let node = self.form(Some(integers::event_data(&event_type)));
        let mut object = Object::new(text);
        for member in event.members() {
            let out = object.key(member.key);
            if member.is_named("data") && Kind::of(member.value.text) == Kind::Object {
                trace.enter_member("data");
                self.data(member.value.members(), node, mask, out, trace);
                trace.leave();
            } else {
                out.push_str(member.value.text);
            }
        }
        object.end();
    }

    fn data(
        &self,
        members: Members<'_>,
        node: Option<&Node>,
        mask: &FieldMask,
        out: &mut String,
        trace: &mut impl Trace,
    ) {
        let mut object = Object::new(out);
        for member in members {
            let name = member.name();
            let mask = mask.member(&name);
            trace.enter_member(&name);
            if !is_masked(mask, trace) {
                let node = node.and_then(|node| node.member(&name));
                rewrite(member.value.text, node, mask, object.key(member.key), trace);
            }
            trace.leave();
        }
        object.end();
    }

    /// The places where 64-bit integers become strings; none in a raw data feed (U-19).
    fn form<'n>(&self, node: Option<&'n Node>) -> Option<&'n Node> {
        node.filter(|_| !self.raw_data_feed)
    }
}

impl Projected {
    /// Whether the batch has no events left.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether each line has the location of its own events.
    pub(crate) fn needs_location(&self) -> bool {
        self.located.is_some()
    }

    /// The batch with all its events, as one line without its end.
    pub(crate) fn into_line(self) -> String {
        self.text
    }

    /// The batch with the given events of its own, as one line without its end. `location` is that of these events. It must have
    /// been projected to be divided.
    pub(crate) fn line(&self, events: impl Iterator<Item = usize>, location: Option<&str>) -> String {
        let Some(list) = &self.list else { return self.text.clone() };
        let (before, after, location) = match (&self.located, location) {
            (Some(Nodes { before, after }), Some(location)) => (before.as_str(), after.as_str(), location),
            _ => (&self.text[..list.start], &self.text[list.end..], ""),
        };
        let mut line = String::with_capacity(2 * (before.len() + after.len()));
        let push = |line: &mut String, text: &str| match self.located {
            Some(_) => line.push_str(&text.replace(SLOT, location)),
            None => line.push_str(text),
        };
        push(&mut line, before);
        line.push('[');
        for (place, event) in events.enumerate() {
            if place > 0 {
                line.push(',');
            }
            let (start, end) = self.events[event];
            line.push_str(&self.text[start as usize..end as usize]);
        }
        line.push(']');
        push(&mut line, after);
        make_one_line(&mut line);
        line
    }
}

/// A line has at most 1 GiB, and is not twice as long in its final form.
fn position(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The batch's own location, if it is valid (U-21).
fn own_location<'a>(received: &Received<'a>) -> Option<&'a str> {
    let location = received.members.find("context")?.members().find("location")?.text;
    is_valid_location(location).then_some(location)
}

/// A batch from a program may have line breaks between tokens. JSON has them nowhere else.
fn make_one_line(line: &mut String) {
    if memchr::memchr2(b'\n', b'\r', line.as_bytes()).is_some() {
        *line = line.replace(['\n', '\r'], " ");
    }
}

/// Why a missing member is added.
fn reason_to_add(name: &str) -> Reason {
    match name {
        "unique_id" => Reason::Setting(SettingId::UniqueId),
        "context" => Reason::Setting(SettingId::IncludeEventBatchLocation),
        _ => Reason::Clause("U-16"),
    }
}
