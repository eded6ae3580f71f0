//! Converts the trace of a record to an explanation: its events with outcomes, and the changes with their rules.

use std::collections::HashMap;

use crate::contract::raw;
use crate::forward::record::{Change, Event, Reason, Trace};
use crate::json::{self, Members};
use crate::report::{self, Action, EventOutcome, ExplainedEvent, Rule};
use crate::settings::effect::filtered_by;
use crate::settings::{Connection, SettingId};

use super::rules::{of_clause, of_setting};

/// The largest number of events that are listed for a record, and of changes.
const MOST: usize = 10_000;

/// Collects the trace of one record.
pub(super) struct ExplainTrace<'a> {
    /// A connection with every filter turned on.
    closed: &'a Connection,
    /// The id of the events that are listed; `None` for all of them.
    event_id: Option<&'a str>,
    events: Vec<ExplainedEvent>,
    /// The place of each event in `events`, by its index.
    places: HashMap<u64, usize>,
    /// The changes outside the events.
    changes: Vec<report::Change>,
    /// How many changes are listed.
    listed_changes: usize,
    /// Events and changes beyond [`MOST`].
    unlisted: u64,
    /// What is being changed.
    current: Current,
    /// The pointers to the current node and to all nodes that contain it.
    pointers: Vec<String>,
}

/// What is being changed.
#[derive(Debug, Clone, Copy)]
enum Current {
    /// The batch outside its events.
    Batch,
    /// The event at this place.
    Event(usize),
    /// An event that is not listed.
    Unlisted,
}

/// The result of a trace.
pub(super) struct Traced {
    /// The listed events, in order.
    pub(super) events: Vec<ExplainedEvent>,
    /// The listed changes outside the events.
    pub(super) changes: Vec<report::Change>,
    /// Further events and changes.
    pub(super) unlisted: u64,
}

impl<'a> ExplainTrace<'a> {
    /// Lists the events with this id, or all events.
    pub(super) fn new(closed: &'a Connection, event_id: Option<&'a str>) -> Self {
        Self {
            closed,
            event_id,
            events: Vec::new(),
            places: HashMap::new(),
            changes: Vec::new(),
            listed_changes: 0,
            unlisted: 0,
            current: Current::Batch,
            pointers: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> Traced {
        self.events.sort_by_key(|event| event.index);
        Traced { events: self.events, changes: self.changes, unlisted: self.unlisted }
    }

    fn pointer(&self) -> &str {
        self.pointers.last().map_or("", String::as_str)
    }
}

impl Trace for ExplainTrace<'_> {
    fn event(&mut self, event: &Event<'_>, filter: Option<SettingId>) {
        let event_id = id_of(event.data());
        if self.event_id.is_some_and(|id| event_id.as_deref() != Some(id)) {
            return;
        }
        if self.events.len() >= MOST {
            self.unlisted += 1;
            return;
        }
        self.places.insert(event.index as u64, self.events.len());
        let decides = filter.or_else(|| filtered_by(&event.event_type(), self.closed));
        self.events.push(ExplainedEvent {
            index: event.index as u64,
            event_type: Some(event.event_type().into_owned()).filter(|name| !name.is_empty()),
            event_id,
            outcome: if filter.is_some() { EventOutcome::Dropped } else { EventOutcome::Kept },
            rule: Some(decides.map_or_else(|| of_clause("SET-1"), of_setting)),
            reason: None,
            flags: Vec::new(),
            changes: Vec::new(),
            line: None,
        });
    }

    fn changes_of_event(&mut self, index: usize) {
        self.current = match self.places.get(&(index as u64)) {
            Some(&place) => Current::Event(place),
            None => Current::Unlisted,
        };
    }

    fn enter_member(&mut self, name: &str) {
        self.pointers.push(json::member(self.pointer(), name));
    }

    fn enter_element(&mut self, index: usize) {
        self.enter_member(&index.to_string());
    }

    fn leave(&mut self) {
        self.pointers.pop();
    }

    fn change(&mut self, change: Change, reason: Reason) {
        let place = match self.current {
            Current::Batch => None,
            Current::Event(place) => Some(place),
            Current::Unlisted => return,
        };
        if let Some(event) = place.and_then(|place| self.events.get_mut(place)) {
            event.outcome = EventOutcome::Shaped;
        }
        if self.listed_changes >= MOST {
            self.unlisted += 1;
            return;
        }
        self.listed_changes += 1;
        let action = match change {
            Change::Removed => Action::Removed,
            Change::Added => Action::Added,
            Change::Converted => Action::Converted,
            Change::Replaced => Action::Replaced,
        };
        let rule: Rule = match reason {
            Reason::Setting(setting) => of_setting(setting),
            Reason::Clause(id) => of_clause(id),
        };
        let change = report::Change { pointer: self.pointer().to_owned(), action, rule };
        match place.and_then(|place| self.events.get_mut(place)) {
            Some(event) => event.changes.push(change),
            None => self.changes.push(change),
        }
    }
}

fn id_of(data: Members<'_>) -> Option<String> {
    let id = data.find("event_id")?.text;
    Some(raw::string(id).map_or_else(|| id.to_owned(), Into::into))
}
