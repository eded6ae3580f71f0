//! Converts the trace of a record to an explanation: its events with outcomes, and the changes with their rules.

use crate::contract::raw;
use crate::forward::record::{Change, Event, Reason, Trace};
use crate::json::{self, Members};
use crate::report::{self, Action, EventOutcome, ExplainedEvent, Rule};
use crate::settings::effect::filtered_by;
use crate::settings::{Connection, SettingId};

use super::rules::{of_clause, of_setting};

/// Collects the trace of one record.
pub(super) struct ExplainTrace<'a> {
    /// A connection with every filter turned on.
    closed: &'a Connection,
    events: Vec<ExplainedEvent>,
    /// The changes outside the events.
    changes: Vec<report::Change>,
    /// The event that is being changed; `None` for the batch outside its events.
    current: Option<usize>,
    /// The pointers to the current node and to all nodes that contain it.
    pointers: Vec<String>,
}

impl<'a> ExplainTrace<'a> {
    pub(super) fn new(closed: &'a Connection) -> Self {
        Self { closed, events: Vec::new(), changes: Vec::new(), current: None, pointers: Vec::new() }
    }

    /// The events in order, and the changes outside them.
    pub(super) fn finish(mut self) -> (Vec<ExplainedEvent>, Vec<report::Change>) {
        self.events.sort_by_key(|event| event.index);
        (self.events, self.changes)
    }

    fn pointer(&self) -> &str {
        self.pointers.last().map_or("", String::as_str)
    }
}

impl Trace for ExplainTrace<'_> {
    fn event(&mut self, event: &Event<'_>, filter: Option<SettingId>) {
        let decides = filter.or_else(|| filtered_by(&event.event_type(), self.closed));
        self.events.push(ExplainedEvent {
            index: event.index as u64,
            event_type: Some(event.event_type().into_owned()).filter(|name| !name.is_empty()),
            event_id: id_of(event.data()),
            outcome: if filter.is_some() { EventOutcome::Dropped } else { EventOutcome::Kept },
            rule: Some(decides.map_or_else(|| of_clause("SET-1"), of_setting)),
            reason: None,
            flags: Vec::new(),
            changes: Vec::new(),
            line: None,
        });
    }

    fn changes_of_event(&mut self, index: usize) {
        // These calls come in the order of the events.
        let from = self.current.unwrap_or_default();
        let found = self.events.iter().skip(from).position(|event| event.index == index as u64);
        self.current = found.map(|ahead| from + ahead);
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
        match self.current.and_then(|current| self.events.get_mut(current)) {
            Some(event) => {
                event.outcome = EventOutcome::Shaped;
                event.changes.push(change);
            }
            None => self.changes.push(change),
        }
    }
}

fn id_of(data: Members<'_>) -> Option<String> {
    let id = data.find("event_id")?.text;
    Some(raw::string(id).map_or_else(|| id.to_owned(), Into::into))
}
