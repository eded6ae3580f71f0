//! Settings written back as a file that reads as the same settings, for programs other than this one.

use serde_json::{Map, Value, json};

use super::{SettingId, Settings};

impl Settings {
    /// A JSON settings file with every connection setting by its id, and those engine options that decide what is written
    /// and where. Credentials are not in it.
    ///
    /// ```
    /// # use mp_forwarding::settings::{Connection, DateFolders, Settings};
    /// let connection = Connection::new("mp-forwarding-example".parse()?, DateFolders::EventTime);
    /// let settings = Settings::new(connection);
    /// assert_eq!(Settings::from_json(&settings.to_json())?, settings);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_json(&self) -> String {
        let Self { configuration, connection, engine } = self;
        let exclusion = &connection.metadata_field_exclusion;
        let names = exclusion.device_name.then_some("Device Name").into_iter();
        let names = names.chain(exclusion.ip_address.then_some("IP Address")).map(str::to_owned);
        let excluded: Vec<String> = names.chain(exclusion.pointers.iter().map(ToString::to_string)).collect();
        let mut settings = Map::new();
        for setting in SettingId::ALL {
            let value = match setting {
                SettingId::S3BucketName => json!(connection.s3_bucket_name.as_str()),
                SettingId::FolderName => json!(connection.folder_name.as_ref().map(|folder| folder.as_str())),
                SettingId::UniqueId => json!(connection.unique_id),
                SettingId::ServerSideEncryptionMethod => json!(connection.server_side_encryption_method.as_str()),
                SettingId::StoreDataInFoldersByDate => json!(connection.store_data_in_folders_by_date.as_str()),
                SettingId::MetadataFieldExclusion => json!(excluded),
                flag => json!(connection.flag(*flag)),
            };
            if !value.is_null() {
                settings.insert(setting.as_str().to_owned(), value);
            }
        }
        let mut options = json!({
            "endpoint": engine.endpoint.as_ref().map(ToString::to_string),
            "virtual_host": engine.virtual_host,
            "app_name": engine.app_name,
            "window_seconds": engine.window_seconds,
            "session_release_seconds": engine.session_release_seconds,
            "gzip_suffix": engine.gzip_suffix,
            "max_line_bytes": engine.max_line_bytes,
            "max_file_bytes": engine.max_file_bytes,
            "max_file_lines": engine.max_file_lines,
            "max_file_age_seconds": engine.max_file_age_seconds,
            "buffer_bytes": engine.buffer_bytes,
            "sse_kms_key_id": engine.sse_kms_key_id,
            "acl": engine.acl.map(|acl| acl.as_str()),
            "deadline_seconds": engine.deadline_seconds,
        });
        if let Value::Object(options) = &mut options {
            options.retain(|_, value| !value.is_null());
        }
        let file = json!({
            "configuration": { "aws_region": configuration.aws_region.as_str() },
            "connection": settings,
            "engine": options,
        });
        format!("{file:#}\n")
    }
}
