//! An object's way into the store: attempts until the deadline, and never a second object for one file.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::time::{Instant, sleep, timeout_at};

use crate::store::{Advice, Object, Store, StoreError};

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How an upload ended.
#[derive(Debug)]
pub(crate) enum Delivery {
    /// The object is there.
    Written,
    /// The key was taken before we ever wrote to it: another name is needed.
    Taken,
    /// An answer was lost, the key is taken now, and it cannot be read: probably ours, but nobody saw it.
    Unconfirmed(StoreError),
    /// It is not there, and a person or more time is needed.
    Pending(StoreError),
}

/// Uploads `object`, with pauses between attempts, for at most `deadline`. Many uploads meet the same trouble: the first
/// to meet it takes `warn` and tells, the others are a matter for those who want to know.
pub(crate) async fn deliver(store: &dyn Store, object: &Object, deadline: Duration, warn: &AtomicBool) -> Delivery {
    let end = Instant::now() + deadline;
    let mut answer_lost = false;
    let mut pause = FIRST_PAUSE;
    for attempt in 1_u32.. {
        let outcome = timeout_at(end, store.put(object)).await.unwrap_or_else(|_| {
            Err(StoreError::unanswered("PutObject", &object.key, true, format!("not within {deadline:?}")))
        });
        let error = match outcome {
            Ok(()) => return Delivery::Written,
            Err(error) => error,
        };
        answer_lost |= error.answer_lost;
        match error.advice {
            Advice::Park => return Delivery::Pending(error),
            Advice::Exists if answer_lost => return confirm(store, object, error).await,
            Advice::Exists => return Delivery::Taken,
            Advice::Retry => {}
        }
        let pause_now = jitter(pause, &object.key, attempt);
        if Instant::now() + pause_now >= end {
            return Delivery::Pending(error);
        }
        if warn.swap(false, Ordering::Relaxed) {
            tracing::warn!(%error, "uploads will be tried again for {deadline:?}");
        } else {
            tracing::info!(attempt, %error, "an upload will be tried again");
        }
        sleep(pause_now).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    unreachable!("attempts are bounded by the deadline")
}

/// Looks whether the object that has our key is ours, byte for byte.
async fn confirm(store: &dyn Store, object: &Object, error: StoreError) -> Delivery {
    match is_stored(store, object).await {
        Ok(true) => Delivery::Written,
        Ok(false) => Delivery::Taken,
        Err(_) => Delivery::Unconfirmed(error),
    }
}

async fn is_stored(store: &dyn Store, object: &Object) -> Result<bool, Box<dyn std::error::Error>> {
    let mut body = store.get(&object.key).await?;
    let mut rest = &object.body[..];
    let mut buffer = vec![0; 64 << 10];
    loop {
        let read = body.read(&mut buffer).await?;
        if read == 0 {
            return Ok(rest.is_empty());
        }
        match rest.strip_prefix(&buffer[..read]) {
            Some(after) => rest = after,
            None => return Ok(false),
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
