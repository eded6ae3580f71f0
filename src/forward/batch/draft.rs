//! A line in progress: one or more batches of one device, each in its final form (U-18).

use jiff::civil::Date;

use super::line::Portion;
use crate::contract::limits;
use crate::forward::ledger::Flag;
use crate::settings::effect::date_folder;
use crate::settings::{DateFolders, Settings};

use super::line::{Carried, Group, Line};
use super::merge::merge;

/// The settings for merging drafts into a line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    folders: DateFolders,
    batch_location: bool,
}

impl Rules {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            folders: settings.connection.store_data_in_folders_by_date,
            batch_location: settings.connection.include_event_batch_location,
        }
    }
}

/// A line in progress.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The batches as separate lines. The first line may already be several merged batches.
    text: String,
    /// The length of the first line in bytes.
    merged: usize,
    app_name: Box<str>,
    /// When the first event happened. `None` if there is no event, `Some(None)` if the event has no time.
    first_event: Option<Option<i64>>,
    /// When the newest batch was uploaded, else when it was received, in milliseconds since 1970.
    uploaded_at: i64,
    /// Whether a batch has an upload time.
    is_dated: bool,
    portions: Vec<Portion>,
}

/// The memory of a portion in addition to its text: itself, and its entry in
/// [`PendingRecords`](crate::forward::outstanding).
const PORTION_BYTES: usize = 160;

/// The limit of a line with several batches, in bytes (LIM-1).
const LIMIT: usize = limits::BATCH.most;

/// The origin of a draft with one batch.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) app_name: Box<str>,
    /// When the batch was uploaded, else when it was received, in milliseconds since 1970.
    pub(super) uploaded_at: i64,
    /// Whether the batch has an upload time.
    pub(super) is_dated: bool,
}

impl Draft {
    /// A draft of one batch with the events of `portion`. The first of them happened at `first_event`.
    pub(super) fn new(text: String, origin: Origin, first_event: Option<Option<i64>>, portion: Portion) -> Self {
        let Origin { app_name, uploaded_at, is_dated } = origin;
        Self { merged: text.len(), text, app_name, first_event, uploaded_at, is_dated, portions: vec![portion] }
    }

    /// Adds a newer batch of the same key.
    ///
    /// # Errors
    /// The newer draft, unchanged, if the line would exceed the limit of a batch (LIM-1).
    pub(crate) fn add(&mut self, newer: Self, rules: Rules) -> Result<(), Self> {
        // The merged line is never longer than the sum of its parts, so most cases need no merging.
        let length = self.text.len() + 1 + newer.text.len();
        if length > LIMIT {
            let merged = merge(self.text.lines().chain([newer.text.as_str()]), rules.batch_location);
            if merged.len() > LIMIT {
                return Err(newer);
            }
            self.replace(merged);
        } else {
            self.text.reserve_exact(newer.text.len() + 1);
            self.text.push('\n');
            self.text.push_str(&newer.text);
            // Merges when the rest is larger than the merged part. Memory then stays near the size of the result, and
            // each byte is merged only a few times.
            if self.text.len() > 2 * self.merged {
                self.replace(merge(self.text.lines(), rules.batch_location));
            }
        }
        self.first_event = self.first_event.or(newer.first_event);
        if newer.is_dated || !self.is_dated {
            self.uploaded_at = newer.uploaded_at;
        }
        self.is_dated |= newer.is_dated;
        self.portions.extend(newer.portions);
        Ok(())
    }

    fn replace(&mut self, mut merged: String) {
        merged.shrink_to_fit();
        self.merged = merged.len();
        self.text = merged;
    }

    /// The number of events in the ledger's count.
    pub(crate) fn weight(&self) -> u64 {
        self.portions.iter().map(|portion| portion.weight).sum()
    }

    /// Whether a single batch exceeds the limit.
    pub(crate) fn is_oversize(&self) -> bool {
        self.text.len() > LIMIT
    }

    /// The approximate memory in bytes.
    pub(crate) fn cost(&self) -> usize {
        self.text.len() + self.app_name.len() + self.portions.len() * PORTION_BYTES
    }

    /// Converts the draft to a line. A single batch is not changed.
    pub(crate) fn into_line(self, rules: Rules, mut flags: Vec<Flag>) -> Line {
        let date = self.date(rules);
        let text = match self.text.len() == self.merged {
            true => self.text,
            false => merge(self.text.lines(), rules.batch_location),
        };
        if text.len() > LIMIT {
            flags.push(Flag::Oversize);
        }
        let group = Group { app_name: self.app_name.into(), date };
        Line { text, group, carried: Carried { portions: self.portions, flags } }
    }

    /// The app and the folder of the line that this makes.
    pub(crate) fn group(&self, rules: Rules) -> Group {
        Group { app_name: self.app_name.to_string(), date: self.date(rules) }
    }

    fn date(&self, rules: Rules) -> Option<Date> {
        date_folder(rules.folders, self.first_event, self.uploaded_at)
    }
}

#[cfg(test)]
impl Draft {
    /// A draft of a text, for tests.
    pub(crate) fn of(text: &str, sequence: u64) -> Self {
        use crate::forward::record::Received;
        Received::of(text, |received| {
            let origin = Origin {
                app_name: received.app_name().unwrap_or_default().into(),
                uploaded_at: received.uploaded_at().unwrap_or_default(),
                is_dated: received.uploaded_at().is_some(),
            };
            let events = received.events().map(|event| event.index).collect();
            let portion = Portion { sequence, weight: received.event_count.max(1), events };
            Self::new(text.to_owned(), origin, received.events().next().map(|event| event.happened_at()), portion)
        })
    }
}
