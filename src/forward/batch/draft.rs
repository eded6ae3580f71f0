//! A line in the making: one batch or several of one device, each in its final form already (U-18).

use super::line::Portion;
use crate::contract::limits;
use crate::forward::ledger::Flag;
use crate::settings::effect::date_folder;
use crate::settings::{DateFolders, Settings};

use super::line::{Carried, Group, Line};
use super::merge::merge;

/// What the settings say about making a line of drafts.
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

/// A line in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    /// The batches as they would be written on their own, a line each; the first may be several, merged already.
    text: String,
    /// How many bytes of it the first one takes.
    merged: usize,
    app_name: Box<str>,
    /// When the first event happened: the outer `None` says that there is no event, the inner one that it does not say.
    first_event: Option<Option<i64>>,
    /// When the newest batch was uploaded, in milliseconds since 1970, else when it was received.
    uploaded_at: i64,
    /// Whether a batch in it says when it was uploaded.
    is_dated: bool,
    portions: Vec<Portion>,
}

/// What one portion is counted with beside its text: itself and what [`PendingRecords`](crate::forward::outstanding) keeps.
const PORTION_BYTES: usize = 160;

/// The longest line that is made of several batches, in bytes (LIM-1).
const LIMIT: usize = limits::BATCH.most;

/// What a draft of one batch begins with.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) app_name: Box<str>,
    /// When the batch was uploaded, in milliseconds since 1970, else when it was received.
    pub(super) uploaded_at: i64,
    /// Whether it says when it was uploaded.
    pub(super) is_dated: bool,
}

impl Draft {
    /// A draft of one batch with the events of `portion`, the first of which happened at `first_event`.
    pub(super) fn new(text: String, origin: Origin, first_event: Option<Option<i64>>, portion: Portion) -> Self {
        let Origin { app_name, uploaded_at, is_dated } = origin;
        Self { merged: text.len(), text, app_name, first_event, uploaded_at, is_dated, portions: vec![portion] }
    }

    /// Takes a newer batch of the same key in.
    ///
    /// # Errors
    /// The newer one, untouched, if the line would become longer than a batch may be (LIM-1).
    pub(crate) fn add(&mut self, newer: Self, rules: Rules) -> Result<(), Self> {
        // What is merged is never longer than its parts together, so most need no look.
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
            // Merged as soon as the rest outweighs it: memory stays near what will be written, and each byte is merged
            // a few times only.
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

    /// How many events of the ledger it counts as.
    pub(crate) fn weight(&self) -> u64 {
        self.portions.iter().map(|portion| portion.weight).sum()
    }

    /// Whether it is longer than a batch may be, all by itself.
    pub(crate) fn is_oversize(&self) -> bool {
        self.text.len() > LIMIT
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn cost(&self) -> usize {
        self.text.len() + self.app_name.len() + self.portions.len() * PORTION_BYTES
    }

    /// The line that it makes; one batch alone stays exactly as it is.
    pub(crate) fn into_line(self, rules: Rules, mut flags: Vec<Flag>) -> Line {
        let text = match self.text.len() == self.merged {
            true => self.text,
            false => merge(self.text.lines(), rules.batch_location),
        };
        if text.len() > LIMIT {
            flags.push(Flag::Oversize);
        }
        let date = date_folder(rules.folders, self.first_event, self.uploaded_at);
        let group = Group { app_name: self.app_name.into(), date };
        Line { text, group, carried: Carried { portions: self.portions, flags } }
    }
}

#[cfg(test)]
impl Draft {
    /// A draft of a made-up text.
    pub(crate) fn of(text: &str, sequence: u64) -> Self {
        use crate::forward::record::{Event, Received};
        let received = Received::read(text).unwrap();
        let origin = Origin {
            app_name: received.app_name().unwrap_or_default().into(),
            uploaded_at: received.uploaded_at().unwrap_or_default(),
            is_dated: received.uploaded_at().is_some(),
        };
        let events = (0..received.events.len()).collect();
        let portion = Portion { sequence, weight: received.event_count.max(1), events };
        Self::new(text.to_owned(), origin, received.events.first().map(Event::happened_at), portion)
    }
}
