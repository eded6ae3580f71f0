//! An object's way into the store: attempts until the deadline, and never a second object for one file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::store::{Advice, Object, Store, StoreError};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_LOOK: Duration = Duration::from_secs(10);
/// What is under way when somebody wants to stop gets so long to end.
const GRACE: Duration = Duration::from_secs(5);
/// A look that breaks off is taken again so often.
const LOOKS: u32 = 3;

/// How an upload ended.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The object is there.
    Written,
    /// Somebody else's object has the key: another name is needed.
    Taken(StoreError),
    /// The key is taken, and what has it cannot be read: probably ours, but nobody saw it.
    Unconfirmed(StoreError),
    /// It is not known to be there, and a person or more time is needed.
    Pending(StoreError),
}

/// How long to go on trying.
#[derive(Debug, Clone)]
pub(crate) struct RetryPolicy {
    /// From the first attempt on; nothing means one attempt.
    pub(crate) deadline: Duration,
    /// Becomes true when somebody wants to stop: then nothing is tried again.
    pub(crate) stopped: watch::Receiver<bool>,
    /// Many uploads meet the same trouble: the first to meet it takes this and tells the user.
    pub(crate) warn: Arc<AtomicBool>,
}

/// Uploads `object`, with pauses between attempts, for as long as there is patience.
pub(crate) async fn deliver(store: &dyn Store, object: &Object, mut policy: RetryPolicy) -> Delivery {
    let deadline = policy.deadline;
    let end = Instant::now() + deadline;
    let mut answer_lost = false;
    let mut pause = FIRST_PAUSE;
    let mut attempt = 0_u32;
    loop {
        attempt += 1;
        let unanswered = |detail: String| Err(StoreError::unanswered("PutObject", &object.key, true, detail));
        let upload = async {
            if deadline.is_zero() {
                return store.put(object).await;
            }
            let within = timeout_at(end, store.put(object)).await;
            within.unwrap_or_else(|_| unanswered(format!("no answer within {deadline:?}")))
        };
        let mut stopped = policy.stopped.clone();
        let stop = async {
            // Without anybody who could stop it, an attempt takes the time it has.
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
            Ok(()) => return Delivery::Written,
            Err(error) => error,
        };
        answer_lost |= error.answer_lost;
        match error.advice {
            // Even a first attempt may meet its own write: something on the way may have sent it twice. Names hold a
            // microsecond and a drawn number, so where nobody may look, a twin is likelier than a stranger.
            Advice::Exists => {
                return match read_back(store, object, &policy).await {
                    Stored::Ours => Delivery::Written,
                    Stored::Other => Delivery::Taken(error),
                    Stored::Nothing if !answer_lost => Delivery::Taken(error),
                    Stored::Nothing | Stored::Unknown => Delivery::Unconfirmed(error),
                };
            }
            Advice::Park => return give_up(store, object, error, answer_lost, &policy).await,
            Advice::Retry => {}
        }
        let pause_now = jitter(pause, &object.key, attempt);
        let stopped = *policy.stopped.borrow();
        if stopped || Instant::now() + pause_now >= end {
            return give_up(store, object, error, answer_lost, &policy).await;
        }
        if policy.warn.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "uploads will be tried again for {deadline:?}");
        } else {
            tracing::info!(attempt, %error, "an upload will be tried again");
        }
        let stop = async {
            let _ = policy.stopped.wait_for(|stopped| *stopped).await;
        };
        let stopped = tokio::select! {
            () = sleep(pause_now) => false,
            () = stop => true,
        };
        if stopped {
            return give_up(store, object, error, answer_lost, &policy).await;
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// The end of patience. An attempt whose answer was lost may have succeeded: if that can be seen, there is nothing to
/// repeat. If it cannot, the events stay pending, since a twin is better than a loss.
async fn give_up(
    store: &dyn Store,
    object: &Object,
    error: StoreError,
    answer_lost: bool,
    policy: &RetryPolicy,
) -> Delivery {
    if answer_lost && matches!(read_back(store, object, policy).await, Stored::Ours) {
        return Delivery::Written;
    }
    Delivery::Pending(error)
}

/// What stands under our key.
enum Stored {
    Ours,
    Other,
    Nothing,
    /// It may not or cannot be read.
    Unknown,
}

/// Looks whether the object that has our key is ours, byte for byte.
async fn read_back(store: &dyn Store, object: &Object, policy: &RetryPolicy) -> Stored {
    let look = async {
        for look in 1..=LOOKS {
            if let Some(stored) = compare(store, object).await {
                return stored;
            }
            sleep(FIRST_PAUSE * look).await;
        }
        Stored::Unknown
    };
    let longest = if *policy.stopped.borrow() { GRACE } else { LONGEST_LOOK };
    timeout(longest, look).await.unwrap_or(Stored::Unknown)
}

/// One look; `None` if it broke off and may be taken again.
async fn compare(store: &dyn Store, object: &Object) -> Option<Stored> {
    let mut body = match store.get(&object.key).await {
        Ok(body) => body,
        Err(error) if error.status == Some(404) => return Some(Stored::Nothing),
        Err(error) => return (error.advice != Advice::Retry).then_some(Stored::Unknown),
    };
    let mut rest = &object.body[..];
    let mut buffer = vec![0; 64 << 10];
    loop {
        match body.read(&mut buffer).await {
            Err(_) => return None,
            Ok(0) if rest.is_empty() => return Some(Stored::Ours),
            Ok(0) => return Some(Stored::Other),
            Ok(read) => match rest.strip_prefix(&buffer[..read]) {
                Some(after) => rest = after,
                None => return Some(Stored::Other),
            },
        }
    }
}

/// Between half a pause and a whole one, so that uploads that failed together do not come back together.
fn jitter(pause: Duration, key: &str, attempt: u32) -> Duration {
    let mut hasher = DefaultHasher::new();
    (key, attempt).hash(&mut hasher);
    let share = f64::from(u32::try_from(hasher.finish() % 1000).unwrap_or_default()) / 1000.0;
    pause.mul_f64(0.5 + share / 2.0)
}
