//! A batch: the events of one user and what surrounds them.

use super::application::{ApplicationInfo, AttributionInfo, SourceInfo};
use super::attribute::{Attribute, Map, Open};
use super::consent::ConsentState;
use super::context::Context;
use super::declare::record;
use super::device::DeviceInfo;
use super::event::Event;
use super::identity::{UserIdentities, UserIdentity};
use super::int64::Int64;
use super::name::Environment;
use super::scalar::{Guid, Int32, IpAddress, Scalar};

/// A `record!` with the fields that both forms of a batch have.
macro_rules! batch {
    ($(#[doc = $doc:literal])+ $name:ident, source $source:literal { $($own:tt)* }) => {
        record! {
            $(#[doc = $doc])+
            $name, source $source, required ["inbound:environment"] {
                /// The events.
                events: Vec<Event>,
                $($own)*
                /// Whether the data is test data or data of real users; the strict inbound form requires it (DTO-8).
                environment: Environment,
                /// mParticle's id of the user (DTO-1).
                mpid: Int64,
                /// mParticle's id of the user at the origin (U-26).
                origin_mpid: Int64,
                /// mParticle's id of the device; removed unless include_mp_deviceid is on.
                mp_deviceid: Guid,
                /// Id that the platform gives each batch (DTO-1).
                batch_id: Int64,
                /// When the platform received the batch, in milliseconds since 1970-01-01 UTC (DTO-1).
                timestamp_unixtime_ms: Int64,
                /// Version of the form: 2 (DTO-1).
                schema_version: Int32,
                /// The setting unique_id of the connection, if set (section 2).
                unique_id: String,
                /// Id that the client gave its request; it identifies repeated requests.
                source_request_id: Scalar,
                /// The device that the batch comes from; removed unless include_metadata is on.
                device_info: DeviceInfo,
                /// The app that the batch comes from; removed unless include_metadata is on.
                application_info: ApplicationInfo,
                /// How the batch reached mParticle; removed unless include_metadata is on.
                source_info: SourceInfo,
                /// Attributes of the user: one value or a list under each name.
                user_attributes: Map<Attribute>,
                /// Names of user attributes to forget.
                deleted_user_attributes: Vec<String>,
                /// Identities of the user at partners; the partners choose the names, and the structure is published in
                /// parts.
                partner_identities: Open,
                /// Identity of the user at a partner, in the published schema.
                partner_identity: Scalar,
                /// Attributes that integrations need, by the number of the integration's module.
                integration_attributes: Map<Map<Scalar>>,
                /// Data plan and location of the batch.
                context: Context,
                /// Consent of the user; removed unless include_consent_state is on.
                consent_state: ConsentState,
                /// The source of the user's installation.
                attribution_info: AttributionInfo,
                /// Changes of consent that the platform reports, usually empty; the structure is not published (DTO-1).
                system_notifications: Open,
                /// Key of the input that received the batch.
                api_key: Scalar,
                /// Keys of the inputs that received the batch.
                api_keys: Vec<String>,
                /// Version of the client that sent the batch.
                sdk_version: Scalar,
                /// Id of the job that sent the batch.
                job_id: Scalar,
                /// Id that the platform gives each message (U-16).
                message_id: Scalar,
                /// Kind of message, such as `events` (U-16).
                message_type: Scalar,
            }
        }
    };
}

batch! {
    /// A batch in the outbound form, which the export writes.
    Batch, source "DTO-1; JSON Reference" {
        /// Identities of the user.
        user_identities: Vec<UserIdentity>,
        /// Address of the device. Input only: a reader accepts it here, the export never writes it (U-18).
        ip: IpAddress,
    }
}

batch! {
    /// A batch in the inbound form, which the Events API accepts and raw_data_feed writes.
    RawBatch, source "DTO-2; JSON Reference" {
        /// Identities of the user.
        user_identities: UserIdentities,
        /// IPv4 or IPv6 address of the device; removed by the metadata exclusion IP Address.
        ip: IpAddress,
    }
}
