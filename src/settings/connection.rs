//! mParticle's settings: which there are, and the checked settings of a connection, which say what is forwarded, in which
//! form, and where it is written.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::check::{self, At, Problems};
use super::declare::{Declared, Table};
use super::error::{Refusal, shown};
use super::kind::{Kind, Typed, typed};
use super::schema;
use super::value::{BucketName, DateFolders, FolderName, MetadataExclusion, ServerSideEncryption, SettingValue};

/// Declares each setting once: its id, shown name, type, default, check and effect.
macro_rules! settings {
    (
        configuration { $($a_id:ident $a_name:ident $a_shown:literal = $a_default:literal, $a_check:ident, $a_about:literal;)* }
        connection {
            $($id:ident $name:ident $shown:literal: $type:ty = $default:literal, $check:ident, $about:literal;)*
        }
    ) => {
        /// One of mParticle's 3 configuration and 26 connection settings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum SettingId {
            $(#[doc = concat!("`", stringify!($a_name), "`, shown as \"", $a_shown, "\".")] $a_id,)*
            $(#[doc = concat!("`", stringify!($name), "`, shown as \"", $shown, "\".")] $id,)*
        }

        impl SettingId {
            /// Every setting, in the documented order.
            pub const ALL: &[Self] = &[$(Self::$a_id,)* $(Self::$id,)*];
        }

        /// Every setting, in the order of [`SettingId::ALL`].
        pub(super) const SETTINGS: &[Declared] = &[
            $(Declared {
                table: Table::Configuration,
                name: stringify!($a_name),
                shown_name: $a_shown,
                kind: <typed!($a_check) as Typed>::KIND,
                about: $a_about,
                default: $a_default,
                accepted: schema::$a_check,
            },)*
            $(Declared {
                table: Table::Connection,
                name: stringify!($name),
                shown_name: $shown,
                kind: <typed!($check) as Typed>::KIND,
                about: $about,
                default: concat!($default),
                accepted: schema::$check,
            },)*
        ];

        /// mParticle's configuration settings as typed.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct ConfigurationTable {
            $(#[doc = concat!($a_shown, ": ", $a_about, " Defaults to `", $a_default, "`.")]
            pub $a_name: Option<typed!($a_check)>,)*
        }

        /// mParticle's connection settings as typed.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct ConnectionTable {
            $(#[doc = concat!($shown, ": ", $about, " Defaults to `", $default, "`.")]
            pub $name: Option<typed!($check)>,)*
        }

        /// mParticle's connection settings, checked, each under its id.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Connection {
            $(#[doc = concat!($shown, ": ", $about)] pub $name: $type,)*
        }

        impl Connection {
            pub(super) fn check(typed: ConnectionTable, problems: &mut Problems) -> Self {
                Self {
                    $($name: check::$check(
                        typed.$name,
                        $default,
                        At { path: concat!("connection.", stringify!($name)), problems },
                    ),)*
                }
            }

            /// The value of `id` as a settings file holds it: null if it is unset or not a connection setting.
            pub(super) fn value(&self, id: SettingId) -> Value {
                match id {
                    $(SettingId::$id => self.$name.to_json(),)*
                    _ => Value::Null,
                }
            }

            /// The bool setting `id` to change; `None` if it is not a bool setting of a connection.
            pub fn flag_mut(&mut self, id: SettingId) -> Option<&mut bool> {
                match id {
                    $(SettingId::$id => self.$name.as_flag_mut(),)*
                    _ => None,
                }
            }
        }
    };
}

settings! {
    configuration {
        AccessKeyId access_key_id "Access Key ID" = "unset", access_key_id,
            "the id of the IAM user's access key; without id and secret, access is role-based (ACC-1).";
        SecretAccessKey secret_access_key "Secret Access Key" = "unset", secret, "the secret of the access key.";
        AwsRegion aws_region "AWS Region Endpoint" = "us-east-1", region,
            "the code of the bucket's region; with an endpoint, any name of letters, digits, dots, hyphens and underscores.";
    }
    connection {
        S3BucketName s3_bucket_name "S3 Bucket Name": BucketName = "unset", bucket_name,
            "the target bucket, 3 to 63 lower-case letters, digits and hyphens; with role-based access it begins with `mp-forwarding-` (ACC-2). It must be set.";
        FolderName folder_name "Folder Name": Option<FolderName> = "unset", folder_name,
            "the folder of all objects (LAY-1).";
        ServerSideEncryptionMethod server_side_encryption_method "Server Side Encryption Method":
            ServerSideEncryption = "None", encryption, "the encryption that is requested for every object (SSE-1).";
        StoreDataInFoldersByDate store_data_in_folders_by_date "Store Data In Folders By Date":
            DateFolders = "UNSELECTED", date_folders,
            "the date in a file's folder (LAY-3). It must be set to another value than the initial one.";
        UniqueId unique_id "Unique ID": Option<String> = "unset", trimmed,
            "the value of the member `unique_id` of each batch.";
        MetadataFieldExclusion metadata_field_exclusion "Metadata Field Exclusion":
            MetadataExclusion = "empty", exclusion,
            "the metadata that is removed from every batch: `Device Name`, `IP Address`, or JSON Pointers into application_info, device_info and source_info (U-4).";
        SendLifecycleEvents send_lifecycle_events "Send Lifecycle Events": bool = true, flag,
            "forwards application_state_transition, session_start and session_end.";
        SendScreenViews send_screen_views "Send Screen Views": bool = true, flag, "forwards screen_view.";
        SendCrashEvents send_crash_events "Send Crash Events": bool = true, flag, "forwards crash_report.";
        SendNetworkPerformanceEvents send_network_performance_events "Send Network Performance Events":
            bool = true, flag, "forwards network_performance.";
        SendCustomEvents send_custom_events "Send Custom Events": bool = true, flag, "forwards custom_event.";
        SendPushRegistrationsAndReceipts send_push_registrations_and_receipts "Send Push Registrations and Receipts":
            bool = true, flag, "forwards push_registration, push_message and push_reaction.";
        SendAsBatch send_as_batch "Send as Batch": bool = true, flag,
            "merges the events of a device within about ten minutes into one batch (BAT-1).";
        WaitForCompleteBatch wait_for_complete_batch "Wait for Complete Batch": bool = false, flag,
            "Android only, merges a whole session into one batch (BAT-2).";
        IncludeLocationInformation include_location_information "Include Location Information": bool = true, flag,
            "off, `location` is removed from every event's `data`.";
        SendCommerceEvents send_commerce_events "Send Commerce Events": bool = true, flag, "forwards commerce_event.";
        UseCompression use_compression "Use Compression": bool = false, flag,
            "compresses each whole file with gzip (FILE-2).";
        IncludeConsentState include_consent_state "Include Consent State": bool = false, flag,
            "off, `consent_state` is removed from the batch.";
        IncludeMetadata include_metadata "Include Metadata": bool = true, flag,
            "off, application_info, device_info and source_info are removed from the batch.";
        IncludeUserAttributeChangeEvents include_user_attribute_change_events "Include User Attribute Change Events":
            bool = false, flag, "forwards user_attribute_change.";
        IncludeUserIdentityChangeEvents include_user_identity_change_events "Include User Identity Change Events":
            bool = false, flag, "forwards user_identity_change.";
        SendBatchesWithoutEvents send_batches_without_events "Send Batches without Events": bool = true, flag,
            "off, a batch without events after filtering is not forwarded (U-5).";
        IncludeEventBatchLocation include_event_batch_location "Include Event Batch Location": bool = false, flag,
            "on, `context.location` is set if possible; off, it is removed from the batch (U-21).";
        SendAliasRequests send_alias_requests "Send Alias Requests": bool = false, flag, "forwards alias_request.";
        IncludeMpDeviceid include_mp_deviceid "Include MP DeviceId": bool = false, flag,
            "off, `mp_deviceid` is removed from the batch.";
        RawDataFeed raw_data_feed "Raw Data Feed": bool = false, flag,
            "the source is raw inbound data; batches are written in the inbound form (DTO-2).";
    }
}

impl Connection {
    /// A connection with the two settings that must be chosen (U-24) and the documented default of every other.
    pub fn new(bucket: BucketName, date_folders: DateFolders) -> Self {
        let defaults = Self::check(ConnectionTable::default(), &mut Problems::default());
        Self { s3_bucket_name: bucket, store_data_in_folders_by_date: date_folders, ..defaults }
    }

    /// The value of the bool setting `id`; `None` if it is not a bool setting of a connection.
    pub fn flag(&self, id: SettingId) -> Option<bool> {
        self.value(id).as_bool()
    }
}

impl SettingId {
    pub(super) fn declared(self) -> &'static Declared {
        &SETTINGS[self as usize]
    }

    /// The id, as files and reports hold it.
    pub fn as_str(self) -> &'static str {
        self.declared().name
    }

    /// The name that mParticle's form shows.
    pub fn shown_name(self) -> &'static str {
        self.declared().shown_name
    }

    /// The documented default, as text.
    pub fn default_text(self) -> &'static str {
        self.declared().default
    }

    /// The table that it belongs to.
    pub fn table(self) -> Table {
        self.declared().table
    }

    /// The kind of its value. An error must not repeat a secret; a pair that was typed the wrong way round would show it
    /// as the key's id, so both halves are secret.
    pub(super) fn kind(self) -> Kind {
        if self == Self::AccessKeyId { Kind::Secret } else { self.declared().kind }
    }
}

impl Display for SettingId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SettingId {
    type Err = Refusal;

    /// Reads an id or a shown name, without case.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        Self::ALL
            .iter()
            .copied()
            .find(|id| text.eq_ignore_ascii_case(id.as_str()) || text.eq_ignore_ascii_case(id.shown_name()))
            .ok_or_else(|| Refusal::new(format!("`{}` is not a setting of mParticle's S3 output", shown(text))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_and_twenty_six() {
        let count = |table| SettingId::ALL.iter().filter(|id| id.table() == table).count();
        assert_eq!((count(Table::Configuration), count(Table::Connection), count(Table::Engine)), (3, 26, 0));
    }

    #[test]
    fn ids_and_shown_names_are_read_without_case() {
        for &id in SettingId::ALL {
            assert_eq!(id.as_str().to_uppercase().parse(), Ok(id));
            assert_eq!(id.shown_name().to_lowercase().parse(), Ok(id));
            assert_eq!(serde_json::to_value(id).unwrap(), id.as_str());
            assert_eq!(serde_json::from_value::<SettingId>(id.as_str().into()).unwrap(), id);
        }
        assert_eq!("Store Data in Folders by Date".parse(), Ok(SettingId::StoreDataInFoldersByDate));
        assert!("window_seconds".parse::<SettingId>().is_err());
    }
}
