//! Checked values as a settings file holds them.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Acl, BucketName, DateFolders, Endpoint, FolderName, MetadataExclusion, Region, ServerSideEncryption};

/// The checked value of a setting.
pub(in crate::settings) trait SettingValue {
    /// The value as a settings file holds it; null is unset.
    fn to_json(&self) -> Value;

    /// The value to change, if it is a bool.
    fn as_flag_mut(&mut self) -> Option<&mut bool> {
        None
    }
}

impl SettingValue for bool {
    fn to_json(&self) -> Value {
        json!(self)
    }

    fn as_flag_mut(&mut self) -> Option<&mut bool> {
        Some(self)
    }
}

impl<T: SettingValue> SettingValue for Option<T> {
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::to_json)
    }
}

impl SettingValue for MetadataExclusion {
    fn to_json(&self) -> Value {
        let names =
            self.device_name.then_some("Device Name").into_iter().chain(self.ip_address.then_some("IP Address"));
        let pointers = self.pointers.iter().map(ToString::to_string);
        names.map(str::to_owned).chain(pointers).map(Value::from).collect()
    }
}

/// Values that serde writes as they are, and values that are written as text.
macro_rules! as_json {
    ($($type:ty),*; $($text:ty),*) => {
        $(impl SettingValue for $type {
            fn to_json(&self) -> Value {
                json!(self)
            }
        })*
        $(impl SettingValue for $text {
            fn to_json(&self) -> Value {
                self.to_string().into()
            }
        })*
    };
}

as_json! {
    u32, u64, usize, String, PathBuf;
    Acl, BucketName, DateFolders, Endpoint, FolderName, Region, ServerSideEncryption
}
