//! What becomes of one batch: a draft of all its events, or one of each (BAT-3).

use super::line::Portion;
use crate::contract::raw;
use crate::forward::record::Projected;
use crate::forward::record::{Event, Received};
use crate::settings::Settings;

use super::draft::{Draft, Origin};
use super::mode::BatchMode;

/// The drafts of one batch.
#[derive(Debug)]
pub(crate) enum Drafts {
    /// What is forwarded of it makes one line.
    Whole(Option<Box<Draft>>),
    /// Each event makes a line of its own.
    Divided(Divided),
}

/// A batch that is divided. A draft is made only when it is needed: with large nodes around many events, all of them
/// together would grow with the square of the batch's length.
#[derive(Debug)]
pub(crate) struct Divided {
    projected: Projected,
    origin: Origin,
    sequence: u64,
    /// For each event its index in the batch as it was received, and when it happened.
    events: Vec<(usize, Option<i64>)>,
    done: usize,
}

impl Drafts {
    /// Of a batch of which nothing is forwarded.
    pub(crate) fn none() -> Self {
        Self::Whole(None)
    }

    /// Of a batch whose events in `kept` are those that were projected. `received_at` is in milliseconds since 1970.
    pub(crate) fn of(
        received: &Received<'_>,
        kept: &[Event<'_>],
        projected: Projected,
        mode: &BatchMode,
        settings: &Settings,
        (sequence, received_at): (u64, i64),
    ) -> Self {
        let app_name = match &settings.engine.app_name {
            Some(name) => name.as_str().into(),
            None => received.app_name().unwrap_or_else(|| "unknown".into()),
        };
        let is_dated = raw::find(&received.members, "timestamp_unixtime_ms").is_some();
        let origin = Origin {
            app_name: app_name.into(),
            uploaded_at: received.uploaded_at().unwrap_or(received_at),
            is_dated: is_dated || !settings.connection.raw_data_feed,
        };
        if *mode == BatchMode::Each && !kept.is_empty() {
            let events = kept.iter().map(|event| (event.index, event.happened_at())).collect();
            return Self::Divided(Divided { projected, origin, sequence, events, done: 0 });
        }
        // A batch that came without events counts as one; one that lost all of them to filters has been counted.
        let weight = if received.event_count == 0 { 1 } else { kept.len() as u64 };
        let portion = Portion { sequence, weight, events: kept.iter().map(|event| event.index).collect() };
        let text = projected.line(projected.events());
        Self::Whole(Some(Box::new(Draft::new(text, origin, kept.first().map(Event::happened_at), portion))))
    }

    /// How many are still to come.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Whole(draft) => usize::from(draft.is_some()),
            Self::Divided(divided) => divided.events.len() - divided.done,
        }
    }

    /// How many events of the ledger those count as.
    pub(crate) fn weight(&self) -> u64 {
        match self {
            Self::Whole(draft) => draft.as_ref().map_or(0, |draft| draft.weight()),
            Self::Divided(_) => self.count() as u64,
        }
    }
}

impl Iterator for Drafts {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        match self {
            Self::Whole(draft) => draft.take().map(|draft| *draft),
            Self::Divided(Divided { projected, origin, sequence, events, done }) => {
                let (index, happened_at) = *events.get(*done)?;
                let text = projected.line(projected.events().get(*done..=*done)?);
                *done += 1;
                let portion = Portion { sequence: *sequence, weight: 1, events: [index].into_iter().collect() };
                Some(Draft::new(text, origin.clone(), Some(happened_at), portion))
            }
        }
    }
}
