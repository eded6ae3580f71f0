//! Converts a batch to its final form: the outbound form (DTO-1), or the inbound form for a raw data feed (DTO-2),
//! without the members that the settings remove. Unchanged parts are copied as text.

use super::identities;
use super::object::Object;
use super::received::{Event, Received, is_valid_location};
use super::respell::as_string;
use super::trace::{Change, Reason, Trace};
use crate::contract::raw::{self, Kind, Member};
use crate::contract::schema::integers::{self, Node};
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

/// A batch ready to be written as lines: its nodes, and its events.
#[derive(Debug)]
pub(crate) struct Projected {
    nodes: Nodes,
    /// The same with [`SLOT`] for the batch's location, where each line has the location of its own events (U-32, U-33).
    located: Option<Nodes>,
    /// `None` if the batch has no array of events.
    events: Option<Vec<String>>,
}

/// The text before the events of a batch and after them.
#[derive(Debug)]
struct Nodes {
    before: String,
    after: String,
}

/// A placeholder for a location that is filled in later. JSON text never has this character unescaped.
const SLOT: &str = "\0";

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
    /// `divided` into several lines, each has a location of its own.
    /// An error is the reason to quarantine the batch: it cannot be written in the selected form.
    pub(crate) fn project(
        &self,
        received: &Received<'_>,
        kept: &[Event<'_>],
        received_at: i64,
        divided: bool,
        trace: &mut impl Trace,
    ) -> Result<Projected, String> {
        let own = self.set_location.then(|| own_location(received)).flatten();
        let of_event = || kept.iter().find_map(Event::valid_location).filter(|_| self.set_location && own.is_none());
        let (nodes, located) = match of_event() {
            Some(_) if divided => {
                let nodes = self.nodes(received, None, received_at, &mut ())?;
                (nodes, Some(self.nodes(received, Some(SLOT), received_at, trace)?))
            }
            of_event => (self.nodes(received, own.or(of_event), received_at, trace)?, None),
        };
        let is_array = raw::find(&received.members, "events").is_some_and(|events| Kind::of(events) == Kind::Array);
        let events = is_array.then(|| kept.iter().map(|event| self.event(event, trace)).collect());
        Ok(Projected { nodes, located, events })
    }

    /// The nodes of a batch, with this location.
    fn nodes(
        &self,
        received: &Received<'_>,
        location: Option<&str>,
        received_at: i64,
        trace: &mut impl Trace,
    ) -> Result<Nodes, String> {
        let mut text = String::new();
        let mut out = Object::new(&mut text);
        let mut before = None;
        // The members that the outbound form requires and the batch may lack (U-16), and those that the settings add.
        let mut missing: Vec<(&str, String)> = Vec::new();
        if !self.raw_data_feed {
            missing.push(("schema_version", SCHEMA_VERSION.to_owned()));
            missing.push(("timestamp_unixtime_ms", format!("\"{received_at}\"")));
        }
        if let Some(id) = &self.unique_id {
            missing.push(("unique_id", id.clone()));
        }
        if let Some(location) = location {
            missing.push(("context", format!("{{\"location\":{location}}}")));
        }

        for member in &received.members {
            let name = member.name();
            trace.enter_member(&name);
            let added = missing.iter().position(|(missing, _)| *missing == name).map(|at| missing.swap_remove(at).1);
            if name == "events" && Kind::of(member.value) == Kind::Array {
                out.key(member.key);
                before = Some(out.take());
            } else {
                self.member(member, &name, added.as_deref(), location, &mut out, trace)?;
            }
            trace.leave();
        }
        missing.sort_unstable();
        for (name, value) in missing {
            trace.enter_member(name);
            trace.change(Change::Added, reason_to_add(name));
            trace.leave();
            out.name(name).push_str(&value);
        }
        out.end();
        Ok(match before {
            Some(before) => Nodes { before, after: text },
            None => Nodes { before: text, after: String::new() },
        })
    }

    /// Writes a member of the batch, unless it is removed. `added` is the value for a missing member.
    fn member(
        &self,
        member: &Member<'_>,
        name: &str,
        added: Option<&str>,
        location: Option<&str>,
        out: &mut Object<'_>,
        trace: &mut impl Trace,
    ) -> Result<(), String> {
        let mask = self.batch.member(name);
        let is_null = member.value == "null";
        if is_masked(mask, trace) {
            return Ok(());
        }
        if name == "ip" && !self.keep_ip {
            trace.change(Change::Removed, Reason::Clause("DTO-1"));
            return Ok(());
        }
        match (added, location) {
            (Some(_), Some(location)) if name == "context" && Kind::of(member.value) == Kind::Object => {
                self.write_context(member, location, out.key(member.key), trace);
                return Ok(());
            }
            (Some(value), _) if is_null || name == "unique_id" => {
                if value != member.value {
                    trace.change(Change::Replaced, reason_to_add(name));
                }
                out.key(member.key).push_str(value);
                return Ok(());
            }
            _ => {}
        }
        if name == "user_identities" && !is_null {
            let (converted, clause) = match self.raw_data_feed {
                true => (identities::to_map(member.value)?, "DTO-2"),
                false => (identities::to_array(member.value, trace), "U-23"),
            };
            if converted != member.value {
                trace.change(Change::Converted, Reason::Clause(clause));
            }
            out.key(member.key).push_str(&converted);
        } else {
            let node = self.form(integers::batch().member(name));
            rewrite(member.value, node, mask, out.key(member.key), trace);
        }
        Ok(())
    }

    fn write_context(&self, context: &Member<'_>, location: &str, out: &mut String, trace: &mut impl Trace) {
        let mut object = Object::new(out);
        let mut is_set = false;
        let node = self.form(integers::batch().member("context"));
        for member in raw::members(context.value).unwrap_or_default() {
            let name = member.name();
            trace.enter_member(&name);
            if name == "location" {
                is_set = true;
                if location != member.value {
                    trace.change(Change::Replaced, reason_to_add("context"));
                }
                object.key(member.key).push_str(location);
            } else {
                let inner = node.and_then(|node| node.member(&name));
                // Nothing else is removed from a context.
                rewrite(member.value, inner, None, object.key(member.key), trace);
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

    fn event(&self, event: &Event<'_>, trace: &mut impl Trace) -> String {
        trace.changes_of_event(event.index);
        if event.members.is_empty() {
            return event.text.to_owned();
        }
        let mask = if event.event_type == "crash_report" { &self.crash_report } else { &self.event };
        let node = self.form(Some(integers::event_data(&event.event_type)));
        // Integers become strings, so the text grows by a few quotes.
        let mut text = String::with_capacity(event.text.len() + event.text.len() / 8);
        let mut object = Object::new(&mut text);
        for member in &event.members {
            let out = object.key(member.key);
            if member.name() == "data" && Kind::of(member.value) == Kind::Object {
                trace.enter_member("data");
                rewrite_members(&event.data, node, Some(mask), out, trace);
                trace.leave();
            } else {
                out.push_str(member.value);
            }
        }
        object.end();
        text
    }

    /// The places where 64-bit integers become strings; none in a raw data feed (U-19).
    fn form<'n>(&self, node: Option<&'n Node>) -> Option<&'n Node> {
        node.filter(|_| !self.raw_data_feed)
    }
}

impl Projected {
    /// Whether the batch has no events left.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.as_ref().is_none_or(Vec::is_empty)
    }

    /// The remaining events.
    pub(crate) fn events(&self) -> &[String] {
        self.events.as_deref().unwrap_or_default()
    }

    /// Whether each line has the location of its own events.
    pub(crate) fn needs_location(&self) -> bool {
        self.located.is_some()
    }

    /// The batch with the given events of its own, as one line without its end. `location` is that of these events.
    pub(crate) fn line<'a>(&self, events: impl Iterator<Item = &'a str>, location: Option<&str>) -> String {
        let (Nodes { before, after }, location) = match (&self.located, location) {
            (Some(located), Some(location)) => (located, location),
            _ => (&self.nodes, ""),
        };
        let push = |line: &mut String, text: &str| match self.located {
            Some(_) => line.push_str(&text.replace(SLOT, location)),
            None => line.push_str(text),
        };
        let mut line = String::with_capacity(2 * (before.len() + after.len()));
        push(&mut line, before);
        if self.events.is_some() {
            line.push('[');
            for (index, event) in events.enumerate() {
                if index > 0 {
                    line.push(',');
                }
                line.push_str(event);
            }
            line.push(']');
            push(&mut line, after);
        }
        one_line(line)
    }
}

/// The batch's own location, if it is valid (U-21).
fn own_location<'a>(received: &Received<'a>) -> Option<&'a str> {
    let context = raw::find(&received.members, "context").and_then(raw::members)?;
    raw::find(&context, "location").filter(|location| is_valid_location(location))
}

/// A batch from a program may have line breaks between tokens. JSON has them nowhere else.
fn one_line(line: String) -> String {
    if memchr::memchr2(b'\n', b'\r', line.as_bytes()).is_some() { line.replace(['\n', '\r'], " ") } else { line }
}

/// Copies `text`. 64-bit integers of `node` become strings, and members in `mask` are removed.
fn rewrite(text: &str, node: Option<&Node>, mask: Option<&FieldMask>, out: &mut String, trace: &mut impl Trace) {
    let node = node.filter(|node| node.is_int64() || !node.is_leaf());
    let mask = mask.filter(|mask| !mask.is_empty());
    if let Some(node) = node.filter(|node| node.is_int64()) {
        let is_number = Kind::of(text) == Kind::Number;
        match is_number.then(|| as_string(text, |digits| node.holds(digits), trace)).flatten() {
            Some(string) => {
                trace.change(Change::Converted, Reason::Clause("DTO-1"));
                out.push_str(&string);
            }
            None => out.push_str(text),
        }
        return;
    }
    if node.is_none() && mask.is_none() {
        return out.push_str(text);
    }
    match Kind::of(text) {
        Kind::Object => rewrite_members(&raw::members(text).unwrap_or_default(), node, mask, out, trace),
        Kind::Array => {
            out.push('[');
            let start = out.len();
            for (index, element) in raw::elements(text).unwrap_or_default().into_iter().enumerate() {
                let mask = mask.and_then(|mask| mask.element(index));
                trace.enter_element(index);
                if !is_masked(mask, trace) {
                    if out.len() > start {
                        out.push(',');
                    }
                    rewrite(element, node.and_then(Node::element), mask, out, trace);
                }
                trace.leave();
            }
            out.push(']');
        }
        _ => out.push_str(text),
    }
}

fn rewrite_members(
    members: &[Member<'_>],
    node: Option<&Node>,
    mask: Option<&FieldMask>,
    out: &mut String,
    trace: &mut impl Trace,
) {
    let mut object = Object::new(out);
    for member in members {
        let name = member.name();
        let mask = mask.and_then(|mask| mask.member(&name));
        trace.enter_member(&name);
        if !is_masked(mask, trace) {
            rewrite(member.value, node.and_then(|node| node.member(&name)), mask, object.key(member.key), trace);
        }
        trace.leave();
    }
    object.end();
}

/// Whether a setting removes a node.
fn is_masked(mask: Option<&FieldMask>, trace: &mut impl Trace) -> bool {
    let removed_by = mask.and_then(FieldMask::removed_by);
    if let Some(setting) = removed_by {
        trace.change(Change::Removed, Reason::Setting(setting));
    }
    removed_by.is_some()
}

/// Why a missing member is added.
fn reason_to_add(name: &str) -> Reason {
    match name {
        "unique_id" => Reason::Setting(SettingId::UniqueId),
        "context" => Reason::Setting(SettingId::IncludeEventBatchLocation),
        _ => Reason::Clause("U-16"),
    }
}
