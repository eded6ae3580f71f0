//! Settings as text: each value for a person, and a file for programs other than this one.

use serde_json::{Map, Value, json};

#[cfg(feature = "forward")]
use super::Table;
use super::value::SettingValue as _;
use super::{SettingId, Settings};

/// The engine options that say how this program connects and works, and not what is written and where.
const NOT_EXPORTED: [&str; 9] =
    ["ca_bundle", "profile", "role_arn", "external_id", "iam_user", "pod", "gzip_level", "uploads", "checksums"];

/// The engine options that keys or bytes of objects depend on.
#[cfg(feature = "forward")]
const SHAPING: [&str; 11] = [
    "app_name",
    "window_seconds",
    "session_release_seconds",
    "gzip_level",
    "gzip_suffix",
    "max_line_bytes",
    "max_file_bytes",
    "max_file_lines",
    "max_file_age_seconds",
    "buffer_bytes",
    "keep_ip",
];

impl Settings {
    /// The value of every setting and option that keys or bytes of objects depend on, by its place in a settings file. No
    /// credentials, nothing about the server, no deadlines.
    #[cfg(feature = "forward")]
    pub(crate) fn shaping(&self) -> Vec<(String, Value)> {
        let of_connection = |id: &SettingId| (format!("connection.{id}"), self.connection.value(*id));
        let connection = SettingId::ALL.iter().filter(|id| id.table() == Table::Connection).map(of_connection);
        let engine = self.engine.values().into_iter().filter(|(name, _)| SHAPING.contains(name));
        connection.chain(engine.map(|(name, value)| (format!("engine.{name}"), value))).collect()
    }

    /// The value of `id` as text, in the words in which its default is documented: `unset` or `empty` where there is none,
    /// and of a key only whether it is `set`.
    pub fn value_text(&self, id: SettingId) -> String {
        let configuration = &self.configuration;
        let value = match id {
            SettingId::AccessKeyId | SettingId::SecretAccessKey => {
                configuration.credentials.as_ref().map_or(Value::Null, |_| json!("set"))
            }
            SettingId::AwsRegion => configuration.aws_region.to_json(),
            _ => self.connection.value(id),
        };
        match value {
            Value::Null => "unset".to_owned(),
            Value::String(text) => text,
            Value::Array(items) if items.is_empty() => "empty".to_owned(),
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            other => other.to_string(),
        }
    }

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
        self.to_json_with(|option| !NOT_EXPORTED.contains(&option))
    }

    /// The JSON settings file of [`Settings::to_json`] with every engine option, for this program in another process.
    /// Credentials are not in it.
    pub fn to_json_with_access(&self) -> String {
        self.to_json_with(|_| true)
    }

    fn to_json_with(&self, is_exported: impl Fn(&str) -> bool) -> String {
        let connection = SettingId::ALL.iter().map(|id| (id.as_str(), self.connection.value(*id)));
        let engine = self.engine.values().into_iter().filter(|(name, _)| is_exported(name));
        let file = json!({
            "configuration": { "aws_region": self.configuration.aws_region.to_json() },
            "connection": set(connection),
            "engine": set(engine),
        });
        format!("{file:#}\n")
    }
}

/// What is not unset.
fn set(values: impl Iterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    values.filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Connection, DateFolders};

    #[test]
    fn defaults_are_shown_as_they_are_documented() {
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
    fn a_file_for_another_process_has_every_option() {
        let text = "connection.s3_bucket_name = 'mp-forwarding-acme'\nconnection.store_data_in_folders_by_date = 'none'\n\
                    engine.profile = 'laptop'\nengine.uploads = 3\nconfiguration.aws_region = 'eu-west-1'";
        let settings = Settings::from_toml(text).unwrap();
        assert_eq!(Settings::from_json(&settings.to_json_with_access()).unwrap(), settings);
        assert!(!settings.to_json().contains("laptop"));
    }

    #[test]
    fn no_key_is_shown() {
        let text = "[configuration]\naccess_key_id = 'AKIAEXAMPLE'\nsecret_access_key = 'hush'\n\
                    [connection]\ns3_bucket_name = 'acme'\nstore_data_in_folders_by_date = 'none'\n\
                    metadata_field_exclusion = ['IP Address', '/device_info/a']";
        let settings = Settings::from_toml(text).unwrap();
        let all: String = SettingId::ALL.iter().map(|id| settings.value_text(*id)).collect();
        assert!(!all.contains("AKIA") && !all.contains("hush"), "{all}");
        assert_eq!(settings.value_text(SettingId::MetadataFieldExclusion), "IP Address, /device_info/a");
    }
}
