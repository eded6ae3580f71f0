//! Sends batches to the Events API, none of them twice.

use std::num::NonZeroU32;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::sent_log::{BatchHash, Fate, SentLog, hash_of};
use crate::events_api::{Attempt, Client, Endpoint, MAX_BATCHES, MAX_REQUEST_BYTES};
use crate::forward::StateError;

/// The pause before a request is repeated that was not accepted. It doubles each time, up to the longest pause.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// After so many lost answers in a row, nothing more is sent.
const MOST_LOST: u32 = 3;

/// The largest number of different refusals that are kept.
const MOST_REFUSALS: usize = 10;

/// How to send.
#[derive(Debug, Clone, Copy)]
pub struct SendOptions {
    /// Whether to send batches again whose answer was lost. mParticle may then have them twice (EVT-1).
    pub resend: bool,
    /// The largest number of requests per second.
    pub per_second: NonZeroU32,
    /// How long a request is repeated that was not accepted.
    pub deadline: Duration,
}

/// What became of the batches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendCounts {
    /// Requests that were answered or lost.
    pub requests: u64,
    /// Batches that were accepted.
    pub accepted: u64,
    /// Batches that were accepted before, by this run or an earlier one. They are not sent again.
    pub accepted_before: u64,
    /// Batches whose answer was lost, in this run or an earlier one.
    pub unconfirmed: u64,
    /// Batches that were refused.
    pub refused: u64,
    /// Batches that do not fit into a request (LIM-1).
    pub too_long: u64,
    /// The first different reasons of refusals.
    pub refusals: Vec<String>,
}

/// Why nothing more is sent. What was not sent is new to the next run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The log of sent batches cannot be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// Every request would be refused.
    #[error("the Events API refused the request with {status}{message}")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// The reason, after a colon; empty if there is none.
        message: String,
    },
    /// A request was not accepted in time.
    #[error("the Events API did not accept a request in time: {reason}")]
    Deadline {
        /// Why the last attempt failed.
        reason: String,
    },
    /// Several answers in a row were lost.
    #[error("{MOST_LOST} answers in a row were lost: {reason}")]
    Lost {
        /// Why the last one was.
        reason: String,
    },
    /// The run was interrupted.
    #[error("interrupted")]
    Interrupted,
}

/// Gathers batches into requests of at most 100 batches and 256 KiB (LIM-1), and sends them.
pub struct BatchSender<'a> {
    client: &'a Client,
    log: &'a SentLog,
    options: SendOptions,
    /// Becomes true when nothing more is to be sent.
    stop: watch::Receiver<bool>,
    counts: SendCounts,
    waiting: Vec<Waiting>,
    bytes: usize,
    next_at: Instant,
    lost_in_a_row: u32,
}

/// A batch that waits for its request.
struct Waiting {
    hash: BatchHash,
    text: String,
    /// Whether an earlier run sent it without an answer.
    was_attempted: bool,
}

impl<'a> BatchSender<'a> {
    /// Sends with `client` what is new to `log`.
    pub fn new(client: &'a Client, log: &'a SentLog, options: SendOptions, stop: watch::Receiver<bool>) -> Self {
        Self {
            client,
            log,
            options,
            stop,
            counts: SendCounts::default(),
            waiting: Vec::new(),
            bytes: 0,
            next_at: Instant::now(),
            lost_in_a_row: 0,
        }
    }

    /// What became of the batches so far. Batches that wait for a request are in no count.
    pub fn counts(&self) -> &SendCounts {
        &self.counts
    }

    /// Adds a batch, and sends a request when it is full.
    ///
    /// # Errors
    /// If nothing more can be sent.
    pub async fn add(&mut self, batch: String) -> Result<(), SendError> {
        let hash = hash_of(&batch);
        let is_waiting = self.waiting.iter().any(|waiting| waiting.hash == hash);
        match self.log.fate(&hash)? {
            Fate::Accepted => self.counts.accepted_before += 1,
            _ if is_waiting => self.counts.accepted_before += 1,
            Fate::Attempted if !self.options.resend => self.counts.unconfirmed += 1,
            _ if batch.len() + 2 > MAX_REQUEST_BYTES => self.counts.too_long += 1,
            fate @ (Fate::New | Fate::Attempted) => {
                // The brackets, and a comma for each batch.
                let is_full = self.waiting.len() >= MAX_BATCHES
                    || self.bytes + batch.len() + self.waiting.len() + 2 > MAX_REQUEST_BYTES;
                if is_full {
                    self.finish().await?;
                }
                self.bytes += batch.len();
                self.waiting.push(Waiting { hash, text: batch, was_attempted: fate == Fate::Attempted });
            }
        }
        Ok(())
    }

    /// Sends what waits.
    ///
    /// # Errors
    /// If nothing more can be sent.
    pub async fn finish(&mut self) -> Result<(), SendError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if waiting.is_empty() {
            return Ok(());
        }
        let Some(message) = self.send(&waiting).await? else { return Ok(()) };
        if waiting.len() == 1 {
            self.refused(message);
            return Ok(());
        }
        // A request is refused as a whole: each batch is sent alone to find the wrong one.
        for batch in &waiting {
            if let Some(message) = self.send(std::slice::from_ref(batch)).await? {
                self.refused(message);
            }
        }
        Ok(())
    }

    fn refused(&mut self, message: String) {
        self.counts.refused += 1;
        if self.counts.refusals.len() < MOST_REFUSALS && !self.counts.refusals.contains(&message) {
            self.counts.refusals.push(message);
        }
    }

    /// Sends one request. Returns the reason if its content was refused.
    async fn send(&mut self, batches: &[Waiting]) -> Result<Option<String>, SendError> {
        let hashes = || batches.iter().map(|batch| &batch.hash);
        let count = batches.len() as u64;
        let texts: Vec<&str> = batches.iter().map(|batch| batch.text.as_str()).collect();
        let body = bytes::Bytes::from(format!("[{}]", texts.join(",")));
        let deadline = Instant::now() + self.options.deadline;
        let mut pause = FIRST_PAUSE;
        self.wait_until(self.next_at).await?;
        self.log.record(hashes(), Fate::Attempted)?;
        loop {
            self.counts.requests += 1;
            self.next_at = Instant::now() + Duration::from_secs(1) / self.options.per_second.get();
            let (reason, wait) = match self.client.attempt(Endpoint::BulkEvents, body.clone()).await {
                Attempt::Accepted => {
                    self.log.record(hashes(), Fate::Accepted)?;
                    self.counts.accepted += count;
                    self.lost_in_a_row = 0;
                    return Ok(None);
                }
                Attempt::Refused { status: 400 | 413, message } => {
                    self.log.record(hashes(), Fate::New)?;
                    return Ok(Some(message.trim_start_matches(": ").to_owned()));
                }
                Attempt::Refused { status, message } => {
                    self.forget(batches)?;
                    return Err(SendError::Refused { status, message });
                }
                Attempt::Lost { reason } => {
                    self.counts.unconfirmed += count;
                    self.lost_in_a_row += 1;
                    return if self.lost_in_a_row < MOST_LOST { Ok(None) } else { Err(SendError::Lost { reason }) };
                }
                Attempt::Busy { reason, wait } => (reason, wait),
                Attempt::Unreachable { reason } => (reason, None),
            };
            let until = Instant::now() + wait.unwrap_or(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
            let waited = match until < deadline {
                true => self.wait_until(until).await,
                false => Err(SendError::Deadline { reason }),
            };
            if let Err(error) = waited {
                self.forget(batches)?;
                return Err(error);
            }
        }
    }

    /// Batches that were not accepted for certain are new to the next run, unless an earlier run sent them without an answer.
    fn forget(&mut self, batches: &[Waiting]) -> Result<(), StateError> {
        self.counts.unconfirmed += batches.iter().filter(|batch| batch.was_attempted).count() as u64;
        let new = batches.iter().filter(|batch| !batch.was_attempted).map(|batch| &batch.hash);
        self.log.record(new, Fate::New)
    }

    async fn wait_until(&mut self, until: Instant) -> Result<(), SendError> {
        tokio::select! {
            biased;
            Ok(_) = self.stop.wait_for(|stop| *stop) => Err(SendError::Interrupted),
            () = sleep_until(until) => Ok(()),
        }
    }
}
