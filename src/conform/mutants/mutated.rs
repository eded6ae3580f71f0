//! A correct subject and store with one mutation.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::catalogue::edit;
use super::mutant::Mutation;
use crate::conform::access::Access;
use crate::conform::{Scenario, Subject, SubjectError};
use crate::report::Fates;
use crate::store::{Advice, Fetched, Headers, Object, ObjectMeta, Page, Store, StoreError};

/// A correct subject with a mutation.
pub(super) struct MutatedSubject<'a> {
    pub(super) inner: &'a dyn Subject,
    pub(super) mutation: Mutation,
}

#[async_trait]
impl Subject for MutatedSubject<'_> {
    fn name(&self) -> String {
        format!("a mutant of {}", self.inner.name())
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let mut scenario = scenario.clone();
        match self.mutation {
            Mutation::Settings(change) => change(&mut scenario.settings),
            Mutation::Connection(change) => change(&mut scenario.settings.connection),
            Mutation::Input(change) => scenario.input = edit::lines(&scenario.input, change).into(),
            Mutation::Credentials => {
                if let Access::Fixture(fixture) = &scenario.access {
                    scenario.writer = fixture.verifier();
                }
            }
            Mutation::Fates(_) | Mutation::Headers(_) | Mutation::Policy(_) => {}
            mutation => scenario.writer = Arc::new(MutatedStore::new(scenario.writer, mutation)),
        }
        let mut fates = self.inner.forward(&scenario).await?;
        if let (Mutation::Fates(change), Some(fates)) = (self.mutation, &mut fates) {
            change(fates);
        }
        Ok(fates)
    }
}

/// A correct store with a mutation.
pub(super) struct MutatedStore {
    inner: Arc<dyn Store>,
    mutation: Mutation,
    held: Mutex<Vec<Object>>,
}

impl MutatedStore {
    pub(super) fn new(inner: Arc<dyn Store>, mutation: Mutation) -> Self {
        Self { inner, mutation, held: Mutex::default() }
    }

    /// The objects that are written instead of `object`.
    fn mutate(&self, object: Object) -> Vec<Object> {
        let key = |object: Object, change: &dyn Fn(&str, &str) -> String| {
            let (folder, name) = edit::folder_and_name(&object.key);
            Object { key: change(folder, name), ..object }
        };
        vec![match self.mutation {
            Mutation::Objects(change) | Mutation::Overwrites(change) => {
                return change(&mut self.held.lock().unwrap_or_else(PoisonError::into_inner), object);
            }
            Mutation::Object(change) => change(object),
            Mutation::Bytes(change) => edit::bytes(object, change),
            Mutation::Lines(change) => edit::bytes(object, |text| edit::lines(&text, change)),
            Mutation::Events(change) => {
                edit::bytes(object, |text| edit::lines(&text, |lines| edit::each_line(lines, change)))
            }
            Mutation::Text(from, to) => edit::bytes(object, |text| {
                edit::lines(&text, |lines| lines.iter_mut().for_each(|line| *line = line.replace(from, to)))
            }),
            Mutation::Folder(from, to) => key(object, &|folder, name| folder.replace(from, to) + name),
            Mutation::Name(change) => key(object, &|folder, name| folder.to_owned() + &change(name)),
            _ => object,
        }]
    }
}

#[async_trait]
impl Store for MutatedStore {
    fn name(&self) -> String {
        self.inner.name()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        for object in self.mutate(object.clone()) {
            if matches!(self.mutation, Mutation::Overwrites(_)) {
                // If deleting is refused, the next request fails.
                let _ = self.inner.delete(&object.key).await;
            }
            match self.inner.put(&object).await {
                // The mutant treats this refusal as success.
                Err(error) if error.advice == Advice::Exists => {}
                answer => answer?,
            }
        }
        Ok(())
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.inner.get(key).await
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        let mut meta = self.inner.head(key).await?;
        if let (Mutation::Headers(change), Some(meta)) = (self.mutation, &mut meta) {
            change(meta.headers.get_or_insert_with(Headers::default));
        }
        Ok(meta)
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        self.inner.list(prefix, continuation).await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.inner.delete(key).await
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        self.inner.create_bucket().await
    }
}
