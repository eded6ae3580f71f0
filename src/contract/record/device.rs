//! The device that a batch comes from, and its state at the time of an event.

use super::declare::record;
use super::int64::Int64;
use super::name::names;
use super::scalar::{BooleanOrText, Decimal, Guid, Int32, Scalar};

names! {
    /// The platforms of a device.
    Platform: "iOS", "Android", "web", "desktop", "tvOS", "roku", "out_of_band", "alexa", "smart_tv", "fire_tv", "xbox"
}

names! {
    /// The user's answer when iOS asked whether the app may track.
    TrackingAuthorization: "authorized", "denied", "not_determined", "restricted"
}

names! {
    /// The orientation of a device or its status bar; published samples have integers (U-29).
    Orientation or integers: "portrait", "portrait_upside_down", "landscape", "LandscapeLeft", "LandscapeRight", "FaceUp",
        "FaceDown", "Square", "square"
}

record! {
    /// The device that a batch comes from.
    DeviceInfo, source "JSON Reference, device_info" {
        /// Brand of the device.
        brand: Scalar,
        /// Product name of the device.
        product: Scalar,
        /// Name of the device; removed by the metadata exclusion Device Name.
        device: Scalar,
        /// Legacy Android id.
        android_uuid: Scalar,
        /// Manufacturer of the device.
        device_manufacturer: Scalar,
        /// Platform of the device.
        platform: Platform,
        /// Version of the operating system.
        os_version: Scalar,
        /// Model of the device.
        device_model: Scalar,
        /// Height of the screen, in pixels.
        screen_height: Int32,
        /// Width of the screen, in pixels.
        screen_width: Int32,
        /// Density of the screen, in dots per inch (Android).
        screen_dpi: Int32,
        /// Country of the device (Android).
        device_country: Scalar,
        /// Language that the device is set to.
        locale_language: Scalar,
        /// Country of the locale that the device is set to.
        locale_country: Scalar,
        /// Country of the cellular network.
        network_country: Scalar,
        /// Operator of the cellular network.
        network_carrier: Scalar,
        /// Mobile network code (MNC).
        network_code: Scalar,
        /// Mobile country code (MCC) of the network.
        network_mobile_country_code: Scalar,
        /// Offset of the device's time zone from UTC, in hours; it may have a fraction (U-29).
        timezone_offset: Decimal,
        /// Id of the app's build.
        build_identifier: Scalar,
        /// User agent that the device sends over HTTP.
        http_header_user_agent: Scalar,
        /// Apple's advertising id (iOS and tvOS).
        ios_advertising_id: Guid,
        /// The user's answer to App Tracking Transparency.
        att_authorization_status: TrackingAuthorization,
        /// When the user answered, in milliseconds since 1970-01-01 UTC (U-26).
        att_timestamp_unixtime_ms: Int64,
        /// Token with which the device receives push messages.
        push_token: Scalar,
        /// Architecture of the processor (iOS and tvOS).
        cpu_architecture: Scalar,
        /// Whether the device is a tablet.
        is_tablet: bool,
        /// Whether push messages may sound (Android).
        push_notification_sound_enabled: bool,
        /// Whether push messages may vibrate (Android).
        push_notification_vibrate_enabled: bool,
        /// Radio technology in use, such as LTE.
        radio_access_technology: Scalar,
        /// Whether the device can make phone calls (Android); the reference's own sample has an empty string.
        supports_telephony: BooleanOrText,
        /// Whether the device has near-field communication (Android).
        has_nfc: bool,
        /// Whether Bluetooth is on (Android).
        bluetooth_enabled: bool,
        /// Version of Bluetooth (Android).
        bluetooth_version: Scalar,
        /// Apple's id for the vendor (iOS and tvOS).
        ios_idfv: Guid,
        /// Google's advertising id (Android).
        android_advertising_id: Guid,
        /// Release of the operating system's build.
        build_version_release: Scalar,
        /// Whether the user limits ad tracking.
        limit_ad_tracking: bool,
        /// Id of the reader of an AMP page.
        amp_id: Scalar,
        /// Whether daylight saving time is in force.
        is_dst: bool,
        /// Roku's advertising id.
        roku_advertising_id: Guid,
        /// Roku's id for the publisher.
        roku_publisher_id: Guid,
        /// Microsoft's advertising id.
        microsoft_advertising_id: Scalar,
        /// Microsoft's id for the publisher.
        microsoft_publisher_id: Scalar,
        /// Amazon Fire TV's advertising id.
        fire_advertising_id: Guid,
    }
}

record! {
    /// The state of the device at the time of an event.
    DeviceCurrentState, source "JSON Reference, device_current_state" {
        /// Time since the app was loaded, in milliseconds (U-26).
        time_since_start_ms: Int64,
        /// Battery charge as the client reports it: a fraction of 1, or -1 if unknown.
        battery_level: Decimal,
        /// How the device is connected: offline, wifi or mobile.
        data_connection_type: Scalar,
        /// Details of the connection.
        data_connection_type_detail: Scalar,
        /// Whether GPS is on; a string in the reference, a boolean in the published schema.
        gps_state: BooleanOrText,
        /// System memory in use, in bytes (U-26).
        total_system_memory_usage_bytes: Int64,
        /// Free space on the disk, in bytes (U-26).
        disk_space_free_bytes: Int64,
        /// Free space on the external disk, in bytes (Android, U-26).
        external_disk_space_free_bytes: Int64,
        /// Load of the processor.
        cpu: Scalar,
        /// System memory available, in bytes.
        system_memory_available_bytes: Decimal,
        /// Whether system memory is low.
        system_memory_low: bool,
        /// Threshold below which system memory counts as low, in bytes (Android).
        system_memory_threshold_bytes: Decimal,
        /// Memory available to the app, in bytes.
        application_memory_available_bytes: Decimal,
        /// Most memory that the app may use, in bytes.
        application_memory_max_bytes: Decimal,
        /// Memory that the app uses, in bytes.
        application_memory_total_bytes: Decimal,
        /// The orientation of the device.
        device_orientation: Orientation,
        /// The orientation of the status bar (iOS).
        status_bar_orientation: Orientation,
    }
}
