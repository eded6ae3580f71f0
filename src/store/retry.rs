//! Repeats a request after an error that may end by itself: the number of attempts, their duration and the pauses.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::{Advice, StoreError};

/// When to stop, and how long to wait between attempts. Each pause is twice as long as the previous one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The maximum number of attempts, including the first.
    pub attempts: u32,
    /// How long after the first attempt another attempt may start.
    pub deadline: Duration,
    /// The pause after the first attempt.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
    /// Shortens each pause by up to half, so that requests that failed together are not repeated together. The same
    /// seed gives the same pauses.
    pub jitter_seed: Option<u64>,
}

impl RetryPolicy {
    /// Repeats until `deadline` has passed, with pauses from 200 ms to 5 s.
    pub fn until(deadline: Duration) -> Self {
        let (first_pause, longest_pause) = (Duration::from_millis(200), Duration::from_secs(5));
        Self { attempts: u32::MAX, deadline, first_pause, longest_pause, jitter_seed: None }
    }

    /// Makes at most `attempts` attempts, without a deadline.
    pub fn attempts(attempts: u32) -> Self {
        Self { attempts, ..Self::until(Duration::MAX) }
    }

    /// The same policy with jitter that depends only on `seed`.
    #[must_use]
    pub fn jitter(mut self, seed: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        seed.hash(&mut hasher);
        self.jitter_seed = Some(hasher.finish());
        self
    }

    /// Starts the first attempt now.
    pub fn start(self) -> Retries {
        let pause = self.first_pause;
        Retries { end: Instant::now().checked_add(self.deadline), policy: self, made: 0, pause }
    }
}

/// The attempts of one request.
#[derive(Debug)]
pub struct Retries {
    policy: RetryPolicy,
    end: Option<Instant>,
    made: u32,
    pause: Duration,
}

impl Retries {
    /// The number of failed attempts.
    pub fn made(&self) -> u32 {
        self.made
    }

    /// The time after which no attempt starts; `None` if it is too far in the future.
    pub fn end(&self) -> Option<Instant> {
        self.end
    }

    /// The pause before the next attempt, after one has failed with `error`; `None` if it was the last one.
    pub fn pause_after(&mut self, error: &StoreError) -> Option<Duration> {
        let pause = self.next_pause();
        let is_late = self.end.is_some_and(|end| Instant::now() + pause >= end);
        (error.advice == Advice::Retry && self.made < self.policy.attempts && !is_late).then_some(pause)
    }

    /// Counts a failed attempt, and returns the pause before the next one, whatever the error and the deadline are.
    pub fn next_pause(&mut self) -> Duration {
        self.made += 1;
        let pause = self.jittered();
        self.pause = (self.pause * 2).min(self.policy.longest_pause);
        pause
    }

    /// Waits before the next attempt.
    ///
    /// # Errors
    /// The error itself, if it was the last attempt.
    pub async fn wait_after(&mut self, error: StoreError) -> Result<(), StoreError> {
        let Some(pause) = self.pause_after(&error) else { return Err(error) };
        if self.made == 1 {
            tracing::warn!(%error, "the request will be repeated");
        }
        sleep(pause).await;
        Ok(())
    }

    fn jittered(&self) -> Duration {
        let Some(seed) = self.policy.jitter_seed else { return self.pause };
        let mut hasher = DefaultHasher::new();
        (seed, self.made).hash(&mut hasher);
        let share = f64::from(u32::try_from(hasher.finish() % 1000).unwrap_or_default()) / 1000.0;
        self.pause.mul_f64(0.5 + share / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16) -> StoreError {
        StoreError::answered("GetObject", "b/k", status, None, "")
    }

    fn pauses(policy: RetryPolicy) -> Vec<u128> {
        let mut retries = policy.start();
        std::iter::from_fn(|| retries.pause_after(&error(503))).take(7).map(|pause| pause.as_millis()).collect()
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_end_with_the_attempts() {
        let hour = Duration::from_secs(3600);
        assert_eq!(pauses(RetryPolicy::until(hour)), [200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(pauses(RetryPolicy::attempts(3)), [200, 400]);
        assert_eq!(pauses(RetryPolicy::attempts(1)), [0_u128; 0]);
        assert_eq!(pauses(RetryPolicy::until(Duration::ZERO)), [0_u128; 0], "without a deadline there is one attempt");
        assert_eq!(pauses(RetryPolicy::until(Duration::from_millis(500))), [200, 400]);
    }

    #[test]
    fn jitter_shortens_a_pause_by_up_to_half_and_depends_on_the_seed_alone() {
        let policy = |seed| RetryPolicy::until(Duration::from_secs(3600)).jitter(seed);
        assert_eq!(pauses(policy("a")), pauses(policy("a")));
        assert_ne!(pauses(policy("a")), pauses(policy("b")));
        assert!(pauses(policy("a")).iter().zip([200, 400, 800]).all(|(pause, most)| (most / 2..=most).contains(pause)));
    }

    #[test]
    fn an_error_that_cannot_pass_is_not_repeated() {
        assert_eq!(RetryPolicy::attempts(3).start().pause_after(&error(403)), None);
    }
}
