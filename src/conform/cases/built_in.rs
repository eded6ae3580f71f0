//! The built-in cases.

use super::scenario::Plan;
use crate::settings::{
    BucketName, Connection, DateFolders, FolderName, MetadataExclusion, ServerSideEncryption, SettingId,
};

/// The built-in cases: each layout, encoding and closing of files, and every setting with a value other than its
/// default. For all combinations see [`matrix`](super::matrix()).
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
