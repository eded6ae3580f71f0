//! The cases of a run: settings, input and the bucket that they meet in.

use std::sync::Arc;

use jiff::Timestamp;

use super::access::Access;
use super::traits::ServerTraits;
use crate::settings::{
    BucketName, Connection, DateFolders, Engine, FolderName, MetadataExclusion, ServerSideEncryption, SettingId,
    Settings,
};
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
    /// What time the subject is told it is, if it can be told.
    pub clock: Option<Timestamp>,
    /// What every key of this case begins with, wherever the settings put it; empty if it has the bucket to itself.
    pub root: String,
    /// Whether four subjects share the input, line by line in turn, and write at the same time.
    pub several_writers: bool,
    /// How anybody else reaches the bucket.
    pub target: S3Config,
    /// The bucket as the subject writes to it.
    pub writer: Arc<dyn Store>,
    /// The same bucket for reading back.
    pub store: Arc<dyn Store>,
    /// What its server can tell.
    pub server: ServerTraits,
    /// Who can be played there.
    pub access: Access,
}

/// A case before it has an input and a bucket.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// The connection's settings.
    pub connection: Connection,
    /// Whether the subject is told the time of the first made-up batch. Made-up batches come from the past: under a
    /// running clock the first one without a timestamp would end all windows but those after it.
    pub fixed_clock: bool,
    /// What it asks of the engine's options.
    pub engine: fn(&mut Engine),
    /// The input of its own, if it does not take that of all.
    pub batches: Option<fn() -> String>,
    /// Whether four subjects share the input and write at the same time.
    pub several_writers: bool,
    /// Whether mParticle is let in as an IAM user, where that can be played (ACC-1).
    pub user_based: bool,
}

impl Plan {
    /// A case under these settings, with the input of all and a fixed clock, written by mParticle's own roles.
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

/// The built-in cases: each way to lay out, encode and cut a file, and every setting away from its default once. For all
/// combinations see [`super::matrix`].
pub fn plans(bucket: &BucketName) -> Vec<Plan> {
    let plan = |name: &str, mode, change: &dyn Fn(&mut Connection)| {
        let mut connection = Connection::new(bucket.clone(), mode);
        change(&mut connection);
        Plan::new(name, connection)
    };
    let folder = |name: &str| name.parse::<FolderName>().ok();
    vec![
        Plan { fixed_clock: false, ..plan("defaults", DateFolders::None, &|_| {}) },
        plan("by-event-time", DateFolders::EventTime, &|connection| {
            connection.folder_name = folder("exports/app");
            connection.use_compression = true;
            connection.unique_id = Some("a \"quoted\" id".to_owned());
            connection.server_side_encryption_method = ServerSideEncryption::Aes256;
        }),
        plan("by-upload-time", DateFolders::UploadTime, &|connection| {
            connection.include_metadata = false;
            connection.server_side_encryption_method = ServerSideEncryption::AwsKms;
            connection.include_location_information = false;
            connection.include_consent_state = true;
            connection.include_mp_deviceid = true;
            connection.include_event_batch_location = true;
        }),
        Plan {
            user_based: true,
            ..plan("by-first-event-or-upload-time", DateFolders::FirstEventOrUploadTime, &|connection| {
                connection.folder_name = folder("exports");
                connection.send_batches_without_events = false;
                connection.include_user_attribute_change_events = true;
                connection.include_user_identity_change_events = true;
                connection.send_alias_requests = true;
            })
        },
        plan("android-sessions", DateFolders::FirstEventOrUploadTime, &|connection| {
            connection.wait_for_complete_batch = true;
            connection.include_event_batch_location = true;
            connection.include_mp_deviceid = true;
        }),
        plan("one-event-a-line", DateFolders::EventTime, &|connection| {
            connection.send_as_batch = false;
            connection.use_compression = true;
            connection.metadata_field_exclusion =
                MetadataExclusion { device_name: true, ip_address: true, ..MetadataExclusion::default() };
            connection.include_event_batch_location = true;
        }),
        plan("nothing-that-a-setting-names", DateFolders::None, &|connection| {
            for setting in SettingId::ALL {
                if setting.as_str().starts_with("send_")
                    && *setting != SettingId::SendAsBatch
                    && let Some(flag) = connection.flag_mut(*setting)
                {
                    *flag = false;
                }
            }
        }),
        plan("raw-data-feed", DateFolders::UploadTime, &|connection| {
            connection.raw_data_feed = true;
            connection.include_consent_state = true;
        }),
    ]
}

/// The settings of a connection that differ from the documented defaults, as a report tells them.
pub fn differences(connection: &Connection) -> Vec<(SettingId, String)> {
    let defaults = Connection::new(connection.s3_bucket_name.clone(), connection.store_data_in_folders_by_date);
    let defaults = spelled(&defaults);
    // It has no default.
    let is_told =
        |setting: &(SettingId, String)| setting.0 == SettingId::StoreDataInFoldersByDate || !defaults.contains(setting);
    spelled(connection).into_iter().filter(is_told).collect()
}

/// The settings of a connection, as a report tells them; those that are unset aside.
pub fn spelled(connection: &Connection) -> Vec<(SettingId, String)> {
    let exclusion = &connection.metadata_field_exclusion;
    let names = exclusion.device_name.then_some("Device Name").into_iter();
    let names = names.chain(exclusion.ip_address.then_some("IP Address")).map(str::to_owned);
    let excluded: Vec<_> = names.chain(exclusion.pointers.iter().map(ToString::to_string)).collect();
    let value = |setting: SettingId| match setting {
        SettingId::S3BucketName => Some(connection.s3_bucket_name.to_string()),
        SettingId::FolderName => connection.folder_name.as_ref().map(ToString::to_string),
        SettingId::UniqueId => connection.unique_id.clone(),
        SettingId::ServerSideEncryptionMethod => Some(connection.server_side_encryption_method.as_str().to_owned()),
        SettingId::StoreDataInFoldersByDate => Some(connection.store_data_in_folders_by_date.as_str().to_owned()),
        SettingId::MetadataFieldExclusion => (!excluded.is_empty()).then(|| excluded.join(", ")),
        flag => connection.flag(flag).map(|value| value.to_string()),
    };
    SettingId::ALL.iter().filter_map(|setting| Some((*setting, value(*setting)?))).collect()
}
