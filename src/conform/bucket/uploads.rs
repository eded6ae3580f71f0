//! Uploads that a run has begun. A run that is stopped waits for them, because the server may store an object after its writer is gone.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};

/// A store whose uploads go on when their caller stops waiting. Clones share the same uploads.
#[derive(Clone)]
pub(in crate::conform) struct Uploads {
    store: Arc<dyn Store>,
    begun: Arc<Begun>,
}

/// The uploads that are under way, by number and key.
#[derive(Default)]
struct Begun {
    keys: Mutex<(u64, BTreeSet<(u64, String)>)>,
    one_ended: Notify,
}

impl Uploads {
    pub(in crate::conform) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, begun: Arc::default() }
    }

    /// Waits until every upload has its answer, at most for `limit`. Returns the keys of those that have none.
    pub(in crate::conform) async fn settle(&self, limit: Duration) -> Vec<String> {
        let settled = async {
            loop {
                let ended = self.begun.one_ended.notified();
                if self.begun.under_way().is_empty() {
                    return;
                }
                ended.await;
            }
        };
        let _ = timeout(limit, settled).await;
        self.begun.under_way()
    }
}

impl Begun {
    fn begin(self: &Arc<Self>, key: &str) -> Upload {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.0 += 1;
        let upload = (keys.0, key.to_owned());
        keys.1.insert(upload.clone());
        Upload { begun: self.clone(), upload }
    }

    fn under_way(&self) -> Vec<String> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner).1.iter().map(|(_, key)| key.clone()).collect()
    }
}

/// An upload that is under way until this is dropped.
struct Upload {
    begun: Arc<Begun>,
    upload: (u64, String),
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.begun.keys.lock().unwrap_or_else(PoisonError::into_inner).1.remove(&self.upload);
        self.begun.one_ended.notify_one();
    }
}

#[async_trait]
impl Store for Uploads {
    fn name(&self) -> String {
        self.store.name()
    }

    fn may_ignore_conditions(&self) -> bool {
        self.store.may_ignore_conditions()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let (store, object, upload) = (self.store.clone(), object.clone(), self.begun.begin(&object.key));
        let key = object.key.clone();
        let sent = tokio::spawn(async move {
            let _upload = upload;
            store.put(&object).await
        });
        sent.await.unwrap_or_else(|error| Err(StoreError::unanswered("PutObject", key, true, error.to_string())))
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.store.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        self.store.head(key).await
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.store.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.store.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.store.create_bucket().await
    }
}
