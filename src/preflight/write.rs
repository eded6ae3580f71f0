//! Writes the verification object as mParticle does when a connection is saved (ACC-6, U-1). Nothing else in the bucket
//! is changed.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::sleep;

use super::answer::{Answer, Unanswered};
use super::snapshot::{Caller, Write};
use crate::contract::object_key::verification_name;
use crate::settings::{self, Settings};
use crate::store::{Acl, Advice, Encryption, Object, RetryPolicy, Store, StoreError};

/// The maximum number of attempts, as in the SDK's default.
const ATTEMPTS: u32 = 3;

/// Writes the verification object and remembers an object that an interrupted write may have left.
pub struct Writer {
    store: Arc<dyn Store>,
    cleanup: bool,
    /// The key of an object that may be in the bucket.
    present: Mutex<Option<String>>,
}

impl Writer {
    /// Writes to `store`. With `cleanup` the object is removed after it was read.
    pub fn new(store: Arc<dyn Store>, cleanup: bool) -> Self {
        Self { store, cleanup, present: Mutex::new(None) }
    }

    /// The key of an object that is or may be in the bucket.
    pub fn left(&self) -> Option<String> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, key: Option<String>) {
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Removes the object that may be in the bucket. None if there is none or it must stay.
    pub async fn remove(&self) -> Option<Answer<()>> {
        let key = self.left().filter(|_| self.cleanup)?;
        let removed = self.store.delete(&key).await;
        if removed.is_ok() {
            self.set(None);
        }
        Some(removed.map_err(Into::into))
    }

    /// Writes the object, reads its encryption, and removes it if removal was requested.
    pub(super) async fn write(
        &self,
        settings: &Settings,
        at: Timestamp,
        caller: Answer<Caller>,
        as_mparticle: bool,
    ) -> Write {
        let mut object = verification_object(settings, at);
        let mut outcome = self.put(&object).await;
        // Another connection was saved in the same second, so the next second's name is used.
        if outcome.as_ref().is_err_and(|error| error.advice == Advice::Exists) {
            sleep(Duration::from_secs(1)).await;
            object = verification_object(settings, at + jiff::SignedDuration::from_secs(1));
            outcome = self.put(&object).await;
        }
        let stored = match &outcome {
            Ok(()) => match self.store.head(&object.key).await {
                Ok(meta) => Ok(meta.and_then(|meta| meta.headers).and_then(|headers| headers.encryption)),
                Err(error) => Err(error.into()),
            },
            Err(_) => Err(Unanswered::NotAsked("no verification object was written".to_owned())),
        };
        let removed = self.remove().await;
        Write { key: object.key, caller, as_mparticle, outcome, stored, removed }
    }

    /// Sends the object until it is stored or refused.
    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let mut lost = false;
        let mut retries = RetryPolicy::attempts(ATTEMPTS).start();
        loop {
            self.set(Some(object.key.clone()));
            let error = match self.store.put(object).await {
                Ok(()) => return Ok(()),
                // After a lost answer, the existing object is the one from this run.
                Err(error) if error.advice == Advice::Exists && lost => return Ok(()),
                Err(error) => error,
            };
            lost |= error.answer_lost;
            if !lost {
                self.set(None);
            }
            retries.wait_after(error).await?;
        }
    }
}

/// The object with the encryption (SSE-1) and the ACL of the settings.
fn verification_object(settings: &Settings, at: Timestamp) -> Object {
    Object {
        key: verification_name(at),
        body: Bytes::from_static(b"{}"),
        content_type: "text/plain; charset=utf-8",
        encryption: Encryption::of(settings),
        acl: settings.engine.acl.map(|settings::Acl::BucketOwnerFullControl| Acl::BucketOwnerFullControl),
    }
}
