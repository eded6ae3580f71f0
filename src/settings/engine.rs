//! The options of the engine, which are not mParticle's settings.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::check::{self, At, Problems};
use super::declare::{Declared, Table};
use super::kind::{Typed, typed};
use super::schema;
use super::value::{Acl, Endpoint, FolderName, ServerSideEncryption, SettingValue};

/// Declares each option once: its name, type, default, check with bounds, and effect.
macro_rules! options {
    ($($name:ident: $type:ty = $default:literal, $check:ident $(in $least:literal..=$most:literal)? $(from $min:literal)?,
        $about:literal;)*) => {
        /// How the engine works, checked. 1 KiB is 1,024 bytes; sizes are of raw bytes, before compression.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Engine {
            $(#[doc = concat!($about, $(", ", $least, " to ", $most,)? $(", at least ", $min,)? ".")] pub $name: $type,)*
        }

        /// The engine's options as typed.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct EngineTable {
            $(#[doc = concat!(
                $about, $(", ", $least, " to ", $most,)? $(", at least ", $min,)? ". Defaults to `", $default, "`."
            )]
            pub $name: Option<typed!($check)>,)*
        }

        /// Every option, in the order of the schema.
        pub(super) const OPTIONS: &[Declared] = &[$(Declared {
            table: Table::Engine,
            name: stringify!($name),
            shown_name: "",
            kind: <typed!($check) as Typed>::KIND,
            about: concat!($about, $(", ", $least, " to ", $most,)? $(", at least ", $min,)? "."),
            default: concat!($default),
            accepted: || schema::$check($($least..=$most)? $($min..=u64::MAX)?),
        },)*];

        impl Engine {
            pub(super) fn check(typed: EngineTable, problems: &mut Problems) -> Self {
                Self {
                    $($name: check::$check(
                        typed.$name,
                        $default,
                        At { path: concat!("engine.", stringify!($name)), problems },
                        $($least..=$most)?
                        $($min..=u64::MAX)?
                    ),)*
                }
            }

            /// Every option with its value; null is unset.
            pub(super) fn values(&self) -> Vec<(&'static str, Value)> {
                vec![$((stringify!($name), self.$name.to_json()),)*]
            }
        }
    };
}

options! {
    endpoint: Option<Endpoint> = "unset", endpoint,
        "The URL of an S3 server other than AWS's own, `https://host` or `http://host:port`, without a path";
    virtual_host: bool = false, flag, "Whether the bucket is part of the host name of `endpoint` instead of the path";
    ca_bundle: Option<PathBuf> = "unset", path, "A file of PEM certificates to trust in addition to the system's";
    profile: Option<String> = "unset", text, "The profile of the AWS configuration files";
    role_arn: Option<String> = "unset", role_arn, "The ARN of a role to assume";
    external_id: Option<String> = "unset", external_id, "The external id for assuming the role";
    iam_user: Option<String> = "unset", iam_user,
        "The name of the IAM user whose key mParticle uses, if the key is not in these settings: access is then user-based (ACC-1)";
    pod: Option<String> = "unset", pod, "The pod that hosts your organisation, such as us1: the default of `preflight --pod`";
    app_name: Option<String> = "unset", text, "The app name in file names (NAME-1); if unset, the app name of each batch";
    window_seconds: u64 = 600, number in 1..=86400, "The length of a window, in which the events of a device become one batch, in seconds (U-9)";
    session_release_seconds: u64 = 86400, number in 1..=2592000,
        "The seconds after which a session without an end is released (U-10)";
    gzip_level: u32 = 4, number in 1..=9, "The gzip level; a higher level gives smaller files and takes longer";
    gzip_suffix: bool = false, flag, "Whether the names of compressed files end with `.gz` (U-12)";
    max_line_bytes: u64 = 16777216, number in 1024..=1073741824, "The longest line to accept, in bytes (DTO-9)";
    max_file_bytes: u64 = 16777216, number in 1..=5368709120,
        "The raw bytes at which a file is closed (U-20); one PutObject accepts at most 5 GiB";
    max_file_lines: u64 = 100000, number from 1, "The lines at which a file is closed (U-20)";
    max_file_age_seconds: u64 = 60, number in 1..=86400, "The age at which a file is closed, in seconds (U-20)";
    buffer_bytes: u64 = 201326592, number from 1,
        "The limit of all open windows and files together in raw bytes, at least `max_line_bytes`; above it the oldest is closed early";
    conform_folder: Option<FolderName> = "unset", folder_name,
        "The folder below which `conform` writes on a real bucket, outside the export's own; unset, the bucket's root";
    sse_kms_key_id: Option<String> = "unset", key_id,
        "The key for `aws:kms` and `aws:kms:dsse`; if unset, the account's default key (U-27)";
    default_encryption: ServerSideEncryption = "None", encryption,
        "The default encryption of the bucket, which `conform` sets on the built-in S3";
    default_key: Option<String> = "unset", key_id,
        "The KMS key of that default encryption; only its ARN works for mParticle's roles (ACC-10)";
    acl: Option<Acl> = "unset", acl, "The ACL to send with every object (ACC-7)";
    deadline_seconds: u64 = 30, number in 0..=86400, "The seconds for which failed requests are retried";
    uploads: usize = 8, number in 1..=256, "The number of uploads at the same time";
    keep_ip: bool = false, flag, "Whether `ip` stays in the outbound form (U-31)";
    checksums: bool = true, flag, "Whether uploads have a checksum; some S3-compatible servers refuse it";
    conditional_writes: bool = true, flag,
        "Whether an upload is refused if its name exists (`If-None-Match: *`). Turn it off for a server that cannot do this: a repeated upload then replaces its own object, and of two files with one name the second replaces the first";
}

impl Default for Engine {
    fn default() -> Self {
        Self::check(EngineTable::default(), &mut Problems::default())
    }
}
