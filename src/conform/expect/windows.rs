//! Open windows and sessions (BAT-1, BAT-2, U-9, U-10, U-17).

use std::collections::BTreeMap;

use super::gathering::{Gathering, Key};
use super::part::Part;
use crate::settings::Settings;

/// Why a line was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The batch is not merged and did not wait.
    Alone,
    /// The window ended.
    WindowOver,
    /// The session ended.
    SessionEnded,
    /// The session did not end in time (U-10).
    SessionReleased,
    /// The next batch would have made the line too long.
    Full,
    /// A single batch is already too long.
    Oversize,
    /// The input ended.
    InputOver,
}

/// A line that is ready.
pub(super) struct Closed {
    pub(super) part: Part,
    pub(super) gathering: Gathering,
    pub(super) closing: Closing,
}

/// All open windows.
pub(super) struct Windows<'a> {
    settings: &'a Settings,
    /// The latest arrival so far, in milliseconds since 1970.
    now: i64,
    opened: u64,
    open: BTreeMap<Key, Open>,
    /// The end of each window; the window that opened first comes first.
    due: BTreeMap<(i128, u64), Key>,
    closed: Vec<Closed>,
}

struct Open {
    part: Part,
    gathering: Gathering,
    /// The arrival of the first batch.
    since: i64,
    due: (i128, u64),
}

impl<'a> Windows<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, now: i64::MIN, opened: 0, open: BTreeMap::new(), due: BTreeMap::new(), closed: Vec::new() }
    }

    /// Advances the time to the arrival of a batch. A late batch does not change it.
    pub(super) fn arrive(&mut self, at: i64) {
        self.now = self.now.max(at);
        while let Some(entry) = self.due.first_entry().filter(|entry| entry.key().0 <= i128::from(self.now)) {
            let key = entry.get().clone();
            let over = match self.open.get(&key).map(|open| open.gathering) {
                Some(Gathering::Session) => Closing::SessionReleased,
                _ => Closing::WindowOver,
            };
            self.close(&key, over);
        }
    }

    /// Adds a batch that is not merged.
    pub(super) fn alone(&mut self, part: Part, gathering: Gathering) {
        self.closed.push(Closed { part, gathering, closing: Closing::Alone });
    }

    /// Adds a batch that arrived at `at`. It is merged with batches of its key that arrived less than a window's length
    /// before.
    pub(super) fn take(&mut self, key: &Key, at: i64, part: Part, gathering: Gathering) {
        let keeps_location = self.settings.connection.include_event_batch_location;
        let engine = &self.settings.engine;
        let (seconds, over) = match gathering {
            Gathering::Session => (engine.session_release_seconds, Closing::SessionReleased),
            Gathering::Window | Gathering::None => (engine.window_seconds, Closing::WindowOver),
        };
        let length = i128::from(seconds) * 1_000;
        if self.open.get(key).is_some_and(|open| i128::from(at) - i128::from(open.since) >= length) {
            self.close(key, over);
        }
        let mut part = part;
        if let Some(open) = self.open.get_mut(key) {
            match open.part.absorb(part, keeps_location) {
                None => return,
                Some(next) => part = next,
            }
            self.close(key, Closing::Full);
        }
        if part.is_oversize() {
            self.closed.push(Closed { part, gathering, closing: Closing::Oversize });
            return;
        }
        self.opened += 1;
        let due = (i128::from(self.now) + length, self.opened);
        self.due.insert(due, key.clone());
        self.open.insert(key.clone(), Open { part, gathering, since: at, due });
    }

    /// Closes the session of this key.
    pub(super) fn end_session(&mut self, key: &Key) {
        self.close(key, Closing::SessionEnded);
    }

    /// Closes everything at the end of the input.
    pub(super) fn end(&mut self) {
        while let Some(key) = self.due.first_key_value().map(|(_, key)| key.clone()) {
            self.close(&key, Closing::InputOver);
        }
    }

    /// Removes and returns the lines that are ready.
    pub(super) fn ready(&mut self) -> Vec<Closed> {
        std::mem::take(&mut self.closed)
    }

    fn close(&mut self, key: &Key, closing: Closing) {
        if let Some(Open { part, gathering, due, .. }) = self.open.remove(key) {
            self.due.remove(&due);
            self.closed.push(Closed { part, gathering, closing });
        }
    }
}
