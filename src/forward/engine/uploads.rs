//! Uploads files, and records the fates of their events.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::contract::object_key::ObjectKey;
use crate::forward::deliver::{Delivery, Earlier, Failed, Limits, deliver};
use crate::forward::files::{ClosedFile, NUMBERS, encode};
use crate::forward::state::{ObjectRecord, RunState, StateError};
use crate::store::{Acl, Encryption, Object, Store};

use super::error::EngineError;
use super::state::{Outcome, Run, Upload};
use super::summary::{Event, Halt};

impl Run<'_> {
    /// Starts as many uploads as may run at the same time. Parked ones do not count, as long as there are not too many of them.
    pub(super) fn start_uploads(&mut self) {
        let is_broken = matches!(self.summary.fault, Some(EngineError::Ledger(_) | EngineError::State(_)));
        if self.refused || is_broken {
            // The target refuses further uploads, or they could not be recorded. Closed files stay pending without an
            // attempt.
            self.summary.pending_files += self.closed.len() as u64;
            self.closed.clear();
        }
        let most = self.settings.engine.uploads;
        let parked = *self.parked.borrow_and_update();
        // More files at once would not be compressed faster, and would take memory.
        let are_cores_busy = |run: &mut Self| *run.compressed.borrow_and_update() >= run.cores;
        while self.uploads.len().saturating_sub(parked) < most
            && parked <= most
            && !are_cores_busy(self)
            && let Some(ClosedFile { key, content, number }) = self.closed.pop_front()
        {
            let connection = &self.settings.connection;
            let level = connection.use_compression.then_some(self.settings.engine.gzip_level);
            let object = Object {
                key: key.to_string(),
                body: bytes::Bytes::new(),
                content_type: if level.is_some() { "application/gzip" } else { "text/plain; charset=utf-8" },
                encryption: Encryption::of(&self.settings),
                acl: self.settings.engine.acl.map(|_| Acl::BucketOwnerFullControl),
            };
            let (store, limits, state) = (self.store.clone(), self.limits(), self.state.clone());
            let compression = level.is_some().then(|| Compression::begin(&self.compressing));
            self.uploads.spawn(async move {
                let text_bytes = content.text.len() as u64;
                let lines = content.lines;
                let body = tokio::task::spawn_blocking(move || encode(content.text, level))
                    .await
                    .map_err(|error| EngineError::Stage(error.to_string()))?
                    .map_err(|error| EngineError::Stage(error.to_string()))?;
                drop(compression);
                let object = Object { body, ..object };
                let mut upload =
                    Upload { key, lines, text_bytes, object, number, renames: 0, outcome: Outcome::StoredBefore };
                upload.outcome = upload.store(store, limits, state).await;
                Ok(upload)
            });
        }
    }

    /// Records the result of an upload.
    pub(super) fn settle(&mut self, mut upload: Upload) {
        let delivery = match std::mem::replace(&mut upload.outcome, Outcome::StoredBefore) {
            Outcome::StoredBefore => {
                self.summary.earlier_files += 1;
                Delivery::Written
            }
            Outcome::Attempted(delivery, error) => {
                if let Some(error) = error {
                    self.fail(EngineError::State(error));
                }
                delivery
            }
            Outcome::Unrecorded(error) => {
                self.summary.pending_files += 1;
                return self.fail(EngineError::State(error));
            }
        };
        let stored = upload.object.body.len() as u64;
        let is_confirmed = match delivery {
            Delivery::Written => {
                self.summary.files += 1;
                self.times.written = Some(Instant::now());
                self.summary.lines += upload.lines.len() as u64;
                self.summary.text_bytes += upload.text_bytes;
                self.summary.stored_bytes += stored;
                self.observer.observe(Event::Written { key: &upload.object.key, bytes: stored });
                true
            }
            Delivery::Unconfirmed(Failed { error, ends_run }) => {
                self.observer.observe(Event::Unconfirmed { key: &upload.object.key, error: &error });
                if ends_run {
                    self.refuse(Failed { error, ends_run });
                }
                false
            }
            Delivery::Taken(_) if upload.renames < MOST_RENAMES => {
                self.rename(upload);
                return;
            }
            Delivery::Taken(error) => return self.leave(upload, Failed { error, ends_run: true }),
            Delivery::Pending(failed) => return self.leave(upload, failed),
        };
        let key = &upload.object.key;
        self.recorder.deliver(key, &upload.lines, is_confirmed, &self.pending);
        // With a state, the next start makes certain whether an unconfirmed object is stored.
        let withhold = !is_confirmed && self.state.is_some();
        for portion in upload.lines.iter().flat_map(|carried| &carried.portions) {
            self.held -= portion.weight;
            self.pending.settle(portion, withhold);
        }
        self.acknowledge();
    }

    /// Leaves an object pending that was attempted.
    fn leave(&mut self, upload: Upload, failed: Failed) {
        self.summary.pending_files += 1;
        self.undelivered.push((upload.object.key, upload.lines));
        self.refuse(failed);
    }

    fn refuse(&mut self, Failed { error, ends_run }: Failed) {
        self.summary.refusal.get_or_insert(error);
        if ends_run {
            self.refused = true;
            self.halt(Halt::Target);
        }
    }

    /// Gives a file another number. The file was not stored under the old name, so there is no duplicate.
    fn rename(&mut self, mut upload: Upload) {
        upload.renames += 1;
        renumber(&mut upload.key);
        upload.object.key = upload.key.to_string();
        let (store, limits, state) = (self.store.clone(), self.limits(), self.state.clone());
        self.uploads.spawn(async move {
            upload.outcome = upload.store(store, limits, state).await;
            Ok(upload)
        });
    }

    fn limits(&self) -> Limits {
        let seconds = self.settings.engine.deadline_seconds;
        Limits {
            deadline: if seconds == u64::MAX { Duration::MAX } else { Duration::from_secs(seconds) },
            waits: self.waits,
            stopped: self.stopped.subscribe(),
            warn: self.warn.clone(),
            trial: self.trial.clone(),
            standing: self.standing.clone(),
            earlier: Earlier::Unrecorded,
        }
    }
}

/// A file that is being compressed, until this is dropped.
struct Compression(watch::Sender<usize>);

impl Compression {
    fn begin(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for Compression {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

impl Upload {
    /// Stores the object, unless the state says that it is stored. Its key is recorded before each first attempt.
    async fn store(&mut self, store: Arc<dyn Store>, limits: Limits, state: Option<Arc<RunState>>) -> Outcome {
        let Some(state) = state else {
            return Outcome::Attempted(deliver(store.as_ref(), &self.object, limits).await, None);
        };
        let earlier = match self.recall(&state).await {
            Ok(Some(earlier)) => earlier,
            Ok(None) => return Outcome::StoredBefore,
            Err(error) => return Outcome::Unrecorded(error),
        };
        let delivery = deliver(store.as_ref(), &self.object, Limits { earlier, ..limits }).await;
        let mut error = None;
        if matches!(delivery, Delivery::Written) {
            let record = ObjectRecord { stored: true, ..ObjectRecord::new(&self.object.key, &self.object.body) };
            error = state.record(self.number, &record).await.err();
        }
        Outcome::Attempted(delivery, error)
    }

    /// What the state knows of this object; `None` if it is stored. A new object is recorded.
    async fn recall(&mut self, state: &RunState) -> Result<Option<Earlier>, StateError> {
        let record = ObjectRecord::new(&self.object.key, &self.object.body);
        let known = match state.object(self.number)? {
            // A file that just got another name is recorded under the old one.
            Some(known) if self.renames == 0 => known,
            _ => {
                state.record(self.number, &record).await?;
                return Ok(Some(Earlier::None));
            }
        };
        if !known.has_bytes_of(&record) {
            return Err(state.other_input(&known.key));
        }
        while self.object.key != known.key {
            if self.renames == MOST_RENAMES {
                return Err(state.other_input(&known.key));
            }
            self.renames += 1;
            renumber(&mut self.key);
            self.object.key = self.key.to_string();
        }
        Ok((!known.stored).then_some(Earlier::Recorded))
    }
}

/// The new number depends on the old name, not on the order in which uploads end.
fn renumber(key: &mut ObjectKey) {
    let next = key.name.number + NEXT_NUMBER;
    key.name.number = NUMBERS.start() + next % (NUMBERS.end() - NUMBERS.start() + 1);
}

/// If a name is taken this many times, it is not a coincidence.
const MOST_RENAMES: u32 = 4;

/// The step to the next number. It is prime, so that all numbers are reached.
const NEXT_NUMBER: u32 = 7_919;
