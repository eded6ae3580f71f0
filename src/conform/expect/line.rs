//! One line that must be written.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use super::folder::{date_folder, integer};
use crate::conform::document::Value;
use crate::contract::object_key::safe_app_name;
use crate::settings::Settings;

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

/// What all lines of one received batch have in common.
pub(super) struct Frame<'a> {
    input: usize,
    settings: &'a Settings,
    own_timestamp: Option<i64>,
    pub(super) received_ms: i64,
    /// See [`ExpectedLine::added`].
    pub(super) added: Vec<&'static str>,
    app_name: String,
}

impl<'a> Frame<'a> {
    /// What is read from the batch as received, before anything is taken from it (U-18).
    pub(super) fn of(input: usize, received: &Value, settings: &'a Settings, received_at: Timestamp) -> Self {
        Self {
            input,
            settings,
            own_timestamp: received.get("timestamp_unixtime_ms").and_then(integer),
            received_ms: received_at.as_millisecond(),
            added: Vec::new(),
            app_name: app_name(received, settings),
        }
    }

    pub(super) fn line(&self, document: Value, events: Vec<usize>) -> ExpectedLine {
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
