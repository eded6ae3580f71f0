//! An expected line.

use super::folder::date_folder;
use super::gathering::Gathering;
use super::part::Source;
use super::windows::{Closed, Closing};
use crate::conform::document::Value;
use crate::settings::Settings;

/// An expected line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedLine {
    /// The received batches that are merged into the line, in order; at least one.
    pub sources: Vec<Source>,
    /// How the batches were merged.
    pub gathering: Gathering,
    /// Why the line was closed.
    pub closing: Closing,
    /// The folder: `folder_name` and date folder, without a slash at the end; empty for the bucket's root.
    pub folder: String,
    /// The app name in the file name (NAME-1, U-13).
    pub app_name: String,
    /// The line as JSON text. The order of keys is the expected one, the spelling may differ.
    pub text: String,
    /// The length of the line in bytes without its newline, in the expected spelling. Escapes keep their original
    /// spelling, and so do blanks in parts that no setting and no form changes.
    pub length: usize,
    /// JSON Pointers of added or changed members. Their position among the other members is not checked.
    pub added: Vec<&'static str>,
    /// Whether the top-level timestamp is the time of receipt, which is known only with a fixed clock.
    pub stamped_at_receipt: bool,
    /// The mark of each merged batch, if it has one.
    pub(in crate::conform) marks: Vec<String>,
    /// A digest that is the same for all batches that may be merged.
    pub(in crate::conform) kin: Option<u64>,
    /// A digest of the document without its top-level timestamp. It does not depend on the order of keys.
    pub(in crate::conform) print: u64,
    /// A digest of the order of those keys whose position is checked.
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

    /// The number of events in the line.
    pub fn events(&self) -> usize {
        self.sources.iter().map(|source| source.events.len()).sum()
    }
}

/// See [`ExpectedLine::print`].
pub(in crate::conform) fn line_print(document: &Value) -> u64 {
    document.digest_without("timestamp_unixtime_ms")
}
