//! A bucket in memory: a test double for tests that need no server.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use mp_forwarding::forward::{Engine, FixedClock, Input, NdjsonSource, Summary};
use mp_forwarding::settings::Settings;
use mp_forwarding::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};
use serde_json::Value;

/// Stores every object that is put, and supports nothing else.
#[derive(Default)]
struct InMemoryStore {
    objects: Mutex<Vec<Object>>,
}

#[async_trait]
impl Store for InMemoryStore {
    fn name(&self) -> String {
        "memory".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        self.objects.lock().unwrap().push(object.clone());
        Ok(())
    }

    async fn get(&self, _: &str) -> Result<Fetched, StoreError> {
        panic!("a writer needs no permission to read")
    }

    async fn head(&self, _: &str) -> Result<Option<ObjectMeta>, StoreError> {
        panic!("a writer needs no permission to read metadata")
    }

    async fn list(&self, _: &str, _: Option<&str>) -> Result<Page, StoreError> {
        panic!("a writer needs no permission to list")
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        panic!("a writer needs no permission to delete")
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        panic!("a writer needs no permission to create buckets")
    }
}

/// The time of every run.
pub(crate) const NOW: &str = "2026-03-01T00:00:00Z";

/// The result of the engine for an input.
pub(crate) struct Forwarded {
    pub(crate) objects: Vec<Object>,
    pub(crate) summary: Summary,
}

/// Runs the engine on input lines at [`NOW`].
pub(crate) fn forward(settings: &Settings, input: &str) -> Forwarded {
    let store = Arc::new(InMemoryStore::default());
    let engine =
        Engine::builder(settings.clone(), store.clone()).clock(FixedClock(NOW.parse().unwrap())).seed(0).build();
    let input = Input::Text { name: "input".to_owned(), text: input.as_bytes().into() };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let summary = runtime.block_on(async {
        let mut source = NdjsonSource::start(&[input], 16 << 20).unwrap();
        engine.run(&mut source, std::future::pending()).await.unwrap()
    });
    let mut objects = std::mem::take(&mut *store.objects.lock().unwrap());
    objects.sort_by(|a, b| a.key.cmp(&b.key));
    Forwarded { objects, summary }
}

impl Forwarded {
    /// The folder and the text of each line, in the order of the keys.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for object in &self.objects {
            let folder = object.key.rsplit_once('/').map_or("", |(folder, _)| folder);
            for line in std::str::from_utf8(&object.body).unwrap().lines() {
                texts.push((folder.to_owned(), line.to_owned()));
            }
        }
        texts
    }

    /// Every line.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.texts().iter().map(|(_, text)| serde_json::from_str(text).unwrap()).collect()
    }

    /// The types of the events of each line.
    pub(crate) fn event_types(&self) -> Vec<Vec<String>> {
        let types = |line: &Value| {
            let events = line["events"].as_array().into_iter().flatten();
            events.map(|event| event["event_type"].as_str().unwrap().to_owned()).collect()
        };
        self.lines().iter().map(types).collect()
    }
}
