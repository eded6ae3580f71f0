//! The options of our engine, which are not mParticle's settings.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Endpoint;

const MIB: u64 = 1024 * 1024;

/// How the engine works, proven. 1 KiB is 1,024 bytes; sizes are of raw bytes, before compression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    /// The S3 server; `None` is AWS itself.
    pub endpoint: Option<Endpoint>,
    /// Whether the bucket stands in the host name rather than in the path, at `endpoint`.
    pub virtual_host: bool,
    /// A file of PEM certificates to trust beside the system's.
    pub ca_bundle: Option<PathBuf>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The role to assume.
    pub role_arn: Option<String>,
    /// The external id to give when assuming it.
    pub external_id: Option<String>,
    /// The app's name in the names of files (NAME-1); `None` is that of each batch.
    pub app_name: Option<String>,
    /// How long a device's events are gathered, in seconds (U-9).
    pub window_seconds: u64,
    /// After how many seconds a session that never ends is released (U-10).
    pub session_release_seconds: u64,
    /// The gzip level, 1 to 9.
    pub gzip_level: u32,
    /// Whether compressed files end in `.gz` (U-12).
    pub gzip_suffix: bool,
    /// The longest line to accept, in bytes (DTO-9).
    pub max_line_bytes: u64,
    /// At how many bytes a file is closed (U-20).
    pub max_file_bytes: u64,
    /// At how many lines a file is closed (U-20).
    pub max_file_lines: u64,
    /// At what age in seconds a file is closed (U-20).
    pub max_file_age_seconds: u64,
    /// How many bytes all open files may hold together; past it the oldest is closed early.
    pub buffer_bytes: u64,
    /// The key for `aws:kms` and `aws:kms:dsse`; `None` is the account's default key (U-27).
    pub sse_kms_key_id: Option<String>,
    /// The ACL to send; `None` sends none (ACC-7).
    pub acl: Option<Acl>,
    /// How long a finite input is retried, in seconds.
    pub deadline_seconds: u64,
    /// How many uploads may be in flight at once.
    pub uploads: usize,
    /// Whether uploads carry a checksum: some stores that look like S3 refuse it.
    pub checksums: bool,
}

impl Default for Engine {
    fn default() -> Self {
        Self {
            endpoint: None,
            virtual_host: false,
            ca_bundle: None,
            profile: None,
            role_arn: None,
            external_id: None,
            app_name: None,
            window_seconds: 600,
            session_release_seconds: 86_400,
            gzip_level: 3,
            gzip_suffix: false,
            max_line_bytes: 16 * MIB,
            max_file_bytes: 16 * MIB,
            max_file_lines: 100_000,
            max_file_age_seconds: 60,
            buffer_bytes: 256 * MIB,
            sse_kms_key_id: None,
            acl: None,
            deadline_seconds: 30,
            uploads: 8,
            checksums: true,
        }
    }
}

/// The one canned ACL that buckets with ACLs turned off accept as well (ACC-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Acl {
    /// The bucket's owner owns the object too.
    #[serde(rename = "bucket-owner-full-control")]
    BucketOwnerFullControl,
}

impl Acl {
    /// The value of `x-amz-acl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerFullControl => "bucket-owner-full-control",
        }
    }
}
