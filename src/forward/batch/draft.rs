//! A line in the making: one batch or several of one device, each in its final form already (U-18).

use crate::contract::limits;
use crate::contract::raw;
use crate::forward::layout::date_folder;
use crate::forward::ledger::Flag;
use crate::forward::outstanding::Portion;
use crate::forward::project::Projected;
use crate::forward::receive::{Event, Received};
use crate::settings::{DateFolders, Settings};

use super::line::{Carried, Group, Line};
use super::merge::merge;
use super::way::Way;

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

/// What one portion is counted with beside its text: itself and what [`Outstanding`](crate::forward::outstanding) keeps.
const PORTION_BYTES: usize = 160;

/// The longest line that is made of several batches, in bytes (LIM-1).
const LIMIT: usize = limits::BATCH.most;

/// The drafts of one batch, whose events in `kept` are those that were projected: one, or one for each event (BAT-3).
/// `received_at` is in milliseconds since 1970.
pub(crate) fn drafts(
    received: &Received<'_>,
    kept: &[Event<'_>],
    projected: &Projected,
    way: &Way,
    settings: &Settings,
    (sequence, received_at): (u64, i64),
) -> Vec<Draft> {
    let app_name = match &settings.engine.app_name {
        Some(name) => name.as_str().into(),
        None => received.app_name().unwrap_or_else(|| "unknown".into()),
    };
    let uploaded_at = received.uploaded_at();
    let is_dated =
        raw::find(&received.members, "timestamp_unixtime_ms").is_some() || !settings.connection.raw_data_feed;
    let draft = |kept: &[Event<'_>], events: &[String], weight| {
        let text = projected.line(events);
        Draft {
            merged: text.len(),
            text,
            app_name: app_name.as_ref().into(),
            first_event: kept.first().map(Event::happened_at),
            uploaded_at: uploaded_at.unwrap_or(received_at),
            is_dated,
            portions: vec![Portion { sequence, weight, events: kept.iter().map(|event| event.index).collect() }],
        }
    };
    if *way != Way::Each || kept.is_empty() {
        // A batch that came without events counts as one; one that lost all of them to filters has been counted.
        let weight = if received.event_count == 0 { 1 } else { kept.len() as u64 };
        return vec![draft(kept, projected.events(), weight)];
    }
    let events = projected.events();
    (0..kept.len()).map(|index| draft(&kept[index..=index], &events[index..=index], 1)).collect()
}

impl Draft {
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
    /// A draft of a text that somebody thought out.
    pub(crate) fn of(text: &str, sequence: u64) -> Self {
        let received = Received::read(text).unwrap();
        Self {
            text: text.to_owned(),
            merged: text.len(),
            app_name: received.app_name().unwrap_or_default().into(),
            first_event: received.events.first().map(Event::happened_at),
            uploaded_at: received.uploaded_at().unwrap_or_default(),
            is_dated: received.uploaded_at().is_some(),
            portions: vec![Portion {
                sequence,
                weight: received.event_count.max(1),
                events: (0..received.events.len()).collect(),
            }],
        }
    }
}
