//! The doubles themselves: a subject that is honest but for one thing, and a store between it and the bucket.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::lie::Lie;
use crate::conform::access::Access;
use crate::conform::{Scenario, Subject, SubjectError};
use crate::report::Fates;
use crate::store::{Advice, Body, Headers, Object, ObjectMeta, Page, Store, StoreError};

/// An honest subject, and the lie that is told around it.
pub(super) struct LyingSubject<'a> {
    pub(super) honest: &'a dyn Subject,
    pub(super) lie: Lie,
}

#[async_trait]
impl Subject for LyingSubject<'_> {
    fn name(&self) -> String {
        format!("a liar in the place of {}", self.honest.name())
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let mut told = scenario.clone();
        match self.lie {
            Lie::Obeys(change) => change(&mut told.settings),
            Lie::Reads(change) => {
                let text = String::from_utf8_lossy(&told.input).into_owned();
                let lines = change(text.lines().map(str::to_owned).collect());
                told.input = lines.iter().flat_map(|line| [line.as_bytes(), b"\n"].concat()).collect();
            }
            Lie::Writes(_) | Lie::WritesOver(_) => {
                let memory = Mutex::default();
                told.writer = Arc::new(LyingStore { honest: told.writer, lie: self.lie, memory });
            }
            Lie::Borrows => {
                if let Access::Judged(premises) = &told.access {
                    told.writer = premises.verifier();
                }
            }
            Lie::Counts(_) | Lie::Shows(_) | Lie::Deploys(_) => {}
        }
        let mut fates = self.honest.forward(&told).await?;
        if let (Lie::Counts(change), Some(fates)) = (self.lie, &mut fates) {
            change(fates);
        }
        Ok(fates)
    }
}

/// An honest store, and the lie that is told around it.
pub(super) struct LyingStore {
    pub(super) honest: Arc<dyn Store>,
    pub(super) lie: Lie,
    pub(super) memory: Mutex<Vec<Object>>,
}

#[async_trait]
impl Store for LyingStore {
    fn name(&self) -> String {
        self.honest.name()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let (Lie::Writes(change) | Lie::WritesOver(change)) = self.lie else { return self.honest.put(object).await };
        let written = change(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner), object.clone());
        for object in written {
            if matches!(self.lie, Lie::WritesOver(_)) {
                // Where it is refused, the next request is too.
                let _ = self.honest.delete(&object.key).await;
            }
            match self.honest.put(&object).await {
                // A liar does not mind that it was refused.
                Err(error) if error.advice == Advice::Exists => {}
                answer => answer?,
            }
        }
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Body, StoreError> {
        self.honest.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        let mut meta = self.honest.head(key).await?;
        if let (Lie::Shows(change), Some(meta)) = (self.lie, &mut meta) {
            change(meta.headers.get_or_insert_with(Headers::default));
        }
        Ok(meta)
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.honest.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.honest.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.honest.create_bucket().await
    }
}
