//! Windows and sessions that are open (BAT-1, BAT-2, U-9, U-10, U-17). Time goes in, lines come out.

use std::collections::BTreeMap;

use super::gathering::{Gathering, Key};
use super::part::Part;
use crate::settings::Settings;

/// Why a line holds no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// It is not gathered with others: it never waited.
    Alone,
    /// Its window is over.
    WindowOver,
    /// Its session has ended.
    SessionEnded,
    /// Its session did not end in time (U-10).
    SessionReleased,
    /// What came next would have made it too long.
    Full,
    /// It is too long already, as one batch.
    Oversize,
    /// There is no more input.
    InputOver,
}

/// A line that is ready.
pub(super) struct Closed {
    pub(super) part: Part,
    pub(super) gathering: Gathering,
    pub(super) closing: Closing,
}

/// All windows that are open.
pub(super) struct Windows<'a> {
    settings: &'a Settings,
    /// The latest arrival so far, milliseconds since 1970.
    now: i64,
    opened: u64,
    open: BTreeMap<Key, Open>,
    /// When each is over, the earlier opened first.
    due: BTreeMap<(i128, u64), Key>,
    closed: Vec<Closed>,
}

struct Open {
    part: Part,
    gathering: Gathering,
    /// When its first batch arrived.
    since: i64,
    due: (i128, u64),
}

impl<'a> Windows<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        Self { settings, now: i64::MIN, opened: 0, open: BTreeMap::new(), due: BTreeMap::new(), closed: Vec::new() }
    }

    /// A batch has arrived: time goes on, or stands still if the batch is late, and never goes back.
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

    /// Takes what is not gathered with anything.
    pub(super) fn alone(&mut self, part: Part, gathering: Gathering) {
        self.closed.push(Closed { part, gathering, closing: Closing::Alone });
    }

    /// Takes what arrived at `at` and is gathered with others of its key that arrived less than a window's length before.
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

    /// The session of this key has ended.
    pub(super) fn end_session(&mut self, key: &Key) {
        self.close(key, Closing::SessionEnded);
    }

    /// There is no more input.
    pub(super) fn end(&mut self) {
        while let Some(key) = self.due.first_key_value().map(|(_, key)| key.clone()) {
            self.close(&key, Closing::InputOver);
        }
    }

    /// What is ready and was not asked for yet.
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
