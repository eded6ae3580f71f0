//! Makes drafts from one batch: one draft with all events, or one draft for each event (BAT-3).

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
    /// All forwarded events are on one line.
    Whole(Option<Box<Draft>>),
    /// Each event is on a line of its own.
    Divided(Divided),
}

/// A batch that is divided. Drafts are made one at a time, when they are needed. With large members around many events,
/// all drafts together would grow with the square of the batch's length.
#[derive(Debug)]
pub(crate) struct Divided {
    projected: Projected,
    origin: Origin,
    sequence: u64,
    /// For each event, its index in the received batch and its time.
    events: Vec<(usize, Option<i64>)>,
    done: usize,
}

impl Drafts {
    /// The drafts of a batch with no forwarded event.
    pub(crate) fn none() -> Self {
        Self::Whole(None)
    }

    /// The drafts of a batch whose events in `kept` were projected. `received_at` is in milliseconds since 1970.
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
        // A batch that was received without events counts as one event. If all events were filtered, they are already
        // counted.
        let weight = if received.event_count == 0 { 1 } else { kept.len() as u64 };
        let portion = Portion { sequence, weight, events: kept.iter().map(|event| event.index).collect() };
        let text = projected.line(projected.events());
        Self::Whole(Some(Box::new(Draft::new(text, origin, kept.first().map(Event::happened_at), portion))))
    }

    /// The number of remaining drafts.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Whole(draft) => usize::from(draft.is_some()),
            Self::Divided(divided) => divided.events.len() - divided.done,
        }
    }

    /// The number of events of the remaining drafts in the ledger's count.
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
