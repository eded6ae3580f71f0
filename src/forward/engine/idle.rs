//! Measures the time in which a source delivers nothing.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::forward::clock::Clock;

/// The shortest idle time that counts. Reading a file never takes this long, so its windows depend only on timestamps.
pub(super) const LEAST: Duration = Duration::from_secs(1);

/// Measures how long the engine has waited for a source.
pub(crate) struct IdleTimer {
    clock: Arc<dyn Clock>,
    since: Option<Timestamp>,
}

impl IdleTimer {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, since: None }
    }

    /// Records whether the engine is waiting for the source.
    pub(crate) fn listen(&mut self, waiting: bool) {
        if !waiting || !self.clock.runs() {
            self.since = None;
        } else if self.since.is_none() {
            self.since = Some(self.clock.now());
        }
    }

    /// The time it has waited; zero if the clock was set back.
    fn length(&self) -> Option<Duration> {
        let length = self.clock.now().duration_since(self.since?);
        Some(Duration::try_from(length).unwrap_or_default())
    }

    /// The remaining time until it has waited for `duration`; `None` if it does not wait or the clock is fixed.
    pub(crate) fn until(&self, duration: Duration) -> Option<Duration> {
        Some(duration.max(LEAST).saturating_sub(self.length()?))
    }

    /// Returns the time that has passed and restarts the timer.
    pub(crate) fn take(&mut self) -> Option<Duration> {
        let length = self.length().filter(|length| *length >= LEAST)?;
        self.since = Some(self.clock.now());
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Hands(AtomicI64);

    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
        }

        fn runs(&self) -> bool {
            true
        }
    }

    #[test]
    fn only_a_second_s_silence_that_is_waited_in_counts() {
        let hands = Arc::new(Hands::default());
        let set = |milliseconds| hands.0.store(milliseconds, Ordering::Relaxed);
        let mut idle = IdleTimer::new(hands.clone());
        assert_eq!(idle.until(LEAST), None);
        idle.listen(true);
        set(999);
        idle.listen(true);
        assert_eq!((idle.take(), idle.until(Duration::ZERO)), (None, Some(Duration::from_millis(1))));
        set(1_500);
        assert_eq!((idle.take(), idle.take()), (Some(Duration::from_millis(1_500)), None));
        set(2_400);
        idle.listen(false);
        idle.listen(true);
        set(3_300);
        assert_eq!(idle.take(), None, "the time in which the engine did not wait does not count");
        set(-9_000);
        assert_eq!((idle.take(), idle.until(LEAST)), (None, Some(LEAST)));
    }
}
