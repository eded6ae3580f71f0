//! The `data` of each event type: common fields, and its own fields.

use super::attribute::{Attribute, Map, SingleAttribute};
use super::breadcrumb::Breadcrumb;
use super::commerce::{ProductAction, ProductImpression, PromotionAction, ShoppingCart};
use super::context::{EventSystemNotificationInfo, Location};
use super::declare::{event_data, record};
use super::device::DeviceCurrentState;
use super::identity::ChangedIdentity;
use super::int64::{Int64, UInt64};
use super::name::names;
use super::scalar::{AnyInt64, Guid, Int32, IntegerOrText, NumberOrBoolean, Scalar, WideInt32};

names! {
    /// The kinds of custom event.
    CustomEventType: "navigation", "location", "search", "transaction", "user_content", "user_preference", "social",
        "other", "media", "attribution"
}

names! {
    /// The kinds of commerce event.
    CommerceEventType: "navigation", "location", "search", "transaction", "user_content", "user_preference", "social",
        "other", "media", "add_to_cart", "remove_from_cart", "checkout", "checkout_option", "click", "view_detail",
        "purchase", "refund", "promotion_view", "promotion_click", "add_to_wishlist", "remove_from_wishlist",
        "impression", "attribution", "consent_granted", "consent_denied"
}

names! {
    /// The transitions of an app.
    ApplicationTransition: "application_initialized", "application_exit", "application_background",
        "application_foreground"
}

names! {
    /// The states of a push message.
    PushMessageType: "sent", "received", "action"
}

names! {
    /// The states of an app.
    ApplicationState: "not_running", "background", "foreground"
}

names! {
    /// The user's reaction to a push message; published samples have integers (U-29).
    PushMessageBehavior or integers: "Received", "DirectOpen", "Read", "InfluencedOpen", "Displayed"
}

names! {
    /// What happened to a profile.
    ProfileEventType: "signup", "login", "logout", "update", "delete"
}

event_data! {
    /// The fields of every event. Session_start, uninstall and first_run have only these.
    CommonEventData, source "JSON Reference, events" {}
}

event_data! {
    /// The fields of every event, for event types whose own fields are not published.
    OpenEventData, source "JSON Reference, events; SET-1", open true {}
}

event_data! {
    /// A custom event. The S3 page's samples have no custom_event_type, so only the inbound form requires it (U-23).
    CustomEventData, source "JSON Reference, custom_event", required ["event_name", "inbound:custom_event_type"] {
        /// Name of the event, at most 256 characters (LIM-1).
        event_name: String,
        /// Kind of custom event.
        custom_event_type: CustomEventType,
    }
}

event_data! {
    /// A commerce event: exactly one of product_action, promotion_action and product_impressions (DTO-6).
    CommerceEventData, source "JSON Reference, commerce_event",
    one_of ["product_action", "promotion_action", "product_impressions"] {
        /// What the user did with products.
        product_action: ProductAction,
        /// What the user did with promotions.
        promotion_action: PromotionAction,
        /// Products that were shown.
        product_impressions: Vec<ProductImpression>,
        /// The content of the cart.
        shopping_cart: ShoppingCart,
        /// Currency of every amount, as a code of ISO 4217.
        currency_code: Scalar,
        /// Name of the screen.
        screen_name: Scalar,
        /// Whether the event happened without an action of the user.
        is_non_interactive: bool,
        /// Name of the event, at most 256 characters (LIM-1).
        event_name: Scalar,
        /// Kind of commerce event.
        custom_event_type: CommerceEventType,
    }
}

event_data! {
    /// The end of a session.
    SessionEndData, source "JSON Reference, session_end" {
        /// Length of the session, in milliseconds (U-26).
        session_duration_ms: Int64,
    }
}

event_data! {
    /// A screen that was shown.
    ScreenViewData, source "JSON Reference, screen_view", required ["screen_name"] {
        /// Name of the screen.
        screen_name: String,
        /// Whether an activity began or ended, as the Android SDK sets it.
        activity_type: Scalar,
    }
}

event_data! {
    /// A crash.
    CrashReportData, source "JSON Reference, crash_report" {
        /// The events before the crash.
        breadcrumbs: Vec<Breadcrumb>,
        /// Class of the exception.
        class_name: Scalar,
        /// Severity of the crash.
        severity: Scalar,
        /// Message of the exception.
        message: Scalar,
        /// Stack trace of the exception.
        stack_trace: Scalar,
        /// Whether the exception was handled.
        exception_handled: bool,
        /// The topmost part of the screen.
        topmost_context: Scalar,
        /// A PLCrashReporter file, in Base64.
        pl_crash_report_file_base64: Scalar,
        /// Address at which the app's image was loaded (iOS and tvOS, unsigned, U-26).
        ios_image_base_address: UInt64,
        /// Size of the app's image, in bytes (iOS and tvOS, unsigned, U-26).
        ios_image_size: UInt64,
        /// Number of the session in which the crash happened.
        session_number: Int32,
    }
}

event_data! {
    /// The user opted out, or in again.
    OptOutData, source "JSON Reference, opt_out" {
        /// Whether the user is opted out; false when absent.
        is_opted_out: bool,
    }
}

event_data! {
    /// A device's push token was registered or removed.
    PushRegistrationData, source "JSON Reference, push_registration",
    required ["registration_token"], present ["register"] {
        /// Whether the token is registered; false removes it.
        register: bool,
        /// The token.
        registration_token: String,
    }
}

event_data! {
    /// The app started, ended, or moved between foreground and background.
    ApplicationStateTransitionData, source "JSON Reference, application_state_transition",
    required ["application_transition_type"] {
        /// Whether the last session closed as it should.
        successfully_closed: bool,
        /// Whether this is the first run after installation.
        is_first_run: bool,
        /// Whether this is the first run after an upgrade.
        is_upgrade: bool,
        /// Push message that opened the app, as JSON text.
        push_notification_payload: Scalar,
        /// URL that opened the app.
        launch_referral: Scalar,
        /// What the app did.
        application_transition_type: ApplicationTransition,
    }
}

event_data! {
    /// A push message was sent, received or acted on.
    PushMessageData, source "JSON Reference, push_message",
    required ["push_message_type"], present ["push_message_token", "push_notification_payload"] {
        /// Token that the message went to.
        push_message_token: Scalar,
        /// State of the message.
        push_message_type: PushMessageType,
        /// Text that was shown.
        message: Scalar,
        /// Network that delivered the message: apn or gcm.
        network: Scalar,
        /// The message, as JSON text.
        push_notification_payload: Scalar,
        /// State of the app when the message arrived.
        application_state: ApplicationState,
        /// Action that the user chose, at most 100 characters.
        action_identifier: Scalar,
        /// The user's reaction to the message.
        push_message_behavior: PushMessageBehavior,
    }
}

event_data! {
    /// A call that the app made over HTTP.
    NetworkPerformanceData, source "JSON Reference, network_performance", required ["url"], present ["response_code"] {
        /// Verb of the call.
        http_verb: String,
        /// URL of the call.
        url: String,
        /// Time that the call took, in milliseconds (U-29).
        time_elapsed: WideInt32,
        /// Bytes received (U-29).
        bytes_in: WideInt32,
        /// Bytes sent (U-29).
        bytes_out: WideInt32,
        /// HTTP status of the answer; the reference types it as text.
        response_code: IntegerOrText,
        /// Body, in Base64.
        data: Scalar,
    }
}

event_data! {
    /// The user signed up, logged in or out, or the profile changed.
    ProfileData, source "published inbound schema, ProfileEvent",
    required ["profile_event_type"], present ["previous_mpid", "current_mpid"] {
        /// mParticle id of the user before (U-26).
        previous_mpid: Int64,
        /// mParticle id of the user now (U-26).
        current_mpid: Int64,
        /// The change of the profile.
        profile_event_type: ProfileEventType,
    }
}

event_data! {
    /// A user attribute changed.
    UserAttributeChangeData, source "published inbound schema, UserAttributeChangeEvent",
    required ["user_attribute_name"], present ["new", "old"] {
        /// Name of the attribute.
        user_attribute_name: String,
        /// Value now, null if there is none.
        new: Attribute,
        /// Value before, null if there was none.
        old: Attribute,
        /// Whether the attribute was deleted.
        deleted: bool,
        /// Whether the attribute is new.
        is_new_attribute: bool,
    }
}

event_data! {
    /// A user identity changed.
    UserIdentityChangeData, source "published inbound schema, UserIdentityChangeEvent", present ["new", "old"] {
        /// Identity now, null if there is none.
        new: ChangedIdentity,
        /// Identity before, null if there was none.
        old: ChangedIdentity,
    }
}

event_data! {
    /// Two users are merged into one.
    AliasRequestData, source "U-8", required ["source_mpid", "destination_mpid", "start_unixtime_ms", "end_unixtime_ms"] {
        /// mParticle id of the user whose events move.
        source_mpid: Int64,
        /// mParticle id of the user who receives them.
        destination_mpid: Int64,
        /// Start of the period that moves, in milliseconds since 1970-01-01 UTC.
        start_unixtime_ms: Int64,
        /// End of the period that moves, in milliseconds since 1970-01-01 UTC.
        end_unixtime_ms: Int64,
        /// What moves: device or mpid, in the words of the identity API.
        scope: Scalar,
        /// The device application stamp, as in the identity API.
        device_application_stamp: Scalar,
    }
}
