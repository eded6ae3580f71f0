//! The settings of a connection: what is forwarded, in which form, and where it lands.

use super::proof::Proof;
use super::{BucketName, ConnectionTable, DateFolders, FolderName, MetadataExclusion, ServerSideEncryption, SettingId};

/// mParticle's connection settings, proven, each under its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// The target bucket.
    pub s3_bucket_name: BucketName,
    /// The folder under which everything is stored (LAY-1).
    pub folder_name: Option<FolderName>,
    /// The encryption that is asked for on every object (SSE-1).
    pub server_side_encryption_method: ServerSideEncryption,
    /// Which date names a file's folder (LAY-3).
    pub store_data_in_folders_by_date: DateFolders,
    /// Written as top-level `unique_id` of each batch.
    pub unique_id: Option<String>,
    /// The metadata that leaves every batch.
    pub metadata_field_exclusion: MetadataExclusion,
    /// Forwards application_state_transition, session_start and session_end.
    pub send_lifecycle_events: bool,
    /// Forwards screen_view.
    pub send_screen_views: bool,
    /// Forwards crash_report.
    pub send_crash_events: bool,
    /// Forwards network_performance.
    pub send_network_performance_events: bool,
    /// Forwards custom_event.
    pub send_custom_events: bool,
    /// Forwards push_registration, push_message and push_reaction.
    pub send_push_registrations_and_receipts: bool,
    /// Gathers a device's events into one batch (BAT-1).
    pub send_as_batch: bool,
    /// Android only: gathers a whole session into one batch (BAT-2).
    pub wait_for_complete_batch: bool,
    /// Off: `location` leaves every event's `data`.
    pub include_location_information: bool,
    /// Forwards commerce_event.
    pub send_commerce_events: bool,
    /// Compresses whole files with gzip (FILE-2).
    pub use_compression: bool,
    /// Off: `consent_state` leaves the batch.
    pub include_consent_state: bool,
    /// Off: `application_info`, `device_info` and `source_info` leave the batch.
    pub include_metadata: bool,
    /// Forwards user_attribute_change.
    pub include_user_attribute_change_events: bool,
    /// Forwards user_identity_change.
    pub include_user_identity_change_events: bool,
    /// Off: a batch with no events after filtering is not forwarded (U-5).
    pub send_batches_without_events: bool,
    /// Sets `context.location` whenever possible; off, it leaves the batch (U-21).
    pub include_event_batch_location: bool,
    /// Forwards alias_request.
    pub send_alias_requests: bool,
    /// Off: `mp_deviceid` leaves the batch.
    pub include_mp_deviceid: bool,
    /// The source is raw inbound data: batches are written in the inbound form (DTO-2).
    pub raw_data_feed: bool,
}

impl Connection {
    /// A connection with the two settings that must be chosen (U-24) and the documented default of every other.
    pub fn new(bucket: BucketName, date_folders: DateFolders) -> Self {
        Self {
            s3_bucket_name: bucket,
            folder_name: None,
            server_side_encryption_method: ServerSideEncryption::None,
            store_data_in_folders_by_date: date_folders,
            unique_id: None,
            metadata_field_exclusion: MetadataExclusion::default(),
            send_lifecycle_events: true,
            send_screen_views: true,
            send_crash_events: true,
            send_network_performance_events: true,
            send_custom_events: true,
            send_push_registrations_and_receipts: true,
            send_as_batch: true,
            wait_for_complete_batch: false,
            include_location_information: true,
            send_commerce_events: true,
            use_compression: false,
            include_consent_state: false,
            include_metadata: true,
            include_user_attribute_change_events: false,
            include_user_identity_change_events: false,
            send_batches_without_events: true,
            include_event_batch_location: false,
            send_alias_requests: false,
            include_mp_deviceid: false,
            raw_data_feed: false,
        }
    }
}

/// Reaches the bool settings by their id and takes what was typed for them.
macro_rules! flags {
    ($($id:ident $field:ident,)*) => {
        impl Connection {
            /// The value of the bool setting `id`; `None` if it is not a bool setting of a connection.
            pub fn flag(&self, id: SettingId) -> Option<bool> {
                match id {
                    $(SettingId::$id => Some(self.$field),)*
                    _ => None,
                }
            }

            /// The bool setting `id` to change; `None` if it is not a bool setting of a connection.
            pub fn flag_mut(&mut self, id: SettingId) -> Option<&mut bool> {
                match id {
                    $(SettingId::$id => Some(&mut self.$field),)*
                    _ => None,
                }
            }

            fn take_flags(&mut self, typed: &ConnectionTable) {
                $(if let Some(value) = typed.$field {
                    self.$field = value;
                })*
            }
        }
    };
}

flags! {
    SendLifecycleEvents send_lifecycle_events,
    SendScreenViews send_screen_views,
    SendCrashEvents send_crash_events,
    SendNetworkPerformanceEvents send_network_performance_events,
    SendCustomEvents send_custom_events,
    SendPushRegistrationsAndReceipts send_push_registrations_and_receipts,
    SendAsBatch send_as_batch,
    WaitForCompleteBatch wait_for_complete_batch,
    IncludeLocationInformation include_location_information,
    SendCommerceEvents send_commerce_events,
    UseCompression use_compression,
    IncludeConsentState include_consent_state,
    IncludeMetadata include_metadata,
    IncludeUserAttributeChangeEvents include_user_attribute_change_events,
    IncludeUserIdentityChangeEvents include_user_identity_change_events,
    SendBatchesWithoutEvents send_batches_without_events,
    IncludeEventBatchLocation include_event_batch_location,
    SendAliasRequests send_alias_requests,
    IncludeMpDeviceid include_mp_deviceid,
    RawDataFeed raw_data_feed,
}

impl Connection {
    pub(super) fn prove(typed: ConnectionTable, proof: &mut Proof) -> Self {
        let bucket = match typed.s3_bucket_name.as_deref() {
            Some(name) => proof.take("connection.s3_bucket_name", name.parse()),
            None => {
                proof.refuse("connection.s3_bucket_name", "it must be set: name the bucket to write to");
                None
            }
        };
        let date_folders = DateFolders::prove(typed.store_data_in_folders_by_date);
        let date_folders = proof.take("connection.store_data_in_folders_by_date", date_folders);
        let mut connection = Self::new(
            bucket.unwrap_or_else(BucketName::stand_in),
            // Stands in for a mode that was refused.
            date_folders.unwrap_or(DateFolders::None),
        );
        connection.take_flags(&typed);
        connection.folder_name = proof.parse("connection.folder_name", typed.folder_name.as_deref());
        connection.server_side_encryption_method = typed.server_side_encryption_method.unwrap_or_default();
        connection.unique_id = typed.unique_id;
        for (index, item) in typed.metadata_field_exclusion.iter().flatten().enumerate() {
            let excluded = connection.metadata_field_exclusion.exclude(item);
            proof.take(format_args!("connection.metadata_field_exclusion[{index}]"), excluded);
        }
        connection
    }
}
