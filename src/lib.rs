//! Forward, prove and check mParticle's event export to Amazon S3.
//!
//! # What the export promises
//!
//! Batches of events as newline-delimited JSON, in objects named `<App Name>_<UTC time>_<5 digits>.txt`, below a folder and,
//! if asked for, date folders; filtered and shaped by 26 settings. Every promise is a clause with an id: [`contract::clause`]
//! lists them, with what the documentation leaves open and what was chosen here.
//!
//! # One way through
//!
//! ```text
//! settings ─> source ─> filter ─> project ─> batch ─> encode ─> write ─>  S3  ─> read back ─> check ─> report
//!             └──────────────────── forward ─────────────────────┘          └─────── conform ───────┘
//! ```
//!
//! - [`settings`]: mParticle's settings, from TOML or JSON to proven values
//! - [`contract`]: records, schemas, object keys, clauses
//! - [`access`]: policies: rendered, linted, evaluated
//! - [`ndjson`]: lines, gzip, and which lines are admissible
//! - [`store`]: a bucket, at AWS, at a look-alike, or in this process
//! - [`preflight`]: a live bucket held against what mParticle needs
//! - [`forward`]: the engine; every event has a fate
//! - [`conform`]: the tester, which shares no code with the engine
//! - [`validate`]: exported lines, judged in one pass, with reasons where they are wrong
//! - [`validate`]: exported files, checked at the speed of the scan
//! - [`report`]: what a run found, as plain data
//!
//! # An example
//!
//! Forward one batch to an S3 in this process, and look at what is there:
//!
//! ```
//! use std::sync::Arc;
//!
//! use mp_forwarding::forward::{Engine, Input, NdjsonSource};
//! use mp_forwarding::settings::Settings;
//! use mp_forwarding::store::{Embedded, S3Store, Store};
//!
//! # tokio::runtime::Runtime::new()?.block_on(async {
//! let settings = Settings::from_toml(
//!     r#"[connection]
//!        s3_bucket_name = "mp-forwarding-example"
//!        "Store Data in Folders by Date" = "event_time""#,
//! )?;
//! let server = Embedded::start(None).await?;
//! let store: Arc<dyn Store> = Arc::new(S3Store::connect(server.config("mp-forwarding-example")).await?);
//! store.create_bucket().await?;
//!
//! let batch = r#"{"environment":"production","application_info":{"application_name":"mPTravel"},"mpid":-7,
//!     "events":[{"event_type":"screen_view","data":{"timestamp_unixtime_ms":1508260151644}}]}"#;
//! let input = Input::Text { name: "example".to_owned(), text: batch.replace('\n', "").into_bytes().into() };
//! let engine = Engine::builder(settings, store.clone()).seed(7).build();
//! let summary = engine.run(&mut NdjsonSource::start(&[input], 1 << 20)?, std::future::pending()).await?;
//! assert_eq!(summary.fates.written, 1);
//!
//! let page = store.list("2017-10-17/", None).await?;
//! assert!(page.objects[0].key.starts_with("2017-10-17/mPTravel_"));
//! # Ok::<(), Box<dyn std::error::Error>>(()) })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Helpers that several modules share are unused where the features leave these modules out.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub mod access;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "conform")]
pub mod conform;
pub mod contract;
#[cfg(feature = "forward")]
pub mod forward;
pub mod json;
pub mod ndjson;
#[cfg(feature = "preflight")]
pub mod preflight;
#[cfg(feature = "report")]
pub mod report;
pub mod settings;
#[cfg(feature = "store")]
pub mod store;
pub mod validate;
