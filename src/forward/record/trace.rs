//! A trace of the processing of one record. The stages write it while they work.

use crate::settings::SettingId;

use super::received::Event;
use crate::forward::ledger::{Flag, Indices};

/// A change of a node of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Removed,
    Added,
    Converted,
    Replaced,
}

/// Why a stage changes a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A setting requires it.
    Setting(SettingId),
    /// A clause requires it, or the choice for an open question.
    Clause(&'static str),
}

/// Receives the trace. By default it does nothing, so that an unused trace costs nothing.
pub(crate) trait Trace {
    /// An event of the batch; a setting may filter it.
    fn event(&mut self, _event: &Event<'_>, _filtered_by: Option<SettingId>) {}

    /// The following changes are in the event with this index in its batch, until the next call.
    fn changes_of_event(&mut self, _index: usize) {}

    /// The following changes are below the member `name` of the current node, until [`leave`](Self::leave).
    fn enter_member(&mut self, _name: &str) {}

    /// The following changes are below an element of the current node, until [`leave`](Self::leave).
    fn enter_element(&mut self, _index: usize) {}

    /// The current node is complete.
    fn leave(&mut self) {}

    /// The current node is changed.
    fn change(&mut self, _change: Change, _reason: Reason) {}

    /// Something is odd about the current event, or about the batch.
    fn flag(&mut self, _flag: Flag) {}
}

impl Trace for () {}

/// What the ledger keeps of a record.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    /// How many nodes each setting removes.
    pub(crate) removed: Vec<(SettingId, u64)>,
    /// What is odd; without indices about the batch.
    pub(crate) flags: Vec<(Flag, Indices)>,
    event: Option<usize>,
}

impl Trace for Remarks {
    fn changes_of_event(&mut self, index: usize) {
        self.event = Some(index);
    }

    fn change(&mut self, change: Change, reason: Reason) {
        let (Change::Removed, Reason::Setting(setting)) = (change, reason) else { return };
        match self.removed.iter_mut().find(|(known, _)| *known == setting) {
            Some((_, nodes)) => *nodes += 1,
            None => self.removed.push((setting, 1)),
        }
    }

    fn flag(&mut self, flag: Flag) {
        let is_known = |known: &&mut (Flag, Indices)| known.0 == flag && known.1.is_empty() == self.event.is_none();
        match (self.flags.iter_mut().find(is_known), self.event) {
            // Once for an event, however many numbers of it are odd.
            (Some((_, events)), Some(event)) if events.last() != Some(event) => events.push(event),
            (Some(_), _) => {}
            (None, event) => self.flags.push((flag, event.into_iter().collect())),
        }
    }
}

/// Writes changes to both.
impl<A: Trace, B: Trace> Trace for (&mut A, &mut B) {
    fn changes_of_event(&mut self, index: usize) {
        self.0.changes_of_event(index);
        self.1.changes_of_event(index);
    }

    fn enter_member(&mut self, name: &str) {
        self.0.enter_member(name);
        self.1.enter_member(name);
    }

    fn enter_element(&mut self, index: usize) {
        self.0.enter_element(index);
        self.1.enter_element(index);
    }

    fn leave(&mut self) {
        self.0.leave();
        self.1.leave();
    }

    fn change(&mut self, change: Change, reason: Reason) {
        self.0.change(change, reason);
        self.1.change(change, reason);
    }

    fn flag(&mut self, flag: Flag) {
        self.0.flag(flag);
        self.1.flag(flag);
    }
}
