//! Limits how long a server may take for an answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::{Body, Fetched, Object, ObjectMeta, Page, Store, StoreError};

/// The shortest limit.
const LEAST: Duration = Duration::from_secs(1);

/// The slowest content of an object that is waited for, in bytes a second.
const SLOWEST: u64 = 1 << 10;

/// A store whose server may take a limited time for each answer. The content of an object may take longer, as long as at least 1 KiB
/// a second comes.
pub struct TimeLimited {
    store: Arc<dyn Store>,
    limit: Duration,
}

impl TimeLimited {
    /// Limits each answer of `store` to `limit`, or to one second if that is longer.
    pub fn new(store: Arc<dyn Store>, limit: Duration) -> Self {
        Self { store, limit: limit.max(LEAST) }
    }

    /// # Errors
    /// As the request, and if it takes too long. Such an error is not worth another attempt, because all the time was given to this one.
    async fn within<T>(
        &self,
        operation: &'static str,
        target: &str,
        request: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let late = |_| {
            let detail = format!("the server did not answer within {} s", self.limit.as_secs());
            Err(StoreError::too_slow(operation, target, detail))
        };
        timeout(self.limit, request).await.unwrap_or_else(late)
    }
}

#[async_trait]
impl Store for TimeLimited {
    fn name(&self) -> String {
        self.store.name()
    }

    fn may_ignore_conditions(&self) -> bool {
        self.store.may_ignore_conditions()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        self.within("PutObject", &object.key, self.store.put(object)).await
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        let Fetched { meta, body } = self.within("GetObject", key, self.store.get(key)).await?;
        Ok(Fetched { meta, body: Box::pin(TimeLimitedBody::new(body, self.limit)) })
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        self.within("HeadObject", key, self.store.head(key)).await
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.within("ListObjectsV2", prefix, self.store.list(prefix, continuation)).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.within("DeleteObject", key, self.store.delete(key)).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.within("CreateBucket", &self.store.name(), self.store.create_bucket()).await
    }
}

/// The content of an object. It ends with an error if the server was waited for as long as the limit, and sent less than [`SLOWEST`]
/// in this time. The time in which the body is not read does not count.
struct TimeLimitedBody {
    body: Body,
    limit: Duration,
    /// How long the server was waited for, and the bytes that came in this time.
    waited: Duration,
    received: u64,
    /// When the current wait began, and what wakes it at the limit.
    since: Option<Instant>,
    alarm: Pin<Box<Sleep>>,
}

impl TimeLimitedBody {
    fn new(body: Body, limit: Duration) -> Self {
        let alarm = Box::pin(sleep(limit));
        Self { body, limit, waited: Duration::ZERO, received: 0, since: None, alarm }
    }

    /// Ends a wait.
    ///
    /// # Errors
    /// If the limit has passed and too little came.
    fn end_wait(&mut self, since: Instant) -> io::Result<()> {
        self.waited += since.elapsed();
        if self.waited < self.limit {
            return Ok(());
        }
        let (waited, received) = (self.waited, self.received);
        (self.waited, self.received) = (Duration::ZERO, 0);
        match (received as f64) < SLOWEST as f64 * waited.as_secs_f64() {
            true => {
                let why = format!("the server sent {received} bytes in {} s", waited.as_secs());
                Err(io::Error::new(io::ErrorKind::TimedOut, why))
            }
            false => Ok(()),
        }
    }
}

impl AsyncRead for TimeLimitedBody {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            let since = match this.since {
                Some(since) => since,
                None => {
                    let now = Instant::now();
                    this.alarm.as_mut().reset(now + this.limit.saturating_sub(this.waited));
                    *this.since.insert(now)
                }
            };
            let before = into.filled().len();
            if let Poll::Ready(read) = this.body.as_mut().poll_read(context, into) {
                this.since = None;
                this.received += (into.filled().len() - before) as u64;
                return Poll::Ready(read.and_then(|()| this.end_wait(since)));
            }
            if this.alarm.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            this.since = None;
            if let Err(error) = this.end_wait(since) {
                return Poll::Ready(Err(error));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::runtime::Builder;

    /// The result of reading a body of which `chunk` bytes come every `pause`, `count` times, with a limit of 200 ms.
    fn read(chunk: usize, pause: Duration, count: usize) -> io::Result<usize> {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (mut sender, receiver) = duplex(64 << 10);
            tokio::spawn(async move {
                for _ in 0..count {
                    sleep(pause).await;
                    let _ = sender.write_all(&vec![b' '; chunk]).await;
                }
            });
            TimeLimitedBody::new(Box::pin(receiver), Duration::from_millis(200)).read_to_end(&mut Vec::new()).await
        })
    }

    #[test]
    fn slow_content_ends_at_the_limit_and_steady_content_does_not() {
        let tick = Duration::from_millis(20);
        for (chunk, pause) in [(1, tick), (1, Duration::from_secs(3_600))] {
            assert_eq!(read(chunk, pause, 1_000).unwrap_err().kind(), io::ErrorKind::TimedOut, "{pause:?}");
        }
        assert_eq!(read(1 << 10, tick, 40).unwrap(), 40 << 10);
    }
}
