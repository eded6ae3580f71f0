//! The context of a batch: its data plan, what the data plan blocked, and the location.

use super::attribute::Open;
use super::declare::record;
use super::int64::Int64;
use super::name::names;
use super::scalar::{Decimal, Int32};

names! {
    /// Where a location comes from.
    LocationSource: "unknown", "ip_lookup", "lat_long"
}

record! {
    /// The context of a batch.
    Context, source "JSON Reference, context" {
        /// The data plan that the batch is validated against.
        data_plan: DataPlan,
        /// Where the batch happened; written under the setting include_event_batch_location.
        location: Location,
    }
}

record! {
    /// A data plan.
    DataPlan, source "JSON Reference, context", required ["plan_id"] {
        /// Id of the data plan.
        plan_id: String,
        /// Version of the data plan; absent means the latest.
        plan_version: Int32,
        /// What the data plan blocked, in quarantined data.
        block_metadata: BlockMetadata,
    }
}

record! {
    /// What a data plan blocked, for a backfill to fix (section 6).
    BlockMetadata, source "SEC-6, DTO-2; Blocked Data Backfill Guide" {
        /// Version of this object's form.
        dto_version: Int32,
        /// Ids of the events that were blocked.
        blocked_event_ids: Vec<Int64>,
        /// Attributes that were blocked, by event.
        blocked_event_attributes: Vec<BlockedEventAttributes>,
        /// Names of the user attributes that were blocked.
        blocked_user_attributes: Vec<String>,
        /// User identities that were blocked; the shape of one is not published.
        blocked_user_identities: Vec<Open>,
        /// Device identities that were blocked; the shape of one is not published.
        blocked_device_identities: Vec<Open>,
    }
}

record! {
    /// The attributes of one event that were blocked.
    BlockedEventAttributes, source "SEC-6; Blocked Data Backfill Guide" {
        /// Id of the event.
        event_id: Int64,
        /// Paths into the event, such as `./data/custom_attributes/x`.
        event_attributes: Vec<String>,
    }
}

record! {
    /// A place on the earth.
    Location, source "JSON Reference, location; U-21", present ["latitude", "longitude"] {
        /// Latitude, in degrees north.
        latitude: Decimal,
        /// Longitude, in degrees east.
        longitude: Decimal,
        /// Radius within which the device is, in metres.
        accuracy: Decimal,
        /// Country, as two letters of ISO 3166-1.
        country_code: String,
        /// Region, as the subdivision part of ISO 3166-2.
        region_code: String,
        /// Name of the city.
        city_name: String,
        /// Postal code.
        postal_code: String,
        /// Designated market area, as a number.
        dma_code: Int32,
        /// Where the location comes from.
        location_source: LocationSource,
    }
}

names! {
    /// The notices of the platform about an event.
    SystemNotificationType: "gdpr_change"
}

record! {
    /// A notice of the platform about an event.
    EventSystemNotificationInfo, source "published inbound schema, EventSystemNotificationInfo", required ["type"] {
        /// What the notice is about.
        kind = "type": SystemNotificationType,
    }
}
