//! The options of our engine, which are not mParticle's settings.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::proof::Proof;
use super::{Endpoint, EngineTable, Refusal, role};

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
    /// The IAM user by whose key mParticle writes, where that key is not in the settings (ACC-1).
    pub iam_user: Option<String>,
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
    /// How many bytes all open windows and files may hold together; past it the oldest is closed early.
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
            iam_user: None,
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

impl Engine {
    pub(super) fn prove(typed: EngineTable, proof: &mut Proof) -> Self {
        const DAY: u64 = 86_400;
        const GIB: u64 = 1024 * MIB;
        let default = Self::default();
        let mut number =
            |name: &str, typed, bounds, default| proof.within(format_args!("engine.{name}"), typed, bounds, default);
        let window_seconds = number("window_seconds", typed.window_seconds, 1..=DAY, default.window_seconds);
        let session_release_seconds = number(
            "session_release_seconds",
            typed.session_release_seconds,
            1..=30 * DAY,
            default.session_release_seconds,
        );
        let gzip_level = number("gzip_level", typed.gzip_level, 1..=9, default.gzip_level.into());
        let max_line_bytes = number("max_line_bytes", typed.max_line_bytes, 1024..=GIB, default.max_line_bytes);
        // One file is one PutObject, which takes 5 GiB.
        let max_file_bytes = number("max_file_bytes", typed.max_file_bytes, 1..=5 * GIB, default.max_file_bytes);
        let max_file_lines = number("max_file_lines", typed.max_file_lines, 1..=u64::MAX, default.max_file_lines);
        let max_file_age_seconds =
            number("max_file_age_seconds", typed.max_file_age_seconds, 1..=DAY, default.max_file_age_seconds);
        let buffer_bytes = number("buffer_bytes", typed.buffer_bytes, 1..=u64::MAX, default.buffer_bytes);
        let deadline_seconds = number("deadline_seconds", typed.deadline_seconds, 0..=DAY, default.deadline_seconds);
        let uploads = number("uploads", typed.uploads, 1..=256, default.uploads as u64);
        let mut checked = |name: &str, text: Option<String>, check: fn(&str) -> Result<(), Refusal>| {
            text.filter(|text| proof.take(format_args!("engine.{name}"), check(text)).is_some())
        };
        Self {
            role_arn: checked("role_arn", typed.role_arn, role::check_role_arn),
            external_id: checked("external_id", typed.external_id, role::check_external_id),
            iam_user: checked("iam_user", typed.iam_user, role::check_user),
            endpoint: proof.parse("engine.endpoint", typed.endpoint.as_deref()),
            virtual_host: typed.virtual_host.unwrap_or(default.virtual_host),
            ca_bundle: typed.ca_bundle.map(PathBuf::from),
            profile: typed.profile,
            app_name: typed.app_name,
            window_seconds,
            session_release_seconds,
            // Both are within bounds that their types hold.
            gzip_level: gzip_level as u32,
            uploads: uploads as usize,
            gzip_suffix: typed.gzip_suffix.unwrap_or(default.gzip_suffix),
            max_line_bytes,
            max_file_bytes,
            max_file_lines,
            max_file_age_seconds,
            buffer_bytes,
            sse_kms_key_id: typed.sse_kms_key_id,
            acl: typed.acl,
            deadline_seconds,
            checksums: typed.checksums.unwrap_or(default.checksums),
        }
    }
}
