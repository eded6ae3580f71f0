//! The attempts to store one object.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use crate::store::{Advice, Object, Retries, RetryPolicy, Store, StoreError};

use super::read_back::{LONGEST_READ_BACK, Stored, read_back};
use super::standing::{Parked, Standing};
use super::trial::Trial;

/// How long a request in progress may continue after the run was stopped, and the last one after the deadline.
const GRACE: Duration = Duration::from_secs(5);

/// The result of an upload.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The object is stored.
    Written,
    /// Another object has this key. The file needs another name.
    Taken(StoreError),
    /// An object that cannot be read has this key, or an answer was lost. It is probably stored.
    Unconfirmed(Failed),
    /// The object may not be stored. More time or a person is needed.
    Pending(Failed),
}

/// An upload that was given up.
#[derive(Debug)]
pub(crate) struct Failed {
    /// The last error.
    pub(crate) error: StoreError,
    /// Whether no other object could be written in the meantime, so that further uploads make no sense.
    pub(crate) ends_run: bool,
}

/// The limits of a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The time from the first attempt on; zero means one attempt, [`Duration::MAX`] no end.
    pub(crate) deadline: Duration,
    /// Whether an upload that the target refuses is tried again until the deadline, in case somebody removes the cause.
    pub(crate) waits: bool,
    /// Becomes true when the run is stopped. Then no request is repeated.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Whether the user must still be warned. Many uploads meet the same error, but only the first one warns.
    pub(crate) warn: Arc<AtomicBool>,
    pub(crate) trial: Arc<Trial>,
    pub(crate) standing: Arc<Standing>,
    /// Which attempts were made before this delivery.
    pub(crate) earlier: Earlier,
}

/// What is known of attempts that were made before a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// Attempts are not recorded.
    Unrecorded,
    /// There were none: every attempt is recorded before it is made.
    None,
    /// An attempt with the same key and bytes is recorded.
    Recorded,
}

/// Uploads `object` with pauses between attempts, within `limits`.
pub(crate) async fn deliver(store: &dyn Store, object: &Object, limits: Limits) -> Delivery {
    let mut attempts = Attempts::new(store, object, limits);
    loop {
        let error = match attempts.make().await {
            Ok(()) => return attempts.written().await,
            Err(error) => error,
        };
        attempts.answer_lost |= error.answer_lost;
        if error.advice == Advice::Exists {
            return attempts.exists(error).await;
        }
        match attempts.pause_after(&error) {
            Some(pause) if attempts.wait(pause, &error).await => {}
            _ => return attempts.give_up(error).await,
        }
    }
}

struct Attempts<'a> {
    store: &'a dyn Store,
    object: &'a Object,
    limits: Limits,
    retries: Retries,
    /// Whether the object may be stored although no answer confirms it.
    answer_lost: bool,
    parked: Option<Parked>,
    /// The objects that were written before the first error.
    before: u64,
}

impl<'a> Attempts<'a> {
    fn new(store: &'a dyn Store, object: &'a Object, limits: Limits) -> Self {
        Self {
            store,
            object,
            retries: RetryPolicy::until(limits.deadline).jitter(&object.key).start(),
            answer_lost: limits.earlier == Earlier::Recorded,
            parked: None,
            before: limits.standing.written(),
            limits,
        }
    }

    fn is_stopped(&self) -> bool {
        *self.limits.stopped.borrow()
    }

    /// One attempt. It ends at the deadline, or some seconds after the run was stopped.
    async fn make(&self) -> Result<(), StoreError> {
        let (store, object, deadline) = (self.store, self.object, self.limits.deadline);
        let unanswered = |detail: String| Err(StoreError::unanswered("PutObject", &object.key, true, detail));
        let end = match &self.parked {
            Some(parked) => parked.end.map(|end| end.max(Instant::now() + GRACE)),
            None => self.retries.end(),
        };
        let upload = async {
            match end.filter(|_| !deadline.is_zero()) {
                None => store.put(object).await,
                Some(end) => timeout_at(end, store.put(object))
                    .await
                    .unwrap_or_else(|_| unanswered(format!("no answer within {deadline:?}"))),
            }
        };
        let mut stopped = self.limits.stopped.clone();
        let stop = async {
            // If nothing can stop the run, an attempt has no time limit.
            if stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(GRACE).await;
        };
        tokio::select! {
            outcome = upload => outcome,
            () = stop => unanswered(format!("no answer within {GRACE:?} of being stopped")),
        }
    }

    async fn written(&self) -> Delivery {
        self.limits.standing.wrote();
        if let Some(parked) = &self.parked {
            parked.resume();
        }
        if !self.is_stopped() {
            self.limits.trial.make(self.store, self.object).await;
        }
        Delivery::Written
    }

    /// An object has this key. Where attempts are not recorded, even the first one can find its own object, for instance
    /// if a proxy sent it twice: a name has microseconds and a random number, so an object that cannot be read is probably this
    /// one and not another.
    async fn exists(&self, error: StoreError) -> Delivery {
        let stored = self.read_back().await;
        match (stored, self.limits.earlier) {
            (Stored::Ours, _) => Delivery::Written,
            (Stored::Other, _) => Delivery::Taken(error),
            (Stored::Nothing, _) if !self.answer_lost => Delivery::Taken(error),
            (Stored::Unknown, Earlier::None) if !self.answer_lost => Delivery::Taken(error),
            // The record has the attempt with this key and these bytes.
            (Stored::Unknown, Earlier::None | Earlier::Recorded) => Delivery::Written,
            (Stored::Unknown, Earlier::Unrecorded) | (Stored::Nothing, _) => {
                Delivery::Unconfirmed(Failed { error, ends_run: false })
            }
        }
    }

    /// The pause before the next attempt; `None` if this was the last one.
    fn pause_after(&mut self, error: &StoreError) -> Option<Duration> {
        let Limits { deadline, waits, .. } = self.limits;
        if deadline.is_zero() || self.is_stopped() {
            return None;
        }
        if self.retries.made() == 0 {
            self.before = self.limits.standing.written();
        }
        let cause = match (error.advice, &self.parked) {
            (Advice::Retry, None) => return self.retries.pause_after(error),
            (Advice::Park, _) if waits && error.can_pass() => error.cause(),
            (Advice::Retry, Some(parked)) => parked.cause().to_owned(),
            _ => return None,
        };
        let mut is_new = false;
        let parked = match self.parked.take() {
            Some(parked) if parked.cause() == cause => parked,
            _ => {
                is_new = true;
                self.limits.standing.park(&cause, deadline)
            }
        };
        let pause = self.retries.next_pause();
        let is_late = parked.end.is_some_and(|end| Instant::now() + pause >= end);
        self.before = parked.before;
        self.parked = Some(parked);
        // An unknown error may pass at once, so there is always a second attempt.
        (is_new || !is_late).then_some(pause)
    }

    /// Waits before the next attempt. Returns whether the run goes on.
    async fn wait(&mut self, pause: Duration, error: &StoreError) -> bool {
        self.limits.standing.retried(error.cause());
        if self.limits.warn.swap(false, Ordering::Relaxed) {
            let deadline = self.limits.deadline;
            let time =
                if deadline == Duration::MAX { "until it succeeds".to_owned() } else { format!("for {deadline:?}") };
            tracing::warn!(%error, "uploads will be tried again {time}");
        } else {
            tracing::info!(attempt = self.retries.made(), %error, "an upload will be tried again");
        }
        let stopped = async {
            if self.limits.stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = sleep(pause) => true,
            () = stopped => false,
        }
    }

    /// Ends the attempts. An attempt without an answer may have succeeded: if the object can be read, it is stored, and if it is
    /// not there, its events stay pending, because a duplicate is better than a loss.
    async fn give_up(&self, error: StoreError) -> Delivery {
        let stored = if self.answer_lost { self.read_back().await } else { Stored::Nothing };
        let failed = Failed { error, ends_run: self.limits.standing.written() == self.before };
        match stored {
            Stored::Ours => Delivery::Written,
            Stored::Unknown => Delivery::Unconfirmed(failed),
            Stored::Other | Stored::Nothing => Delivery::Pending(failed),
        }
    }

    async fn read_back(&self) -> Stored {
        read_back(self.store, self.object, if self.is_stopped() { GRACE } else { LONGEST_READ_BACK }).await
    }
}
