//! What kind of value each name takes, in words: serde decides, this explains.

use serde_json::Value;

use super::error::shown;
use super::{SettingId, Table};

/// The kind of value that a setting or an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Secret,
    Flag,
    Number,
    List,
    Acl,
}

/// Every engine option.
pub(super) const ENGINE_OPTIONS: [(&str, Form); 22] = [
    ("endpoint", Form::Text),
    ("virtual_host", Form::Flag),
    ("ca_bundle", Form::Text),
    ("profile", Form::Text),
    ("role_arn", Form::Text),
    ("external_id", Form::Text),
    ("iam_user", Form::Text),
    ("app_name", Form::Text),
    ("window_seconds", Form::Number),
    ("session_release_seconds", Form::Number),
    ("gzip_level", Form::Number),
    ("gzip_suffix", Form::Flag),
    ("max_line_bytes", Form::Number),
    ("max_file_bytes", Form::Number),
    ("max_file_lines", Form::Number),
    ("max_file_age_seconds", Form::Number),
    ("buffer_bytes", Form::Number),
    ("sse_kms_key_id", Form::Text),
    ("acl", Form::Acl),
    ("deadline_seconds", Form::Number),
    ("uploads", Form::Number),
    ("checksums", Form::Flag),
];

impl Form {
    pub(super) fn of(id: SettingId) -> Self {
        match id {
            _ if id.is_confidential() => Self::Secret,
            SettingId::AwsRegion
            | SettingId::S3BucketName
            | SettingId::FolderName
            | SettingId::ServerSideEncryptionMethod
            | SettingId::StoreDataInFoldersByDate
            | SettingId::UniqueId => Self::Text,
            SettingId::MetadataFieldExclusion => Self::List,
            _ => Self::Flag,
        }
    }

    /// Why `value` is not of this form, with the way out.
    pub(super) fn explain(self, value: &Value) -> String {
        let shown = shown_value(value);
        match self {
            Self::Secret => "the value is not text: write it in quotes".to_owned(),
            Self::Text => format!("`{shown}` is not text: write it in quotes"),
            Self::Flag if value.is_string() => format!("`{shown}` is text: write `true` or `false` without quotes"),
            Self::Flag => format!("`{shown}` is neither `true` nor `false`"),
            Self::Number if value.is_string() => format!("`{shown}` is text: write a whole number without quotes"),
            Self::Number => format!("`{shown}` is not a whole number of 0 or more"),
            Self::List => format!("`{shown}` is not a list of texts, such as `[\"Device Name\", \"IP Address\"]`"),
            Self::Acl => {
                format!("`{shown}` is not `bucket-owner-full-control`, the only ACL that can be sent; or unset it")
            }
        }
    }
}

/// A value as an error shows it: a string without its quotes, anything else as JSON.
fn shown_value(value: &Value) -> String {
    value.as_str().map_or_else(|| shown(&value.to_string()), shown)
}

/// Every known name with its table, as a file holds it.
pub(super) fn known_names() -> impl Iterator<Item = (Table, &'static str)> {
    let settings = SettingId::ALL.iter().map(|id| (id.table(), id.as_str()));
    settings.chain(ENGINE_OPTIONS.iter().map(|(name, _)| (Table::Engine, *name)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::settings::SettingsFile;

    /// For each form one value of it.
    fn example(form: Form) -> Value {
        match form {
            Form::Text | Form::Secret => json!("x"),
            Form::Flag => json!(true),
            Form::Number => json!(5),
            Form::List => json!(["x"]),
            Form::Acl => json!("bucket-owner-full-control"),
        }
    }

    #[test]
    fn serde_knows_the_same_names_and_forms() {
        let settings = SettingId::ALL.iter().map(|&id| (id.table(), id.as_str(), Form::of(id)));
        let options = ENGINE_OPTIONS.iter().map(|&(name, form)| (Table::Engine, name, form));
        for (table, name, form) in settings.chain(options) {
            let fits =
                |value: Value| serde_json::from_value::<SettingsFile>(json!({ table.as_str(): { name: value } }));
            let good = match name {
                "server_side_encryption_method" => json!("aws:kms"),
                "store_data_in_folders_by_date" => json!("UNSELECTED"),
                _ => example(form),
            };
            assert!(fits(good).is_ok(), "{name}");
            assert!(fits(json!({})).is_err(), "{name}");
            assert!(fits(json!(-1.5)).is_err(), "{name}");
            assert_eq!(
                fits(json!("x")).is_ok(),
                matches!(form, Form::Text | Form::Secret) && !name.contains("_by_date") && !name.contains("_method"),
                "{name}"
            );
        }
        let schema = serde_json::to_value(schemars::schema_for!(SettingsFile)).unwrap();
        for table in Table::ALL {
            let definition = format!("/$defs/{}Table/properties", capitalised(table.as_str()));
            let properties = schema.pointer(&definition).unwrap().as_object().unwrap();
            let known: Vec<&str> = known_names().filter(|(of, _)| *of == table).map(|(_, name)| name).collect();
            assert_eq!(properties.keys().collect::<Vec<_>>(), known);
        }
    }

    fn capitalised(word: &str) -> String {
        word[..1].to_uppercase() + &word[1..]
    }

    #[test]
    fn a_value_is_shown_as_it_was_typed() {
        assert_eq!(shown_value(&json!("a")), "a");
        assert_eq!(shown_value(&json!({"a": [1]})), r#"{"a":[1]}"#);
    }
}
