//! A case: its plan, and the plan with an input and a bucket.

use std::sync::Arc;

use jiff::Timestamp;

use crate::conform::access::Access;
use crate::conform::bucket::ServerTraits;
use crate::settings::{Connection, Engine, Settings};
use crate::store::{S3Config, Store};

/// One case.
#[derive(Clone)]
pub struct Scenario {
    /// The name of the case.
    pub name: String,
    /// The settings, including bucket and endpoint.
    pub settings: Settings,
    /// Newline-delimited batches.
    pub input: Arc<[u8]>,
    /// The fixed time that the subject uses instead of the clock, if the subject supports it.
    pub clock: Option<Timestamp>,
    /// The places of the input that the schema refuses, with `*` for each index, and how many lines have each.
    pub input_faults: &'static [(&'static str, usize)],
    /// The prefix of all keys of this case; empty if the case has a bucket of its own.
    pub root: String,
    /// Whether four subjects write at the same time, each with a part of the input.
    pub several_writers: bool,
    /// The connection of another program to the bucket.
    pub target: S3Config,
    /// The bucket as the subject writes to it.
    pub writer: Arc<dyn Store>,
    /// The same bucket, for reading.
    pub store: Arc<dyn Store>,
    /// The features of the bucket's server.
    pub server: ServerTraits,
    /// The available principals.
    pub access: Access,
}

/// A case without input and bucket.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name of the case.
    pub name: String,
    /// The connection's settings.
    pub connection: Connection,
    /// Whether the subject uses the time of the first generated batch instead of the clock. Generated batches are in
    /// the past: with a running clock, the first batch without a timestamp would close every open window.
    pub fixed_clock: bool,
    /// Changes the engine's options for this case.
    pub engine: fn(&mut Engine),
    /// The case's own input, if it does not use the shared one.
    pub batches: Option<fn() -> String>,
    /// The places of its own input that the schema refuses, and how often.
    pub input_faults: &'static [(&'static str, usize)],
    /// Whether four subjects share the input and write at the same time.
    pub several_writers: bool,
    /// Whether mParticle writes as an IAM user, if this can be tested (ACC-1).
    pub user_based: bool,
}

impl Plan {
    /// A case with these settings, the shared input and a fixed clock. mParticle's own roles write.
    pub fn new(name: impl Into<String>, connection: Connection) -> Self {
        Self {
            name: name.into(),
            connection,
            fixed_clock: true,
            engine: |_| {},
            batches: None,
            input_faults: &[],
            several_writers: false,
            user_based: false,
        }
    }
}
