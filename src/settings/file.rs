//! What can be typed in a settings file: three tables, every value under its id. The published schema comes from it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Acl, Secret, ServerSideEncryption, TypedDateFolders};

/// A settings file in its canonical form: ids only, null as unset, nothing proven yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SettingsFile {
    /// mParticle's configuration settings, which belong to an account. Defaults to role-based access in `us-east-1`.
    pub configuration: ConfigurationTable,
    /// mParticle's connection settings. Two of them must be chosen.
    pub connection: ConnectionTable,
    /// The options of the engine, which are not mParticle's. Defaults to a plain upload to AWS.
    pub engine: EngineTable,
}

/// mParticle's configuration settings as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConfigurationTable {
    /// Access Key ID: the public half of the user's key pair; both halves unset is role-based access (ACC-1).
    /// Defaults to `unset`.
    pub access_key_id: Option<String>,
    /// Secret Access Key: the private half. Defaults to `unset`.
    pub secret_access_key: Option<Secret>,
    /// AWS Region Endpoint: the code of the bucket's region. Defaults to `us-east-1`.
    pub aws_region: Option<String>,
}

/// mParticle's connection settings as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConnectionTable {
    /// S3 Bucket Name: the target bucket, 3 to 63 lower-case letters, digits and hyphens; with role-based access it
    /// begins with `mp-forwarding-` (ACC-2). It must be set. Defaults to `unset`.
    pub s3_bucket_name: Option<String>,
    /// Folder Name: the folder under which everything is stored (LAY-1). Defaults to `unset`.
    pub folder_name: Option<String>,
    /// Server Side Encryption Method: what is asked for on every object (SSE-1). Defaults to `None`.
    pub server_side_encryption_method: Option<ServerSideEncryption>,
    /// Store Data In Folders By Date: which date names a file's folder (LAY-3). It must be set to another value than
    /// the initial one. Defaults to `UNSELECTED`.
    pub store_data_in_folders_by_date: Option<TypedDateFolders>,
    /// Unique ID: written as top-level `unique_id` of each batch. Defaults to `unset`.
    pub unique_id: Option<String>,
    /// Metadata Field Exclusion: `Device Name`, `IP Address`, or JSON Pointers into application_info, device_info and
    /// source_info (U-4). Defaults to `empty`.
    pub metadata_field_exclusion: Option<Vec<String>>,
    /// Send Lifecycle Events: application_state_transition, session_start and session_end. Defaults to `true`.
    pub send_lifecycle_events: Option<bool>,
    /// Send Screen Views: screen_view. Defaults to `true`.
    pub send_screen_views: Option<bool>,
    /// Send Crash Events: crash_report. Defaults to `true`.
    pub send_crash_events: Option<bool>,
    /// Send Network Performance Events: network_performance. Defaults to `true`.
    pub send_network_performance_events: Option<bool>,
    /// Send Custom Events: custom_event. Defaults to `true`.
    pub send_custom_events: Option<bool>,
    /// Send Push Registrations and Receipts: push_registration, push_message and push_reaction. Defaults to `true`.
    pub send_push_registrations_and_receipts: Option<bool>,
    /// Send as Batch: gathers a device's events for roughly ten minutes into one batch (BAT-1). Defaults to `true`.
    pub send_as_batch: Option<bool>,
    /// Wait for Complete Batch: Android only, gathers a whole session into one batch (BAT-2). Defaults to `false`.
    pub wait_for_complete_batch: Option<bool>,
    /// Include Location Information: off, `location` leaves every event's `data`. Defaults to `true`.
    pub include_location_information: Option<bool>,
    /// Send Commerce Events: commerce_event. Defaults to `true`.
    pub send_commerce_events: Option<bool>,
    /// Use Compression: the whole file is gzip (FILE-2). Defaults to `false`.
    pub use_compression: Option<bool>,
    /// Include Consent State: off, `consent_state` leaves the batch. Defaults to `false`.
    pub include_consent_state: Option<bool>,
    /// Include Metadata: off, application_info, device_info and source_info leave the batch. Defaults to `true`.
    pub include_metadata: Option<bool>,
    /// Include User Attribute Change Events: user_attribute_change. Defaults to `false`.
    pub include_user_attribute_change_events: Option<bool>,
    /// Include User Identity Change Events: user_identity_change. Defaults to `false`.
    pub include_user_identity_change_events: Option<bool>,
    /// Send Batches without Events: off, a batch with no events after filtering is not forwarded (U-5).
    /// Defaults to `true`.
    pub send_batches_without_events: Option<bool>,
    /// Include Event Batch Location: on, `context.location` is set whenever possible; off, it leaves the batch (U-21).
    /// Defaults to `false`.
    pub include_event_batch_location: Option<bool>,
    /// Send Alias Requests: alias_request. Defaults to `false`.
    pub send_alias_requests: Option<bool>,
    /// Include MP DeviceId: off, `mp_deviceid` leaves the batch. Defaults to `false`.
    pub include_mp_deviceid: Option<bool>,
    /// Raw Data Feed: the source is raw inbound data, and batches are written in the inbound form (DTO-2).
    /// Defaults to `false`.
    pub raw_data_feed: Option<bool>,
}

/// The engine's options as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EngineTable {
    /// The URL of an S3 server other than AWS's own, `https://host` or `http://host:port`. Defaults to `unset`.
    pub endpoint: Option<String>,
    /// Whether the bucket stands in the host name of `endpoint` rather than in the path. Defaults to `false`.
    pub virtual_host: Option<bool>,
    /// A file of PEM certificates to trust beside the system's. Defaults to `unset`.
    pub ca_bundle: Option<String>,
    /// The profile of the AWS configuration files. Defaults to `unset`.
    pub profile: Option<String>,
    /// The ARN of a role to assume. Defaults to `unset`.
    pub role_arn: Option<String>,
    /// The external id to give when assuming it. Defaults to `unset`.
    pub external_id: Option<String>,
    /// The name of the IAM user by whose key mParticle writes, where that key is not in these settings: access is then
    /// user-based (ACC-1). Defaults to `unset`.
    pub iam_user: Option<String>,
    /// The app's name in the names of files; unset, that of each batch (NAME-1). Defaults to `unset`.
    pub app_name: Option<String>,
    /// For how many seconds a device's events are gathered, 1 to 86,400 (U-9). Defaults to `600`.
    pub window_seconds: Option<u64>,
    /// After how many seconds a session that never ends is released, 1 to 2,592,000 (U-10). Defaults to `86400`.
    pub session_release_seconds: Option<u64>,
    /// The gzip level, 1 (fast) to 9 (small). Defaults to `3`.
    pub gzip_level: Option<u64>,
    /// Whether compressed files end in `.gz` (U-12). Defaults to `false`.
    pub gzip_suffix: Option<bool>,
    /// The longest line to accept in bytes, 1,024 to 1,073,741,824 (DTO-9). Defaults to `16777216`.
    pub max_line_bytes: Option<u64>,
    /// At how many raw bytes a file is closed, 1 to 5,368,709,120, the most that one PutObject takes (U-20).
    /// Defaults to `16777216`.
    pub max_file_bytes: Option<u64>,
    /// At how many lines a file is closed, at least 1 (U-20). Defaults to `100000`.
    pub max_file_lines: Option<u64>,
    /// At what age in seconds a file is closed, 1 to 86,400 (U-20). Defaults to `60`.
    pub max_file_age_seconds: Option<u64>,
    /// How many raw bytes all open windows and files may hold together, at least `max_line_bytes`. Defaults to `268435456`.
    pub buffer_bytes: Option<u64>,
    /// The key for `aws:kms` and `aws:kms:dsse`; unset, the account's default key (U-27). Defaults to `unset`.
    pub sse_kms_key_id: Option<String>,
    /// The ACL to send with every object (ACC-7). Defaults to `unset`.
    pub acl: Option<Acl>,
    /// For how many seconds a finite input is retried, 0 to 86,400. Defaults to `30`.
    pub deadline_seconds: Option<u64>,
    /// How many uploads may be in flight at once, 1 to 256. Defaults to `8`.
    pub uploads: Option<u64>,
    /// Whether uploads carry a checksum; some stores that look like S3 refuse it. Defaults to `true`.
    pub checksums: Option<bool>,
}
