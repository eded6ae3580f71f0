//! The time of a run with a spool. It advances only with what is in the spool, so that the same windows and files close again
//! when it comes again.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::forward::batch::Batcher;
use crate::forward::clock::RecordedClock;
use crate::forward::files::Files;
use crate::forward::spool::Spooled;
use crate::forward::state::first_object;

use super::ending::Ending;
use super::idle::LEAST;
use super::state::Run;

/// The time of a run with a spool.
pub(super) struct RecordedTime {
    clock: Arc<RecordedClock>,
    seed: u64,
    /// Whether the machine's clock advances it while nothing is taken.
    runs: bool,
    /// The segment of the newest records, and when they were taken.
    last: Option<Spooled>,
    /// Whether the source was asked for the present time.
    pub(super) has_asked: bool,
}

impl RecordedTime {
    pub(super) fn new(clock: Arc<RecordedClock>, seed: u64, runs: bool) -> Self {
        Self { clock, seed, runs, last: None, has_asked: false }
    }

    /// What is added to the number of a file in its segment.
    pub(super) fn objects_before(&self) -> u64 {
        self.last.map_or(0, |last| first_object(last.segment))
    }
}

impl Run<'_> {
    /// Advances the time to that of records from the spool, and closes what is then due. The first records of a segment close
    /// everything before them.
    pub(super) fn take_time(&mut self, now: Spooled) {
        let Some(recorded) = &mut self.recorded else { return };
        recorded.has_asked = false;
        recorded.clock.advance(now.at);
        let last = recorded.last;
        if last.is_none_or(|last| last.segment != now.segment) {
            let mut ending = Ending::of(&self.batcher, &self.files);
            while self.close_next(&mut ending) {}
            self.begin_segment(now);
        } else if let Some(last) = last {
            let silence = now.at.duration_since(last.at);
            if Duration::try_from(silence).is_ok_and(|silence| silence >= LEAST) {
                let lines = self.batcher.pass(i64::try_from(silence.as_millis()).unwrap_or(i64::MAX));
                self.fill_files(lines);
            }
        }
        let closed = self.files.close_aged();
        self.enqueue(closed);
        if let Some(recorded) = &mut self.recorded {
            recorded.last = Some(now);
        }
    }

    /// The objects of a segment depend on nothing before it.
    fn begin_segment(&mut self, now: Spooled) {
        let Some(recorded) = &mut self.recorded else { return };
        recorded.last = Some(now);
        let random = ChaCha8Rng::seed_from_u64(recorded.seed.wrapping_add(now.segment));
        let (for_windows, for_files) = self.budgets;
        self.batcher = Batcher::new(&self.settings, for_windows);
        self.files = Files::new(self.settings.clone(), self.clock.clone(), Some(random), for_files);
    }

    /// The time until a window or a file is due, if the source was not asked for the time yet.
    pub(super) fn next_tick(&self) -> Option<Duration> {
        let recorded = self.recorded.as_ref().filter(|recorded| recorded.runs && !recorded.has_asked)?;
        let last = recorded.last?.at;
        let window = self.batcher.next_end().map(|end| SignedDuration::from_millis(end).max(LEAST_SIGNED));
        let due = window.and_then(|window| last.checked_add(window).ok());
        let due = due.into_iter().chain(self.files.next_age_end()).min()?;
        Some(Duration::try_from(due.duration_since(Timestamp::now())).unwrap_or_default())
    }
}

const LEAST_SIGNED: SignedDuration = SignedDuration::from_secs(1);
