//! The value of a setting as text, in the words in which its default is documented.

use super::{SettingId, Settings};

impl Settings {
    /// The value of `id` as text: `unset` or `empty` where there is none, and of a key only whether it is `set`.
    pub fn value_text(&self, id: SettingId) -> String {
        let Self { configuration, connection, .. } = self;
        let unset = || "unset".to_owned();
        match id {
            SettingId::AccessKeyId | SettingId::SecretAccessKey => {
                configuration.credentials.as_ref().map_or_else(unset, |_| "set".to_owned())
            }
            SettingId::AwsRegion => configuration.aws_region.to_string(),
            SettingId::S3BucketName => connection.s3_bucket_name.to_string(),
            SettingId::FolderName => connection.folder_name.as_ref().map_or_else(unset, ToString::to_string),
            SettingId::ServerSideEncryptionMethod => connection.server_side_encryption_method.to_string(),
            SettingId::StoreDataInFoldersByDate => connection.store_data_in_folders_by_date.to_string(),
            SettingId::UniqueId => connection.unique_id.clone().unwrap_or_else(unset),
            SettingId::MetadataFieldExclusion => {
                let exclusion = &connection.metadata_field_exclusion;
                let device_name = exclusion.device_name.then(|| "Device Name".to_owned());
                let ip_address = exclusion.ip_address.then(|| "IP Address".to_owned());
                let pointers = exclusion.pointers.iter().map(ToString::to_string);
                let all: Vec<String> = device_name.into_iter().chain(ip_address).chain(pointers).collect();
                if all.is_empty() { "empty".to_owned() } else { all.join(", ") }
            }
            _ => connection.flag(id).map_or_else(unset, |flag| flag.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Connection, DateFolders};

    #[test]
    fn defaults_are_told_as_they_are_documented() {
        let settings = Settings::new(Connection::new("mp-forwarding-acme".parse().unwrap(), DateFolders::None));
        for &id in SettingId::ALL {
            let expected = match id {
                SettingId::S3BucketName => "mp-forwarding-acme",
                SettingId::StoreDataInFoldersByDate => "none",
                _ => id.default_text(),
            };
            assert_eq!(settings.value_text(id), expected, "{id}");
        }
    }

    #[test]
    fn no_key_is_told() {
        let text = "[configuration]\naccess_key_id = 'AKIAEXAMPLE'\nsecret_access_key = 'hush'\n\
                    [connection]\ns3_bucket_name = 'acme'\nstore_data_in_folders_by_date = 'none'\n\
                    metadata_field_exclusion = ['IP Address', '/device_info/a']";
        let settings = Settings::from_toml(text).unwrap();
        let all: String = SettingId::ALL.iter().map(|id| settings.value_text(*id)).collect();
        assert!(!all.contains("AKIA") && !all.contains("hush"), "{all}");
        assert_eq!(settings.value_text(SettingId::MetadataFieldExclusion), "IP Address, /device_info/a");
    }
}
