//! The time that passes while a source delivers nothing.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::forward::clock::Clock;

/// From how long a silence on time passes for windows. A file that is read is never silent for so long, and its windows
/// follow its timestamps alone.
const LEAST: Duration = Duration::from_secs(1);

/// How long a source has been silent while somebody waited for it; a silence that nobody waits in is not the source's.
pub(crate) struct IdleTimer {
    clock: Arc<dyn Clock>,
    since: Option<Timestamp>,
}

impl IdleTimer {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, since: None }
    }

    /// Notes whether the source is being waited for now.
    pub(crate) fn listen(&mut self, waiting: bool) {
        if !waiting || !self.clock.runs() {
            self.since = None;
        } else if self.since.is_none() {
            self.since = Some(self.clock.now());
        }
    }

    /// How long it has lasted; a clock that was set back has seen none.
    fn length(&self) -> Option<Duration> {
        let length = self.clock.now().duration_since(self.since?);
        Some(Duration::try_from(length).unwrap_or_default())
    }

    /// How long from now until it has lasted for `duration`; `None` if nobody waits or no time passes by itself.
    pub(crate) fn until(&self, duration: Duration) -> Option<Duration> {
        Some(duration.max(LEAST).saturating_sub(self.length()?))
    }

    /// What has passed, once; the silence begins anew.
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
        assert_eq!(idle.take(), None, "while nobody waited the idle was our own");
        set(-9_000);
        assert_eq!((idle.take(), idle.until(LEAST)), (None, Some(LEAST)));
    }
}
