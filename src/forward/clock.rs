//! Time and chance, which the engine is handed and never asks for itself: the same of both gives the same bytes.

use std::sync::Mutex;

use jiff::{SignedDuration, Timestamp};

/// What time it is.
pub trait Clock: Send + Sync {
    /// Now, in whole microseconds, and never twice the same: so that two files of one process never share a name.
    fn now(&self) -> Timestamp;

    /// Whether time passes by itself, so that a file can become too old while nothing happens.
    fn runs(&self) -> bool;
}

const TICK: SignedDuration = SignedDuration::from_micros(1);

/// The machine's clock. Steps back are ridden out: it stands still until the time has come round again.
#[derive(Debug, Default)]
pub struct SystemClock {
    last: Mutex<Option<Timestamp>>,
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        advance(&self.last, whole_microseconds(Timestamp::now()))
    }

    fn runs(&self) -> bool {
        true
    }
}

/// A clock that stands, but for a microsecond a look: for runs that must give the same bytes again.
#[derive(Debug)]
pub struct FixedClock {
    start: Timestamp,
    last: Mutex<Option<Timestamp>>,
}

impl FixedClock {
    /// A clock that stands at `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { start: whole_microseconds(start), last: Mutex::new(None) }
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        advance(&self.last, self.start)
    }

    fn runs(&self) -> bool {
        false
    }
}

fn advance(last: &Mutex<Option<Timestamp>>, now: Timestamp) -> Timestamp {
    // A poisoned lock still holds a good time.
    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let next = last.and_then(|last| last.checked_add(TICK).ok()).map_or(now, |least| now.max(least));
    *last = Some(next);
    next
}

fn whole_microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_told_twice() {
        let clock = FixedClock::new(Timestamp::UNIX_EPOCH);
        let told: Vec<_> = (0..3).map(|_| clock.now().as_microsecond()).collect();
        assert_eq!(told, [0, 1, 2]);
        let clock = SystemClock::default();
        assert!(clock.now() < clock.now());
    }
}
