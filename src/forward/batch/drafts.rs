//! What becomes of one batch: a draft of all its events, one of each session (U-32), or one of each event (BAT-3).

use std::collections::VecDeque;

use super::line::Portion;
use crate::forward::record::{Event, Kept, Projected, Received};
use crate::settings::Settings;

use super::draft::{Draft, Origin};
use super::mode::{BatchMode, Share};

/// The drafts of one batch, each with its mode. Where nothing of a share is forwarded, there is a mode without a draft: its session
/// may end all the same.
#[derive(Debug)]
pub(crate) enum Drafts {
    /// They are made.
    Made(VecDeque<(BatchMode, Option<Draft>)>),
    /// Its events make several lines.
    Divided(Box<Divided>),
}

/// A batch that is divided. Drafts are made one at a time, when they are needed. With large members around many events,
/// all drafts together would grow with the square of the batch's length.
#[derive(Debug)]
pub(crate) struct Divided {
    projected: Projected,
    origin: Origin,
    sequence: u64,
    events: Vec<Forwarded>,
    /// The valid location of each event, if its line gets that as the batch's; else none.
    locations: Vec<Option<Box<str>>>,
    /// For each share its mode, and the places of its events that are still to come.
    pieces: VecDeque<(BatchMode, VecDeque<usize>)>,
}

/// An event that is forwarded.
#[derive(Debug)]
struct Forwarded {
    /// Its index in the batch as it was received.
    index: u32,
    happened_at: Option<i64>,
}

impl Forwarded {
    fn of(event: &Event<'_>) -> Self {
        Self { index: u32::try_from(event.index).unwrap_or(u32::MAX), happened_at: event.happened_at() }
    }
}

impl Drafts {
    /// The drafts of a batch with no forwarded event.
    pub(crate) fn none(shares: Vec<Share>) -> Self {
        Self::Made(shares.into_iter().map(|share| (share.mode, None)).collect())
    }

    /// Whether this many events make several lines, however few of a share are forwarded.
    pub(crate) fn are_divided(shares: &[Share], kept: usize) -> bool {
        kept > 0 && (shares.len() > 1 || shares[0].mode == BatchMode::Each && kept > 1)
    }

    /// The drafts of a batch whose events in `kept` were projected. `received_at` is in milliseconds since 1970.
    pub(crate) fn of(
        received: &Received<'_>,
        kept: &Kept<'_>,
        projected: Projected,
        shares: Vec<Share>,
        settings: &Settings,
        (sequence, received_at): (u64, i64),
    ) -> Self {
        let app_name = match &settings.engine.app_name {
            Some(name) => name.as_str().into(),
            None => received.app_name().unwrap_or_else(|| "unknown".into()),
        };
        let is_dated = received.timestamp.is_some();
        let origin = Origin {
            app_name: app_name.into(),
            uploaded_at: received.uploaded_at().unwrap_or(received_at),
            is_dated: is_dated || !settings.connection.raw_data_feed,
        };
        if Self::are_divided(&shares, kept.len()) {
            // There may be millions, so no list grows step by step.
            let mut events = Vec::with_capacity(kept.len());
            events.extend(kept.iter().map(|event| Forwarded::of(&event)));
            let location = |event: Event<'_>| event.valid_location().map(Into::into);
            let locations = if projected.needs_location() { kept.iter().map(location).collect() } else { Vec::new() };
            let mut owners = vec![0_u32; received.event_count as usize];
            let mut pieces = VecDeque::with_capacity(shares.len());
            for (owner, Share { mode, events }) in shares.into_iter().enumerate() {
                events.iter().for_each(|index| owners[index as usize] = u32::try_from(owner).unwrap_or(u32::MAX));
                pieces.push_back((mode, VecDeque::new()));
            }
            for (place, event) in kept.iter().enumerate() {
                pieces[owners[event.index] as usize].1.push_back(place);
            }
            return Self::Divided(Box::new(Divided { projected, origin, sequence, events, locations, pieces }));
        }
        // A batch that was received without events counts as one event. If all events were filtered, they are already
        // counted.
        let weight = if received.event_count == 0 { 1 } else { kept.len() as u64 };
        let portion = Portion { sequence, weight, events: kept.iter().map(|event| event.index).collect() };
        let first_event = kept.iter().next().map(|event| event.happened_at());
        let mut draft = Some(Draft::new(projected.into_line(), origin, first_event, portion));
        // What has no events goes where the first of them would have gone.
        let made = shares.into_iter().map(|share| (share.mode, draft.take())).collect();
        Self::Made(made)
    }

    /// The mode of the next draft.
    pub(crate) fn mode(&self) -> Option<&BatchMode> {
        match self {
            Self::Made(drafts) => drafts.front().map(|(mode, _)| mode),
            Self::Divided(divided) => divided.pieces.front().map(|(mode, _)| mode),
        }
    }

    /// The number of remaining drafts.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Made(drafts) => drafts.iter().filter(|(_, draft)| draft.is_some()).count(),
            Self::Divided(divided) => divided.pieces.iter().map(|(mode, events)| lines(mode, events.len())).sum(),
        }
    }

    /// The number of events of the remaining drafts in the ledger's count.
    pub(crate) fn weight(&self) -> u64 {
        match self {
            Self::Made(drafts) => drafts.iter().filter_map(|(_, draft)| draft.as_ref()).map(Draft::weight).sum(),
            Self::Divided(divided) => divided.pieces.iter().map(|(_, events)| events.len() as u64).sum(),
        }
    }
}

/// How many lines so many events make.
fn lines(mode: &BatchMode, events: usize) -> usize {
    if *mode == BatchMode::Each { events } else { events.min(1) }
}

impl Iterator for Drafts {
    type Item = (BatchMode, Option<Draft>);

    fn next(&mut self) -> Option<Self::Item> {
        let divided = match self {
            Self::Made(drafts) => return drafts.pop_front(),
            Self::Divided(divided) => divided,
        };
        let (mode, mut places) = divided.pieces.pop_front()?;
        if mode == BatchMode::Each && places.len() > 1 {
            let first = places.pop_front();
            divided.pieces.push_front((mode, places));
            return Some((BatchMode::Each, Some(divided.draft(first.into_iter(), 1))));
        }
        let weight = places.len() as u64;
        let draft = (weight > 0).then(|| divided.draft(places.into_iter(), weight));
        Some((mode, draft))
    }
}

impl Divided {
    /// The draft of the events at these places.
    fn draft(&mut self, places: impl Iterator<Item = usize> + Clone, weight: u64) -> Draft {
        let Self { projected, origin, sequence, events, locations, .. } = self;
        let kept = || places.clone().map(|place| &events[place]);
        let location = places.clone().find_map(|place| locations.get(place)?.as_deref());
        let text = projected.line(places.clone(), location);
        let portion =
            Portion { sequence: *sequence, weight, events: kept().map(|event| event.index as usize).collect() };
        let first_event = kept().next().map(|event| event.happened_at);
        Draft::new(text, origin.clone(), first_event, portion)
    }
}
