//! Objects that the target refuses do not stop the others.

use std::sync::Arc;

use async_trait::async_trait;
use mp_forwarding::forward::{Engine, FixedClock, Input, NdjsonSource};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{Fetched, Object, ObjectMeta, Page, Store, StoreError};

/// A store that may be written to except in one folder.
struct OneFolderDenied;

fn denied<T>(operation: &'static str, key: &str) -> Result<T, StoreError> {
    Err(StoreError::answered(operation, key, 403, Some("AccessDenied"), ""))
}

#[async_trait]
impl Store for OneFolderDenied {
    fn name(&self) -> String {
        "a store".to_owned()
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        if object.key.starts_with("2026-03-01/") { denied("PutObject", &object.key) } else { Ok(()) }
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        denied("GetObject", key)
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        denied("HeadObject", key)
    }

    async fn list(&self, prefix: &str, _: Option<&str>) -> Result<Page, StoreError> {
        denied("ListObjectsV2", prefix)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        denied("DeleteObject", key)
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        denied("CreateBucket", "")
    }
}

#[tokio::test]
async fn what_can_be_written_is_written_while_other_objects_are_parked() {
    let mut settings = Settings::new(Connection::new("mp-forwarding-parked".parse().unwrap(), DateFolders::EventTime));
    settings.connection.send_as_batch = false;
    settings.engine.max_file_lines = 1;
    settings.engine.uploads = 2;
    settings.engine.deadline_seconds = 1;
    // Every third event is of the denied day.
    let mut text = String::new();
    for id in 0..60_u64 {
        let time = if id % 3 == 0 { 1_772_330_000_000 } else { 1_772_500_000_000 } + id;
        text += &format!(
            r#"{{"environment":"production","events":[{{"event_type":"profile","data":{{"timestamp_unixtime_ms":"{time}"}}}}]}}"#
        );
        text.push('\n');
    }
    let input = Input::Text { name: "input".to_owned(), text: text.into_bytes().into() };
    let mut source = NdjsonSource::start(&[input], 1 << 20).unwrap();
    let clock = FixedClock("2026-03-05T00:00:00Z".parse().unwrap());
    let started = std::time::Instant::now();
    let engine = Engine::builder(settings, Arc::new(OneFolderDenied)).clock(clock).build();
    let summary = engine.run(&mut source, std::future::pending()).await.unwrap();
    assert_eq!((summary.fates.received, summary.fates.written, summary.fates.pending()), (60, 40, 20));
    assert!(summary.exhausted && summary.halt.is_none() && !summary.is_complete());
    assert_eq!(summary.refusal.unwrap().code.as_deref(), Some("AccessDenied"));
    assert!(started.elapsed().as_secs() < 20, "the deadline passes once for one cause: {:?}", started.elapsed());
}
