//! The write that mParticle itself does when a connection is saved: the verification object (ACC-6, U-1). It is the one
//! thing that a preflight changes.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::time::sleep;

use super::answer::{Answer, Unanswered};
use super::sight::{Caller, Write};
use crate::contract::object_key::verification_name;
use crate::settings::{self, Settings};
use crate::store::{Acl, Advice, Encryption, Object, RetryPolicy, Store, StoreError};

/// So often the same object is sent before its failure is believed, as the SDK does by default.
const ATTEMPTS: u32 = 3;

/// Writes the verification object, and remembers what it may have left behind when it is broken off.
pub struct Writer {
    store: Arc<dyn Store>,
    cleanup: bool,
    /// The key of an object that may be in the bucket.
    present: Mutex<Option<String>>,
}

impl Writer {
    /// Writes to `store`; with `cleanup` the object is removed when it has been looked at.
    pub fn new(store: Arc<dyn Store>, cleanup: bool) -> Self {
        Self { store, cleanup, present: Mutex::new(None) }
    }

    /// The key of an object that is in the bucket, or may be.
    pub fn left(&self) -> Option<String> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, key: Option<String>) {
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = key;
    }

    /// Removes what may be in the bucket; None if there is nothing, or it is not to be removed.
    pub async fn remove(&self) -> Option<Answer<()>> {
        let key = self.left().filter(|_| self.cleanup)?;
        let removed = self.store.delete(&key).await;
        if removed.is_ok() {
            self.set(None);
        }
        Some(removed.map_err(Into::into))
    }

    /// Writes the object, looks how it is kept, and removes it if that is wanted.
    pub(super) async fn write(
        &self,
        settings: &Settings,
        at: Timestamp,
        caller: Answer<Caller>,
        as_mparticle: bool,
    ) -> Write {
        let mut object = verification_object(settings, at);
        let mut outcome = self.put(&object).await;
        // Somebody saved a connection in this very second; the next one has a name of its own.
        if outcome.as_ref().is_err_and(|error| error.advice == Advice::Exists) {
            sleep(Duration::from_secs(1)).await;
            object = verification_object(settings, at + jiff::SignedDuration::from_secs(1));
            outcome = self.put(&object).await;
        }
        let kept = match &outcome {
            Ok(()) => match self.store.head(&object.key).await {
                Ok(meta) => Ok(meta.and_then(|meta| meta.headers).and_then(|headers| headers.encryption)),
                Err(error) => Err(error.into()),
            },
            Err(_) => Err(Unanswered::NotAsked("no verification object was written".to_owned())),
        };
        let removed = self.remove().await;
        Write { key: object.key, caller, as_mparticle, outcome, kept, removed }
    }

    /// Sends the same object until an answer can be believed.
    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let mut lost = false;
        let mut retries = RetryPolicy::attempts(ATTEMPTS).start();
        loop {
            self.set(Some(object.key.clone()));
            let error = match self.store.put(object).await {
                Ok(()) => return Ok(()),
                // After a lost answer the object that has the name is our own.
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

/// The object as the settings demand it: SSE-1 applies to it, and an ACL is sent if the engine sends one.
fn verification_object(settings: &Settings, at: Timestamp) -> Object {
    Object {
        key: verification_name(at),
        body: Bytes::from_static(b"{}"),
        content_type: "text/plain; charset=utf-8",
        encryption: Encryption::of(settings),
        acl: settings.engine.acl.map(|settings::Acl::BucketOwnerFullControl| Acl::BucketOwnerFullControl),
    }
}
