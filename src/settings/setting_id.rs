//! The names of mParticle's settings.

use std::fmt::{self, Display, Formatter};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Refusal;
use super::error::shown;

/// A table of a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Table {
    /// mParticle's configuration settings, which belong to an account.
    Configuration,
    /// mParticle's connection settings.
    Connection,
    /// The options of our engine, which are not mParticle's.
    Engine,
}

impl Table {
    /// Every table.
    pub const ALL: [Self; 3] = [Self::Configuration, Self::Connection, Self::Engine];

    /// The table's name in a settings file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Connection => "connection",
            Self::Engine => "engine",
        }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! settings {
    ($($variant:ident: $table:ident, $id:literal, $shown:literal, $default:literal;)*) => {
        /// One of mParticle's 3 configuration and 26 connection settings.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum SettingId {
            $(#[doc = concat!("`", $id, "`, shown as \"", $shown, "\".")] #[serde(rename = $id)] $variant,)*
        }

        impl SettingId {
            /// Every setting, in the documented order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The id, as files and reports hold it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The name that mParticle's form shows.
            pub fn shown_name(self) -> &'static str {
                match self { $(Self::$variant => $shown,)* }
            }

            /// The documented default, as text.
            pub fn default_text(self) -> &'static str {
                match self { $(Self::$variant => $default,)* }
            }

            /// The table that it stands in.
            pub fn table(self) -> Table {
                match self { $(Self::$variant => Table::$table,)* }
            }
        }
    };
}

settings! {
    AccessKeyId: Configuration, "access_key_id", "Access Key ID", "unset";
    SecretAccessKey: Configuration, "secret_access_key", "Secret Access Key", "unset";
    AwsRegion: Configuration, "aws_region", "AWS Region Endpoint", "us-east-1";
    S3BucketName: Connection, "s3_bucket_name", "S3 Bucket Name", "unset";
    FolderName: Connection, "folder_name", "Folder Name", "unset";
    ServerSideEncryptionMethod: Connection, "server_side_encryption_method", "Server Side Encryption Method", "None";
    StoreDataInFoldersByDate:
        Connection, "store_data_in_folders_by_date", "Store Data In Folders By Date", "UNSELECTED";
    UniqueId: Connection, "unique_id", "Unique ID", "unset";
    MetadataFieldExclusion: Connection, "metadata_field_exclusion", "Metadata Field Exclusion", "empty";
    SendLifecycleEvents: Connection, "send_lifecycle_events", "Send Lifecycle Events", "true";
    SendScreenViews: Connection, "send_screen_views", "Send Screen Views", "true";
    SendCrashEvents: Connection, "send_crash_events", "Send Crash Events", "true";
    SendNetworkPerformanceEvents:
        Connection, "send_network_performance_events", "Send Network Performance Events", "true";
    SendCustomEvents: Connection, "send_custom_events", "Send Custom Events", "true";
    SendPushRegistrationsAndReceipts:
        Connection, "send_push_registrations_and_receipts", "Send Push Registrations and Receipts", "true";
    SendAsBatch: Connection, "send_as_batch", "Send as Batch", "true";
    WaitForCompleteBatch: Connection, "wait_for_complete_batch", "Wait for Complete Batch", "false";
    IncludeLocationInformation: Connection, "include_location_information", "Include Location Information", "true";
    SendCommerceEvents: Connection, "send_commerce_events", "Send Commerce Events", "true";
    UseCompression: Connection, "use_compression", "Use Compression", "false";
    IncludeConsentState: Connection, "include_consent_state", "Include Consent State", "false";
    IncludeMetadata: Connection, "include_metadata", "Include Metadata", "true";
    IncludeUserAttributeChangeEvents:
        Connection, "include_user_attribute_change_events", "Include User Attribute Change Events", "false";
    IncludeUserIdentityChangeEvents:
        Connection, "include_user_identity_change_events", "Include User Identity Change Events", "false";
    SendBatchesWithoutEvents: Connection, "send_batches_without_events", "Send Batches without Events", "true";
    IncludeEventBatchLocation: Connection, "include_event_batch_location", "Include Event Batch Location", "false";
    SendAliasRequests: Connection, "send_alias_requests", "Send Alias Requests", "false";
    IncludeMpDeviceid: Connection, "include_mp_deviceid", "Include MP DeviceId", "false";
    RawDataFeed: Connection, "raw_data_feed", "Raw Data Feed", "false";
}

impl SettingId {
    /// Whether an error must not repeat its value. A pair that was typed the wrong way round would show the secret, so
    /// both halves are.
    pub(super) fn is_confidential(self) -> bool {
        matches!(self, Self::AccessKeyId | Self::SecretAccessKey)
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
