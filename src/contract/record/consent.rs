//! The consent of the user.

use super::attribute::Map;
use super::declare::record;
use super::int64::Int64;
use super::scalar::Scalar;

record! {
    /// The consent of the user, by regulation.
    ConsentState, source "JSON Reference, consent_state" {
        /// GDPR: one consent under each purpose that the customer defined.
        gdpr: Map<Consent>,
        /// CCPA: its only purpose.
        ccpa: Ccpa,
    }
}

record! {
    /// Consent under the CCPA.
    Ccpa, source "JSON Reference, consent_state" {
        /// Whether the user opted out of the sale of data.
        data_sale_opt_out: Consent,
    }
}

record! {
    /// One consent.
    Consent, source "JSON Reference, consent_state", present ["consented"] {
        /// Whether the user agreed (under CCPA: opted out).
        consented: bool,
        /// Document that the user agreed to.
        document: Scalar,
        /// When the user agreed, in milliseconds since 1970-01-01 UTC (U-26).
        timestamp_unixtime_ms: Int64,
        /// Where the user agreed.
        location: Scalar,
        /// Id of the device on which the user agreed.
        hardware_id: Scalar,
        /// Regulation or purpose that the consent is about, in the published schema.
        regulation: Scalar,
    }
}
