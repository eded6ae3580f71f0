//! What is to become a line, alone or merged with others: already filtered and in its final form.

use super::merge::{MAPS, merge};
use crate::conform::document::Value;
use crate::contract::object_key::safe_app_name;
use crate::settings::Settings;

/// A merged line is never longer, in bytes without its newline (BAT-1, LIM-1, U-27).
pub const LONGEST_MERGED_LINE: usize = 128 * 1024;

/// Where events of a line come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The input line, counted from 0.
    pub input: usize,
    /// The events, by their place in that line's `events`.
    pub events: Vec<usize>,
}

/// One received batch, what is left of it, or several merged.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) document: Value,
    pub(super) sources: Vec<Source>,
    /// What each batch in it is known by, if it is by anything.
    pub(super) marks: Vec<String>,
    /// The same for all that may be merged.
    pub(super) kin: Option<u64>,
    pub(super) app_name: String,
    /// See [`super::ExpectedLine::added`].
    pub(super) added: Vec<&'static str>,
    pub(super) stamped_at_receipt: bool,
    /// The bytes that escapes add to its events, and to its other nodes (see [`super::spelling`]).
    pub(super) spelled_events: usize,
    pub(super) spelled_nodes: Vec<(String, usize)>,
    /// Its text, where it was needed to measure it.
    text: Option<String>,
    /// Not less than the length of its text.
    bound: usize,
}

impl Part {
    /// `added` are the nodes that the projection added, and `app_name` was read from the batch as received.
    pub(super) fn new(document: Value, source: Source, app_name: String, added: Vec<&'static str>) -> Self {
        Self {
            marks: mark(&document).into_iter().collect(),
            kin: None,
            spelled_events: 0,
            spelled_nodes: Vec::new(),
            text: None,
            bound: usize::MAX,
            document,
            sources: vec![source],
            app_name,
            stamped_at_receipt: added.contains(&"/timestamp_unixtime_ms"),
            added,
        }
    }

    /// Measures it, so that it can be merged.
    pub(super) fn measured(mut self) -> Self {
        let text = self.document.text();
        let nodes = self.spelled_nodes.iter().filter(|(name, _)| self.document.present(name).is_some());
        self.bound = text.len() + self.spelled_events + nodes.map(|(_, bytes)| bytes).sum::<usize>();
        self.text = Some(text);
        self
    }

    pub(super) fn text(&self) -> String {
        self.text.clone().unwrap_or_else(|| self.document.text())
    }

    /// Whether it is longer than merged lines may be: it is forwarded as it is, alone.
    pub(super) fn is_oversize(&self) -> bool {
        self.bound > LONGEST_MERGED_LINE
    }

    /// Takes `newer` in, or gives it back if together they would be too long. Both are measured.
    pub(super) fn absorb(&mut self, newer: Part, keeps_location: bool) -> Option<Part> {
        // What is merged is never longer than its parts one behind the other.
        let bound = self.bound.saturating_add(newer.bound);
        if bound <= LONGEST_MERGED_LINE {
            self.merge(newer, keeps_location);
            self.bound = bound;
            return None;
        }
        let mut both = self.clone();
        both.merge(newer.clone(), keeps_location);
        let both = both.measured();
        if both.is_oversize() {
            return Some(newer);
        }
        *self = both;
        None
    }

    fn merge(&mut self, newer: Part, keeps_location: bool) {
        for pointer in &newer.added {
            let first = pointer.trim_start_matches('/');
            if first.contains('/') || self.document.get(first).is_none() {
                self.add(pointer);
            }
        }
        if keeps_location {
            self.add("/context/location");
        }
        if newer.document.present("timestamp_unixtime_ms").is_some() {
            self.stamped_at_receipt = newer.stamped_at_receipt;
        }
        self.spelled_events += newer.spelled_events;
        for (name, bytes) in newer.spelled_nodes {
            if newer.document.present(&name).is_none() {
                continue;
            }
            match self.spelled_nodes.iter_mut().find(|(known, _)| *known == name) {
                // What is merged key by key keeps about the larger share; of all else the newest stands.
                Some((_, older)) if MAPS.contains(&name.as_str()) => *older = bytes.max(*older),
                Some((_, older)) => *older = bytes,
                None => self.spelled_nodes.push((name, bytes)),
            }
        }
        merge(&mut self.document, newer.document, keeps_location);
        self.text = None;
        self.sources.extend(newer.sources);
        self.marks.extend(newer.marks);
    }

    fn add(&mut self, pointer: &'static str) {
        if !self.added.contains(&pointer) {
            self.added.push(pointer);
        }
    }
}

/// What a batch is known by in the form in which it is forwarded: its id, else when and by whom it was sent.
pub(in crate::conform) fn mark(document: &Value) -> Option<String> {
    let text = |key: &str| match document.get(key) {
        Some(Value::Number(text) | Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let rough = || {
        let sent = ["timestamp_unixtime_ms", "mpid", "environment"].map(text);
        sent.iter().any(Option::is_some).then(|| sent.map(Option::unwrap_or_default).join(" "))
    };
    text("batch_id").or_else(rough)
}

/// NAME-1: the engine option, else the batch's own name as received (U-18), else `unknown`.
pub(super) fn app_name(received: &Value, settings: &Settings) -> String {
    let own = || received.get("application_info")?.get("application_name")?.as_text();
    safe_app_name(settings.engine.app_name.as_deref().or_else(own).unwrap_or("unknown"))
}
