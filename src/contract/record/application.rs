//! The app that a batch comes from, how the batch reached mParticle, and where the user came from.

use super::attribute::Map;
use super::declare::record;
use super::name::names;
use super::scalar::Scalar;

names! {
    /// The operating systems of an app.
    OperatingSystem: "Unknown", "IOS", "Android", "WindowsPhone", "MobileWeb", "UnityIOS", "UnityAndroid", "Desktop",
        "TVOS", "Roku", "OutOfBand", "Alexa", "SmartTV", "FireTV", "Xbox"
}

names! {
    /// The ways in which a batch reaches mParticle.
    Channel: "native", "javascript", "pixel", "desktop", "partner", "server_to_server", "unknown"
}

record! {
    /// The app that a batch comes from.
    ApplicationInfo, source "JSON Reference, application_info" {
        /// Name of the app; part of a file's name (NAME-1).
        application_name: Scalar,
        /// Version of the app.
        application_version: Scalar,
        /// Number of the app's build.
        application_build_number: Scalar,
        /// Referrer that Google Play passes at installation (Android).
        install_referrer: Scalar,
        /// Bundle id or package name; forwarded even if unique_id is set (SET-3).
        package: Scalar,
        /// Operating system that the app is made for.
        os: OperatingSystem,
        /// Apple Search Ads attribution: the fields of each version of the answer.
        apple_search_ads_attributes: Map<Map<Scalar>>,
    }
}

record! {
    /// How the batch reached mParticle; set by the platform.
    SourceInfo, source "DTO-1; JSON Reference, source_info", required ["channel"] {
        /// The way in which the batch was received.
        channel: Channel,
        /// Name of the partner feed, if the channel is a partner feed.
        partner: Scalar,
        /// Id of the replay request that the batch belongs to.
        replay_request_id: Scalar,
        /// Id of the replay job that the batch belongs to.
        replay_job_id: Scalar,
        /// Whether the batch came through the endpoint for historical data.
        is_historical: bool,
    }
}

record! {
    /// The source of the user's installation.
    AttributionInfo, source "published inbound schema, AttributionInfo",
    present ["service_provider", "publisher", "campaign"] {
        /// Provider that attributes the installation.
        service_provider: Scalar,
        /// Publisher that is credited.
        publisher: Scalar,
        /// Campaign that is credited.
        campaign: Scalar,
    }
}
