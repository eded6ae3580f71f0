//! Forward, check and test mParticle's event export to Amazon S3.
//!
//! # What the export guarantees
//!
//! The export is newline-delimited JSON. Its objects are named `<App Name>_<UTC time>_<5 digits>.txt`, in a folder and
//! optionally in date folders. 26 settings filter and change the events. Every guarantee is a clause with an id.
//! [`contract::clause`] lists the clauses, the points that mParticle's documentation leaves open, and the choices of
//! this library.
//!
//! # Design
//!
//! ```text
//! settings ─> source ─> filter ─> project ─> batch ─> encode ─> write ─>  S3  ─> read back ─> check ─> report
//!             └──────────────────── forward ─────────────────────┘          └─────── conform ───────┘
//! ```
//!
//! - **One definition of a record.** The types of [`contract`] give the published JSON Schemas, the list of 64-bit
//!   integers and the fast validator. A record is parsed only as deep as the settings need. The rest is copied unchanged,
//!   so every digit and every unknown field is preserved.
//! - **Every event has one outcome.** Received = written + filtered (by which setting) + quarantined (why) + pending. A ledger
//!   records it for each event.
//! - **The tester shares no code with the engine.** `conform` computes what must be written from the contract alone, so it
//!   does not repeat the engine's mistakes.
//! - **Nothing hidden is read.** Clock, random numbers and ids are arguments. The same seed gives the same bytes.
//! - **Event values are private.** Messages show the type and size of a value, not the value.
//!
//! # Features
//!
//! Without any feature the library compiles in under a minute and needs no AWS SDK, tokio, clap or jsonschema.
//!
//! | feature | adds |
//! |---|---|
//! | none | [`contract`], [`settings`], [`access`] (policies), [`ddl`] (tables for query engines), [`ndjson`], [`validate::Validator`] (yes or no), [`error`](mod@error) |
//! | `explain` | the reason why a line is not valid; files and folders |
//! | `report` | reports and their formats; part of `explain`, `forward`, `preflight` and `conform` |
//! | `store` | the trait `store::Store`, for a store of your own |
//! | `s3` | buckets at AWS and at compatible servers |
//! | `forward` | the engine |
//! | `preflight` | is a bucket ready for mParticle? |
//! | `embedded` | an S3 server in this process |
//! | `conform` | the tester of forwarders |
//! | `events-api` | a client of the Events API, and a local server in front of the engine |
//! | `canary` | do batches that are sent to mParticle arrive in the bucket? |
//! | `self-test` | deliberately wrong forwarders, to test the tester |
//! | `cli` | the program, with everything above; the default |
//!
//! # Recipes
//!
//! Each is a file in `examples/`: `cargo run --example NAME`.
//!
//! Validate a line (`validate_line`):
//!
//! ```
#![doc = include_str!("../examples/validate_line.rs")]
//! ```
//!
//! Validate a file (`validate_file`):
//!
//! ```
#![doc = include_str!("../examples/validate_file.rs")]
//! ```
//!
//! Validate a prefix of a bucket (`validate_prefix`):
//!
//! ```
#![doc = include_str!("../examples/validate_prefix.rs")]
//! ```
//!
//! Render a policy and check it (`policy`):
//!
//! ```
#![doc = include_str!("../examples/policy.rs")]
//! ```
//!
//! Forward a file (`forward_file`):
//!
//! ```
#![doc = include_str!("../examples/forward_file.rs")]
//! ```
//!
//! Run the conformance tests on a forwarder of your own (`conform`):
//!
//! ```
#![doc = include_str!("../examples/conform.rs")]
//! ```
//!
//! # Errors
//!
//! Each part has its own error type. [`error::Error`] takes any of them by `?` and says what the caller can do.

// Some shared helpers are unused without certain features.
#![cfg_attr(not(feature = "cli"), allow(dead_code, unused_imports))]

pub mod access;
pub mod arn;
mod bounded;
#[cfg(feature = "canary")]
pub mod canary;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "conform")]
pub mod conform;
pub mod contract;
pub mod ddl;
#[cfg(all(feature = "conform", feature = "forward"))]
pub mod engine_subject;
pub mod error;
#[cfg(feature = "events-api")]
pub mod events_api;
#[cfg(feature = "forward")]
pub mod forward;
pub mod json;
#[cfg(feature = "events-api")]
pub mod monitor;
pub mod ndjson;
#[cfg(any(feature = "explain", feature = "forward"))]
mod paths;
#[cfg(feature = "preflight")]
pub mod preflight;
#[cfg(feature = "explain")]
pub mod replay;
#[cfg(feature = "report")]
pub mod report;
pub mod settings;
pub mod severity;
#[cfg(feature = "store")]
pub mod store;
pub mod validate;
mod visible;

/// The crates whose types occur in public signatures. Import them from here to get matching versions.
pub mod external {
    #[cfg(feature = "store")]
    pub use {async_trait, bytes, tokio};
    pub use {jiff, schemars, serde_json};
}
