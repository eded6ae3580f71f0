//! What is to become a line, alone or merged with others: already filtered and in its final form.

use super::merge::merge;
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
    /// Not less than its length in bytes.
    bound: usize,
}

impl Part {
    /// `added` are the nodes that the projection added, and `app_name` was read from the batch as received.
    pub(super) fn new(document: Value, source: Source, app_name: String, added: Vec<&'static str>) -> Self {
        Self {
            marks: mark(&document).into_iter().collect(),
            kin: None,
            bound: document.length(),
            document,
            sources: vec![source],
            app_name,
            stamped_at_receipt: added.contains(&"/timestamp_unixtime_ms"),
            added,
        }
    }

    /// Whether it is longer than merged lines may be: it is forwarded as it is, alone.
    pub(super) fn is_oversize(&self) -> bool {
        self.bound > LONGEST_MERGED_LINE && self.document.length() > LONGEST_MERGED_LINE
    }

    /// Takes `newer` in, or gives it back if it or both together are too long.
    pub(super) fn absorb(&mut self, newer: Part, keeps_location: bool) -> Option<Part> {
        if newer.is_oversize() {
            return Some(newer);
        }
        // What is merged is never longer than its parts one behind the other.
        let bound = self.bound + newer.bound;
        if bound <= LONGEST_MERGED_LINE {
            self.merge(newer, keeps_location);
            self.bound = bound;
            return None;
        }
        let mut both = self.clone();
        both.merge(newer.clone(), keeps_location);
        both.bound = both.document.length();
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
        merge(&mut self.document, newer.document, keeps_location);
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
        Some(Value::Number(text)) => Some(text.clone()),
        Some(Value::Text(text)) => Some(text.to_string()),
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
