//! Open windows of devices (BAT-1) and sessions (BAT-2), and when they close.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::forward::ledger::Flag;
use crate::settings::Settings;

use super::draft::{Draft, Rules};
use super::key::Key;
use super::line::{Group, Line};
use super::mode::BatchMode;

/// The memory of an open window in addition to its key and its draft: its entries in the three indices.
const WINDOW_BYTES: usize = 512;

/// The maximum number of sessions that are remembered because a part was written.
const MOST_SPLIT: usize = 1 << 16;

/// Merges drafts. It has no clock: time advances with arrivals and with [`pass`](Self::pass). All times are in
/// milliseconds since 1970.
#[derive(Debug)]
pub(crate) struct Batcher {
    rules: Rules,
    window: i64,
    session_release: i64,
    /// The limit of memory of open windows in bytes. Above it the oldest closes early.
    budget: u64,
    bytes: u64,
    /// The latest arrival. A clock that is set back does not move it back.
    time: i64,
    opened: u64,
    /// The open windows, numbered in the order of their opening.
    open: BTreeMap<u64, Window>,
    numbers: HashMap<Key, u64, RandomState>,
    /// The end and the number of each window.
    ends: BTreeSet<(i64, u64)>,
    /// Sessions of which a part was written early because of its length (U-22), until they end.
    split: HashSet<Key>,
}

#[derive(Debug)]
struct Window {
    key: Key,
    /// The arrival of its first batch.
    opened_at: i64,
    ends_at: i64,
    draft: Draft,
}

/// Why a window closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CloseReason {
    /// Its time is over, its session ended, or the input ended.
    Complete,
    /// Its session did not end in time (U-10).
    Released,
    /// The next batch would exceed the limit of a batch (LIM-1).
    Full,
    /// The open windows together exceed the memory limit.
    Pressure,
}

impl Batcher {
    /// A batcher for these settings, with `budget` bytes for open windows.
    pub(crate) fn new(settings: &Settings, budget: u64) -> Self {
        let milliseconds = |seconds: u64| i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX);
        Self {
            rules: Rules::new(settings),
            window: milliseconds(settings.engine.window_seconds),
            session_release: milliseconds(settings.engine.session_release_seconds),
            budget,
            bytes: 0,
            time: i64::MIN,
            opened: 0,
            open: BTreeMap::new(),
            numbers: HashMap::default(),
            ends: BTreeSet::new(),
            split: HashSet::new(),
        }
    }

    /// Adds a draft of a batch that arrived at `arrival`, or `None` if nothing of the batch is forwarded. Returns the
    /// completed lines in the order of their ends, and at the same end the oldest first.
    pub(crate) fn receive(&mut self, arrival: i64, mode: &BatchMode, draft: Option<Draft>) -> Vec<Line> {
        let mut lines = self.advance(arrival);
        match mode {
            BatchMode::Each | BatchMode::Alone => {
                lines.extend(draft.map(|draft| draft.into_line(self.rules, Vec::new())));
            }
            BatchMode::Gather { key, ends } => {
                if let Some(draft) = draft {
                    lines.extend(self.close_if_over(key, arrival));
                    self.gather(key, arrival, draft, &mut lines);
                }
                // A batch without forwarded events can also end its session.
                if *ends {
                    if let Some(number) = self.numbers.get(key) {
                        lines.extend(self.close(*number, CloseReason::Complete));
                    }
                    self.split.remove(key);
                }
            }
        }
        while self.bytes > self.budget
            && let Some((&oldest, _)) = self.open.first_key_value()
        {
            lines.extend(self.close(oldest, CloseReason::Pressure));
        }
        lines
    }

    /// Advances the time without an arrival.
    pub(crate) fn pass(&mut self, milliseconds: i64) -> Vec<Line> {
        self.advance(self.time.saturating_add(milliseconds))
    }

    /// The milliseconds until the next window ends; `None` if no window is open.
    pub(crate) fn next_end(&self) -> Option<i64> {
        self.ends.first().map(|(end, _)| end.saturating_sub(self.time))
    }

    /// The open windows, the oldest first: the number of each, and the file that its line belongs to.
    pub(crate) fn open_windows(&self) -> impl Iterator<Item = (u64, Group)> + '_ {
        self.open.iter().map(|(number, window)| (*number, window.draft.group(self.rules)))
    }

    /// Closes a window at the end of the input.
    pub(crate) fn complete(&mut self, number: u64) -> Option<Line> {
        self.close(number, CloseReason::Complete)
    }

    fn advance(&mut self, time: i64) -> Vec<Line> {
        self.time = self.time.max(time);
        let mut lines = Vec::new();
        // An end outside the 64-bit range never comes.
        while let Some(&(end, number)) = self.ends.first()
            && end <= self.time
            && end < i64::MAX
        {
            let is_session = self.open.get(&number).is_some_and(|window| window.key.is_session());
            lines.extend(self.close(number, if is_session { CloseReason::Released } else { CloseReason::Complete }));
        }
        lines
    }

    /// Closes the window if this batch arrived too long after its first batch. The latest arrival does not matter: a
    /// batch without a timestamp arrives when it is read, which may be years after the batches around it.
    fn close_if_over(&mut self, key: &Key, arrival: i64) -> Option<Line> {
        let number = *self.numbers.get(key)?;
        let open_for = i128::from(arrival) - i128::from(self.open.get(&number)?.opened_at);
        let reason = if key.is_session() { CloseReason::Released } else { CloseReason::Complete };
        if open_for >= i128::from(self.length_of(key)) { self.close(number, reason) } else { None }
    }

    /// The length of a window of this kind.
    fn length_of(&self, key: &Key) -> i64 {
        if key.is_session() { self.session_release } else { self.window }
    }

    fn gather(&mut self, key: &Key, arrival: i64, draft: Draft, lines: &mut Vec<Line>) {
        let mut draft = draft;
        if let Some(&number) = self.numbers.get(key) {
            if !draft.is_oversize()
                && let Some(window) = self.open.get_mut(&number)
            {
                let before = window.draft.cost() as u64;
                match window.draft.add(draft, self.rules) {
                    Ok(()) => {
                        self.bytes = self.bytes - before + window.draft.cost() as u64;
                        return;
                    }
                    Err(refused) => draft = refused,
                }
            }
            lines.extend(self.close(number, CloseReason::Full));
        }
        if draft.is_oversize() {
            let flags = if self.split.contains(key) { vec![Flag::SessionSplit] } else { Vec::new() };
            lines.push(draft.into_line(self.rules, flags));
            self.remember_split(key);
            return;
        }
        let ends_at = self.time.saturating_add(self.length_of(key));
        let window = Window { key: key.clone(), opened_at: arrival, ends_at, draft };
        self.opened += 1;
        self.bytes += window.cost();
        self.numbers.insert(window.key.clone(), self.opened);
        self.ends.insert((window.ends_at, self.opened));
        self.open.insert(self.opened, window);
    }

    fn remember_split(&mut self, key: &Key) {
        if key.is_session() && self.split.len() < MOST_SPLIT {
            self.split.insert(key.clone());
        }
    }

    fn close(&mut self, number: u64, reason: CloseReason) -> Option<Line> {
        let window = self.open.remove(&number)?;
        self.bytes -= window.cost();
        self.numbers.remove(&window.key);
        self.ends.remove(&(window.ends_at, number));
        let mut flags = Vec::new();
        match reason {
            CloseReason::Complete => {}
            CloseReason::Released => flags.push(Flag::SessionReleased),
            CloseReason::Full if window.key.is_session() => flags.push(Flag::SessionSplit),
            CloseReason::Full => flags.push(Flag::ClosedBySize),
            CloseReason::Pressure => flags.push(Flag::ClosedByPressure),
        }
        match reason {
            CloseReason::Full => self.remember_split(&window.key),
            _ if self.split.contains(&window.key) => flags.push(Flag::SessionSplit),
            _ => {}
        }
        if reason == CloseReason::Released {
            self.split.remove(&window.key);
        }
        Some(window.draft.into_line(self.rules, flags))
    }

    /// The number of open windows.
    pub(crate) fn open(&self) -> usize {
        self.open.len()
    }
}

impl Window {
    fn cost(&self) -> u64 {
        (WINDOW_BYTES + self.key.len() + self.draft.cost()) as u64
    }
}
