//! The state of the target: what was written, and which uploads wait for a cause to go away.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

/// The largest number of causes that are counted separately.
const MOST_CAUSES: usize = 32;

/// What all uploads of a run know of the target.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    written: AtomicU64,
    parked: watch::Sender<usize>,
    causes: Mutex<HashMap<String, Cause>>,
    retries: Mutex<BTreeMap<String, u64>>,
}

/// Why uploads are parked.
#[derive(Debug)]
struct Cause {
    /// When these uploads are given up; `None` for never.
    end: Option<Instant>,
    /// The objects that were written before.
    written: u64,
}

impl Standing {
    /// An object was written.
    pub(super) fn wrote(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }

    /// The objects that were written.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// An attempt is made again because of `cause`.
    pub(super) fn retried(&self, cause: String) {
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        // A server decides how its error codes are named.
        if retries.len() < MOST_CAUSES || retries.contains_key(&cause) {
            *retries.entry(cause).or_default() += 1;
        } else {
            *retries.entry("other".to_owned()).or_default() += 1;
        }
    }

    /// The attempts that were made again, by their cause.
    pub(crate) fn retries(&self) -> BTreeMap<String, u64> {
        self.retries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number of parked uploads. They do not count among those that may run at the same time.
    pub(crate) fn parked(&self) -> watch::Receiver<usize> {
        self.parked.subscribe()
    }

    /// Parks an upload because of `cause`, until the result is dropped. All uploads with one cause wait together, so that the
    /// deadline passes once and not for each of them. It passes again only if nothing could be written after it.
    pub(super) fn park(self: &Arc<Self>, cause: &str, deadline: Duration) -> Parked {
        let mut causes = self.causes.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let written = self.written();
        let fresh = || Cause { end: now.checked_add(deadline), written };
        let known = causes.entry(cause.to_owned()).or_insert_with(fresh);
        let is_over = known.end.is_some_and(|end| end <= now);
        if is_over && known.written == written {
            *known = fresh();
        }
        let (end, before) = (known.end, known.written);
        if is_over {
            known.written = written;
        }
        drop(causes);
        self.parked.send_modify(|parked| *parked += 1);
        Parked { standing: self.clone(), cause: cause.to_owned(), end, before }
    }
}

/// A parked upload.
#[derive(Debug)]
pub(super) struct Parked {
    standing: Arc<Standing>,
    cause: String,
    /// When it is given up; `None` for never.
    pub(super) end: Option<Instant>,
    /// The objects that were written before its cause came.
    pub(super) before: u64,
}

impl Parked {
    pub(super) fn cause(&self) -> &str {
        &self.cause
    }

    /// The cause has gone away.
    pub(super) fn resume(&self) {
        self.standing.causes.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.cause);
    }
}

impl Drop for Parked {
    fn drop(&mut self) {
        self.standing.parked.send_modify(|parked| *parked -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uploads_with_one_cause_wait_together_and_again_only_if_nothing_was_written() {
        let standing = Arc::new(Standing::default());
        let deadline = Duration::from_millis(40);
        let first = standing.park("AccessDenied", deadline);
        let second = standing.park("AccessDenied", deadline);
        assert_eq!((first.end, *standing.parked().borrow()), (second.end, 2));
        std::thread::sleep(deadline);
        standing.wrote();
        drop((first, second));
        let third = standing.park("AccessDenied", deadline);
        assert!(third.end.unwrap() <= Instant::now(), "others are written, so it does not wait again");
        assert!(third.before < standing.written());
        let fourth = standing.park("AccessDenied", deadline);
        assert!(fourth.end.unwrap() > Instant::now(), "nothing was written since");
        fourth.resume();
        assert!(standing.park("AccessDenied", deadline).end > fourth.end);
    }
}
