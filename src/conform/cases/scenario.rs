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
    /// Its name.
    pub name: String,
    /// The settings, bucket and endpoint included.
    pub settings: Settings,
    /// Newline-delimited batches.
    pub input: Arc<[u8]>,
    /// The fixed time that the subject uses instead of the clock, if it can.
    pub clock: Option<Timestamp>,
    /// What every key of this case begins with, wherever the settings put it; empty if it has the bucket to itself.
    pub root: String,
    /// Whether four subjects share the input, line by line in turn, and write at the same time.
    pub several_writers: bool,
    /// How another program reaches the bucket.
    pub target: S3Config,
    /// The bucket as the subject writes to it.
    pub writer: Arc<dyn Store>,
    /// The same bucket for reading back.
    pub store: Arc<dyn Store>,
    /// What its server can do.
    pub server: ServerTraits,
    /// The principals that can be tried there.
    pub access: Access,
}

/// A case before it has an input and a bucket.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// The connection's settings.
    pub connection: Connection,
    /// Whether the subject uses the time of the first made-up batch instead of the clock. Made-up batches are dated in the
    /// past: with a running clock, the first batch without a timestamp would close every open window.
    pub fixed_clock: bool,
    /// Changes the engine's options for this case.
    pub engine: fn(&mut Engine),
    /// Its own input, if it does not use the shared one.
    pub batches: Option<fn() -> String>,
    /// Whether four subjects share the input and write at the same time.
    pub several_writers: bool,
    /// Whether mParticle writes as an IAM user, where that can be tried (ACC-1).
    pub user_based: bool,
}

impl Plan {
    /// A case with these settings, the shared input and a fixed clock, written by mParticle's own roles.
    pub fn new(name: impl Into<String>, connection: Connection) -> Self {
        Self {
            name: name.into(),
            connection,
            fixed_clock: true,
            engine: |_| {},
            batches: None,
            several_writers: false,
            user_based: false,
        }
    }
}
