//! Uploads files, and records the fates of their events.

use std::time::Duration;

use crate::forward::deliver::{Delivery, Limits, deliver};
use crate::forward::files::{ClosedFile, NUMBERS, encode};
use crate::store::{Acl, Encryption, Object};

use super::error::EngineError;
use super::state::{Run, Upload};
use super::summary::{Event, Halt};

impl Run<'_> {
    /// Starts as many uploads as may run at the same time.
    pub(super) fn start_uploads(&mut self) {
        if self.summary.refusal.is_some() || matches!(self.summary.fault, Some(EngineError::Ledger(_))) {
            // The target refuses further uploads, or the ledger could not record them. Closed files stay pending
            // without an attempt.
            self.summary.pending_files += self.closed.len() as u64;
            self.closed.clear();
        }
        while self.uploads.len() < self.settings.engine.uploads
            && let Some(ClosedFile { key, content }) = self.closed.pop_front()
        {
            let connection = &self.settings.connection;
            let level = connection.use_compression.then_some(self.settings.engine.gzip_level);
            let mut object = Object {
                key: key.to_string(),
                body: bytes::Bytes::new(),
                content_type: if level.is_some() { "application/gzip" } else { "text/plain; charset=utf-8" },
                encryption: Encryption::of(&self.settings),
                acl: self.settings.engine.acl.map(|_| Acl::BucketOwnerFullControl),
            };
            let (store, limits) = (self.store.clone(), self.limits());
            self.uploads.spawn(async move {
                let text_bytes = content.text.len() as u64;
                object.body = tokio::task::spawn_blocking(move || encode(content.text, level))
                    .await
                    .map_err(|error| EngineError::Stage(error.to_string()))?
                    .map_err(|error| EngineError::Stage(error.to_string()))?;
                let delivery = deliver(store.as_ref(), &object, limits).await;
                Ok(Upload { key, lines: content.lines, text_bytes, object, renames: 0, delivery })
            });
        }
    }

    /// Records the result of an upload.
    pub(super) fn settle(&mut self, upload: Upload) {
        let stored = upload.object.body.len() as u64;
        let is_confirmed = match upload.delivery {
            Delivery::Written => {
                self.summary.files += 1;
                self.summary.lines += upload.lines.len() as u64;
                self.summary.text_bytes += upload.text_bytes;
                self.summary.stored_bytes += stored;
                self.observer.observe(Event::Written { key: &upload.object.key, bytes: stored });
                true
            }
            Delivery::Unconfirmed(error) => {
                self.observer.observe(Event::Unconfirmed { key: &upload.object.key, error: &error });
                false
            }
            Delivery::Taken(_) if upload.renames < MOST_RENAMES => {
                self.rename(upload);
                return;
            }
            Delivery::Pending(error) | Delivery::Taken(error) => {
                self.summary.pending_files += 1;
                self.summary.refusal.get_or_insert(error);
                self.halt(Halt::Target);
                return;
            }
        };
        let key = &upload.object.key;
        self.recorder.deliver(key, &upload.lines, is_confirmed, &self.pending);
        for portion in upload.lines.iter().flat_map(|carried| &carried.portions) {
            self.held -= portion.weight;
            self.pending.settle(portion);
        }
        self.acknowledge();
    }

    /// Gives a file another number. The file was not stored under the old name, so there is no duplicate. The new
    /// number depends on the old name, not on the order in which uploads end.
    fn rename(&mut self, mut upload: Upload) {
        upload.renames += 1;
        let next = upload.key.name.number + NEXT_NUMBER;
        upload.key.name.number = NUMBERS.start() + next % (NUMBERS.end() - NUMBERS.start() + 1);
        upload.object.key = upload.key.to_string();
        let (store, limits) = (self.store.clone(), self.limits());
        self.uploads.spawn(async move {
            upload.delivery = deliver(store.as_ref(), &upload.object, limits).await;
            Ok(upload)
        });
    }

    fn limits(&self) -> Limits {
        Limits {
            deadline: Duration::from_secs(self.settings.engine.deadline_seconds),
            stopped: self.stopped.subscribe(),
            warn: self.warn.clone(),
            trial: self.trial.clone(),
        }
    }
}

/// If a name is taken this many times, it is not a coincidence.
const MOST_RENAMES: u32 = 4;

/// The step to the next number. It is prime, so that all numbers are reached.
const NEXT_NUMBER: u32 = 7_919;
