//! A trace of the processing of one record. The stages write it while they work.

use crate::settings::SettingId;

use super::received::{BrokenEvent, Event};

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
    /// An event can be read; a setting may filter it.
    fn event(&mut self, _event: &Event<'_>, _filtered_by: Option<SettingId>) {}

    /// An event cannot be read.
    fn broken_event(&mut self, _event: &BrokenEvent<'_>) {}

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
}

impl Trace for () {}

/// The number of nodes that each setting removes.
#[derive(Debug, Default)]
pub(crate) struct RemovedNodes(pub(crate) Vec<(SettingId, u64)>);

impl Trace for RemovedNodes {
    fn change(&mut self, change: Change, reason: Reason) {
        let (Change::Removed, Reason::Setting(setting)) = (change, reason) else { return };
        match self.0.iter_mut().find(|(known, _)| *known == setting) {
            Some((_, nodes)) => *nodes += 1,
            None => self.0.push((setting, 1)),
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
}
