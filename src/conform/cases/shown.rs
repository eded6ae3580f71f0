//! The settings of a connection as shown in a report.

use crate::settings::{Connection, SettingId};

/// The settings that differ from the documented defaults.
pub fn changed_settings(connection: &Connection) -> Vec<(SettingId, String)> {
    let defaults = Connection::new(connection.s3_bucket_name.clone(), connection.store_data_in_folders_by_date);
    let defaults = shown_settings(&defaults);
    // This setting has no default, so it is always shown.
    let is_shown =
        |setting: &(SettingId, String)| setting.0 == SettingId::StoreDataInFoldersByDate || !defaults.contains(setting);
    shown_settings(connection).into_iter().filter(is_shown).collect()
}

/// The settings that are set.
pub fn shown_settings(connection: &Connection) -> Vec<(SettingId, String)> {
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
