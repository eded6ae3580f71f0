//! One line that must be written.

use super::folder::date_folder;
use super::gathering::Gathering;
use super::part::Source;
use super::windows::{Closed, Closing};
use crate::conform::document::Value;
use crate::settings::Settings;

/// A line that must be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLine {
    /// The received batches that it comes from, in their order: at least one.
    pub sources: Vec<Source>,
    /// How it was gathered.
    pub gathering: Gathering,
    /// Why it holds no more.
    pub closing: Closing,
    /// `folder_name` and date folder without a slash at the end; empty for the bucket's root.
    pub folder: String,
    /// The app name as it stands in the name of the file (NAME-1, U-13).
    pub app_name: String,
    /// The line as JSON text, in the key order to be kept, and in a spelling of its own.
    pub text: String,
    /// How many bytes the line takes, without its newline, as it is spelled: escapes stay as they came, and so do the blanks
    /// in whatever no setting and no form reaches into.
    pub length: usize,
    /// JSON Pointers of what was added or remade: its place among its siblings is free.
    pub added: Vec<&'static str>,
    /// Whether the top-level timestamp is the moment of receipt, which only a fixed clock foretells.
    pub stamped_at_receipt: bool,
    /// What each batch that it comes from is known by, if it is by anything.
    pub(in crate::conform) marks: Vec<String>,
    /// The same for all batches that may be merged.
    pub(in crate::conform) kin: Option<u64>,
    /// Tells documents apart whatever the order of their keys and whatever their top-level timestamp.
    pub(in crate::conform) print: u64,
    /// Tells apart the order of those keys whose place is not free.
    pub(in crate::conform) order: u64,
    /// The top-level timestamp.
    pub(in crate::conform) timestamp: Option<Value>,
}

impl ExpectedLine {
    pub(super) fn of(closed: Closed, settings: &Settings, received_ms: i64) -> Self {
        let Closed { part, gathering, closing } = closed;
        let connection = &settings.connection;
        let date = date_folder(connection.store_data_in_folders_by_date, &part.document, received_ms);
        let base = connection.folder_name.as_ref().map(|folder| folder.as_str().to_owned());
        Self {
            folder: base.into_iter().chain(date).collect::<Vec<_>>().join("/"),
            text: part.document.text(),
            length: part.document.length(),
            timestamp: part.document.get("timestamp_unixtime_ms").cloned(),
            print: line_print(&part.document),
            order: part.document.key_order(&part.added),
            sources: part.sources,
            gathering,
            closing,
            app_name: part.app_name,
            added: part.added,
            stamped_at_receipt: part.stamped_at_receipt,
            marks: part.marks,
            kin: part.kin,
        }
    }

    /// How many events it holds.
    pub fn events(&self) -> usize {
        self.sources.iter().map(|source| source.events.len()).sum()
    }
}

/// See [`ExpectedLine::print`].
pub(in crate::conform) fn line_print(document: &Value) -> u64 {
    document.digest_without("timestamp_unixtime_ms")
}
