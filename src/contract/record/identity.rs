//! The identities of a batch's user: an array in the outbound form (DTO-1), a map in the inbound form (DTO-2).

use super::declare::record;
use super::int64::Int64;
use super::name::names;
use super::scalar::Scalar;

names! {
    /// The kinds of user identity.
    IdentityType: "other", "customer_id", "facebook", "twitter", "google", "microsoft", "yahoo", "email", "alias",
        "facebook_custom_audience_id", "other_id_2", "other_id_3", "other_id_4", "other_id_5", "other_id_6", "other_id_7",
        "other_id_8", "other_id_9", "other_id_10", "mobile_number", "phone_number_2", "phone_number_3"
}

record! {
    /// One identity of the user in the outbound form.
    UserIdentity, source "DTO-1, U-23; JSON Reference, outgoing user identities",
    always [identity_type, identity], required ["identity_type", "identity"] {
        /// The kind of identity.
        identity_type: IdentityType,
        /// The identity, for instance a customer number or an e-mail address.
        identity: Scalar,
        /// When it was last updated, in milliseconds since 1970-01-01 UTC; omitted if unknown.
        timestamp_unixtime_ms: Int64,
        /// Whether this batch is the first with this identity.
        created_this_batch: bool,
    }
}

record! {
    /// An identity before or after a change.
    ChangedIdentity, source "published inbound schema, UserIdentity",
    required ["identity_type"], present ["identity", "timestamp_unixtime_ms"] {
        /// The kind of identity.
        identity_type: IdentityType,
        /// The identity itself.
        identity: Scalar,
        /// When it was last updated, in milliseconds since 1970-01-01 UTC.
        timestamp_unixtime_ms: Int64,
        /// Whether this batch is the first with this identity.
        created_this_batch: bool,
    }
}

record! {
    /// The user's identities in the inbound form: one for each kind.
    UserIdentities, source "DTO-2; JSON Reference, user_identities" {
        /// First identity that the customer defines.
        other: Scalar,
        /// The customer's own identifier of the user.
        customer_id: Scalar,
        /// Facebook identity.
        facebook: Scalar,
        /// Twitter identity.
        twitter: Scalar,
        /// Google identity.
        google: Scalar,
        /// Microsoft identity.
        microsoft: Scalar,
        /// Yahoo identity.
        yahoo: Scalar,
        /// E-mail address.
        email: Scalar,
        /// Alias of the user.
        alias: Scalar,
        /// Identifier within a Facebook custom audience.
        facebook_custom_audience_id: Scalar,
        /// Second identity that the customer defines.
        other_id_2: Scalar,
        /// Third identity that the customer defines.
        other_id_3: Scalar,
        /// Fourth identity that the customer defines.
        other_id_4: Scalar,
        /// Fifth identity that the customer defines.
        other_id_5: Scalar,
        /// Sixth identity that the customer defines.
        other_id_6: Scalar,
        /// Seventh identity that the customer defines.
        other_id_7: Scalar,
        /// Eighth identity that the customer defines.
        other_id_8: Scalar,
        /// Ninth identity that the customer defines.
        other_id_9: Scalar,
        /// Tenth identity that the customer defines.
        other_id_10: Scalar,
        /// Number of the user's mobile phone.
        mobile_number: Scalar,
        /// Number of the user's second phone.
        phone_number_2: Scalar,
        /// Number of the user's third phone.
        phone_number_3: Scalar,
    }
}
