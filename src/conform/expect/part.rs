//! A batch that will become a line, alone or merged with others. It is already filtered and in its final form.

use super::merge::merge;
use crate::conform::document::Value;
use crate::contract::object_key::safe_app_name;
use crate::settings::Settings;

/// The largest length of a merged line in bytes, without its newline (BAT-1, LIM-1, U-27).
pub const LONGEST_MERGED_LINE: usize = 128 * 1024;

/// The origin of events of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The input line, counted from 0.
    pub input: usize,
    /// The events, by their indices in that line's `events`.
    pub events: Vec<usize>,
}

/// One received batch, its remaining events, or several merged batches.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) document: Value,
    pub(super) sources: Vec<Source>,
    /// The mark of each merged batch, if it has one.
    pub(super) marks: Vec<String>,
    /// A digest that is the same for all batches that may be merged.
    pub(super) kin: Option<u64>,
    pub(super) app_name: String,
    /// See [`super::ExpectedLine::added`].
    pub(super) added: Vec<&'static str>,
    pub(super) stamped_at_receipt: bool,
    /// An upper bound of its length in bytes.
    bound: usize,
}

impl Part {
    /// `added` are the members that the projection added. `app_name` is taken from the batch as received.
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

    /// Whether it is longer than the limit of merged lines. Then it is forwarded alone.
    pub(super) fn is_oversize(&self) -> bool {
        self.bound > LONGEST_MERGED_LINE && self.document.length() > LONGEST_MERGED_LINE
    }

    /// Merges `newer` into this part, or returns it if the result would be too long.
    pub(super) fn absorb(&mut self, newer: Part, keeps_location: bool) -> Option<Part> {
        if newer.is_oversize() {
            return Some(newer);
        }
        // The merged line is never longer than the sum of its parts.
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

/// The mark that identifies a batch in its forwarded form: its id, else its time and sender.
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

/// NAME-1: the engine option, else the batch's own app name as received (U-18), else `unknown`.
pub(super) fn app_name(received: &Value, settings: &Settings) -> String {
    let own = || received.get("application_info")?.get("application_name")?.as_text();
    safe_app_name(settings.engine.app_name.as_deref().or_else(own).unwrap_or("unknown"))
}
