//! Delivers an object to the store: attempts until the deadline, and never a second object for one file.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::{sleep, timeout, timeout_at};

use crate::store::{Advice, Object, RetryPolicy, Store, StoreError};

/// The timeout for reading an object back.
const LONGEST_READ_BACK: Duration = Duration::from_secs(10);
/// How long a request in progress may continue after the run was stopped.
const GRACE: Duration = Duration::from_secs(5);
/// The number of attempts to read an object back.
const READ_BACKS: u32 = 3;

/// The result of an upload.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The object is stored.
    Written,
    /// Another object has this key. The file needs another name.
    Taken(StoreError),
    /// An object has this key, but it cannot be read. It is probably this one.
    Unconfirmed(StoreError),
    /// The object may not be stored. More time or a person is needed.
    Pending(StoreError),
}

/// The limits of a delivery.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The time from the first attempt on; zero means one attempt.
    pub(crate) deadline: Duration,
    /// Becomes true when the run is stopped. Then no request is repeated.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Whether the user must still be warned. Many uploads meet the same error, but only the first one warns.
    pub(crate) warn: Arc<AtomicBool>,
    pub(crate) trial: Arc<Trial>,
}

/// Finds out whether a store refuses a key that is taken, if that is not known. The first object that was written is sent again:
/// whatever the answer is, the same bytes are under its key, and no other object is needed.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    made: AtomicBool,
    refuses: OnceLock<bool>,
}

impl Trial {
    /// Whether the store refuses a key that is taken; `None` if that was not found out.
    pub(crate) fn refuses(&self) -> Option<bool> {
        self.refuses.get().copied()
    }

    async fn make(&self, store: &dyn Store, object: &Object) {
        if !store.may_ignore_conditions() || self.made.swap(true, Ordering::Relaxed) {
            return;
        }
        let refuses = match timeout(LONGEST_READ_BACK, store.put(object)).await {
            Ok(Ok(())) => {
                tracing::warn!(
                    "the server ignores `If-None-Match`: an upload replaces an object of the same name, so of two files with \
                     one name the second replaces the first"
                );
                false
            }
            Ok(Err(error)) if error.advice == Advice::Exists => true,
            // Nothing is known: the next object may tell.
            _ => return self.made.store(false, Ordering::Relaxed),
        };
        let _ = self.refuses.set(refuses);
    }
}

/// Uploads `object` with pauses between attempts, within `limits`.
pub(crate) async fn deliver(store: &dyn Store, object: &Object, mut limits: Limits) -> Delivery {
    let deadline = limits.deadline;
    let mut retries = RetryPolicy::until(deadline).jitter(&object.key).start();
    let mut answer_lost = false;
    loop {
        let unanswered = |detail: String| Err(StoreError::unanswered("PutObject", &object.key, true, detail));
        let upload = async {
            match retries.end().filter(|_| !deadline.is_zero()) {
                None => store.put(object).await,
                Some(end) => timeout_at(end, store.put(object))
                    .await
                    .unwrap_or_else(|_| unanswered(format!("no answer within {deadline:?}"))),
            }
        };
        let mut stopped = limits.stopped.clone();
        let stop = async {
            // If nothing can stop the run, an attempt has no time limit.
            if stopped.wait_for(|stopped| *stopped).await.is_err() {
                std::future::pending::<()>().await;
            }
            sleep(GRACE).await;
        };
        let outcome = tokio::select! {
            outcome = upload => outcome,
            () = stop => unanswered(format!("no answer within {GRACE:?} of being stopped")),
        };
        let error = match outcome {
            Ok(()) => {
                if !*limits.stopped.borrow() {
                    limits.trial.make(store, object).await;
                }
                return Delivery::Written;
            }
            Err(error) => error,
        };
        answer_lost |= error.answer_lost;
        // Even the first attempt can find its own object, for instance if a proxy sent it twice. A name has
        // microseconds and a random number, so an object that cannot be read is probably this one and not another.
        if error.advice == Advice::Exists {
            return match read_back(store, object, &limits).await {
                Stored::Ours => Delivery::Written,
                Stored::Other => Delivery::Taken(error),
                Stored::Nothing if !answer_lost => Delivery::Taken(error),
                Stored::Nothing | Stored::Unknown => Delivery::Unconfirmed(error),
            };
        }
        let pause = retries.pause_after(&error).filter(|_| !*limits.stopped.borrow());
        let Some(pause) = pause else { return give_up(store, object, error, answer_lost, &limits).await };
        if limits.warn.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "uploads will be tried again for {deadline:?}");
        } else {
            tracing::info!(attempt = retries.made(), %error, "an upload will be tried again");
        }
        let stop = async {
            let _ = limits.stopped.wait_for(|stopped| *stopped).await;
        };
        let stopped = tokio::select! {
            () = sleep(pause) => false,
            () = stop => true,
        };
        if stopped {
            return give_up(store, object, error, answer_lost, &limits).await;
        }
    }
}

/// Ends the attempts. An attempt without an answer may have succeeded: if the object can be read, it is stored.
/// Otherwise the events stay pending, because a duplicate is better than a loss.
async fn give_up(
    store: &dyn Store,
    object: &Object,
    error: StoreError,
    answer_lost: bool,
    limits: &Limits,
) -> Delivery {
    if answer_lost && matches!(read_back(store, object, limits).await, Stored::Ours) {
        return Delivery::Written;
    }
    Delivery::Pending(error)
}

/// What is stored under the key.
enum Stored {
    Ours,
    Other,
    Nothing,
    /// The object cannot be read.
    Unknown,
}

/// Compares the stored object with this one, byte by byte.
async fn read_back(store: &dyn Store, object: &Object, limits: &Limits) -> Stored {
    let read = async {
        let mut retries = RetryPolicy::attempts(READ_BACKS).start();
        loop {
            match compare(store, object).await {
                Ok(stored) => return stored,
                Err(error) => match retries.pause_after(&error) {
                    Some(pause) => sleep(pause).await,
                    None => return Stored::Unknown,
                },
            }
        }
    };
    let longest = if *limits.stopped.borrow() { GRACE } else { LONGEST_READ_BACK };
    timeout(longest, read).await.unwrap_or(Stored::Unknown)
}

async fn compare(store: &dyn Store, object: &Object) -> Result<Stored, StoreError> {
    let mut body = match store.get(&object.key).await {
        Err(error) if error.status == Some(404) => return Ok(Stored::Nothing),
        fetched => fetched?.body,
    };
    let mut rest = &object.body[..];
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = body.read(&mut buffer).await;
        let read = read.map_err(|error| StoreError::unanswered("GetObject", &object.key, false, error.to_string()))?;
        match (read, rest.strip_prefix(&buffer[..read])) {
            (0, _) if rest.is_empty() => return Ok(Stored::Ours),
            (0, _) | (_, None) => return Ok(Stored::Other),
            (_, Some(after)) => rest = after,
        }
    }
}
