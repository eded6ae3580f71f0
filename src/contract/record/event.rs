//! An event: its type, and data whose structure depends on the type.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::breadcrumb::BreadcrumbData;
use super::event_data::{
    AliasRequestData, ApplicationStateTransitionData, CommerceEventData, CommonEventData, CrashReportData,
    CustomEventData, NetworkPerformanceData, OpenEventData, OptOutData, ProfileData, PushMessageData,
    PushRegistrationData, ScreenViewData, SessionEndData, UserAttributeChangeData, UserIdentityChangeData,
};

/// An event (DTO-5). `null` data is absent data.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The type of the event. An alias request of the identity API has no type and is read as `alias_request` (U-8).
    pub event_type: String,
    /// The details, typed by `event_type`.
    pub data: Option<EventData>,
}

macro_rules! events {
    ($($(#[doc = $doc:literal])+ $name:literal => $variant:ident($data:ident),)+) => {
        /// The data of an event, by event type.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum EventData {
            $($(#[doc = $doc])+ $variant(Box<$data>),)+
            /// An unknown event type. The fields that every event has are typed; readers of the line's text keep the
            /// rest (SET-1).
            Other(Box<OpenEventData>),
        }

        impl EventData {
            /// The event types that the contract names (DTO-5).
            pub const TYPES: &'static [&'static str] = &[$($name),+];

            fn read(event_type: &str, data: Value) -> serde_json::Result<Self> {
                match event_type {
                    $($name => Deserialize::deserialize(data).map(Box::new).map(Self::$variant),)+
                    _ => Deserialize::deserialize(data).map(Box::new).map(Self::Other),
                }
            }
        }

        impl JsonSchema for Event {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Event".into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                json_schema!({
                    "x-kind": "event",
                    "x-branches": { $($name: generator.subschema_for::<$data>()),+ },
                    "x-descriptions": { $($name: concat!($($doc),+).trim()),+ },
                    "x-otherwise": generator.subschema_for::<OpenEventData>(),
                })
            }
        }
    };
}

events! {
    /// A custom event with a name and attributes.
    "custom_event" => Custom(CustomEventData),
    /// A commerce event.
    "commerce_event" => Commerce(CommerceEventData),
    /// A session began.
    "session_start" => SessionStart(CommonEventData),
    /// A session ended.
    "session_end" => SessionEnd(SessionEndData),
    /// A screen was shown.
    "screen_view" => ScreenView(ScreenViewData),
    /// The app was uninstalled.
    "uninstall" => Uninstall(CommonEventData),
    /// The app crashed.
    "crash_report" => CrashReport(CrashReportData),
    /// The user opted out, or in again.
    "opt_out" => OptOut(OptOutData),
    /// The app ran for the first time.
    "first_run" => FirstRun(CommonEventData),
    /// An installation will be attributed; its own fields are not published.
    "pre_attribution" => PreAttribution(OpenEventData),
    /// A device's push token was registered or removed.
    "push_registration" => PushRegistration(PushRegistrationData),
    /// The app started, ended, or moved between foreground and background.
    "application_state_transition" => ApplicationStateTransition(ApplicationStateTransitionData),
    /// A push message was sent, received or acted on.
    "push_message" => PushMessage(PushMessageData),
    /// The user reacted to a push message; its own fields are not published.
    "push_reaction" => PushReaction(OpenEventData),
    /// The app made a call over HTTP.
    "network_performance" => NetworkPerformance(NetworkPerformanceData),
    /// The app recorded a mark for crash reports.
    "breadcrumb" => Breadcrumb(BreadcrumbData),
    /// The user signed up, logged in or out, or the profile changed.
    "profile" => Profile(ProfileData),
    /// A user attribute changed.
    "user_attribute_change" => UserAttributeChange(UserAttributeChangeData),
    /// A user identity changed.
    "user_identity_change" => UserIdentityChange(UserIdentityChangeData),
    /// The result of a data plan's validation; its own fields are not published.
    "validation_result" => ValidationResult(OpenEventData),
    /// An event that the platform could not name.
    "unknown" => Unknown(OpenEventData),
    /// Two users are merged into one.
    "alias_request" => AliasRequest(AliasRequestData),
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Event;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object (Event)")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Event, A::Error> {
                let (mut event_type, mut request_type, mut data) = (None::<String>, None::<Value>, None::<Value>);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "event_type" => event_type = Some(map.next_value()?),
                        "request_type" => request_type = map.next_value()?,
                        "data" => data = map.next_value()?,
                        _ => {
                            map.next_value::<IgnoredAny>()?;
                        }
                    }
                }
                let event_type = match (event_type, request_type) {
                    (Some(event_type), _) => event_type,
                    (None, Some(Value::String(request))) if request == "alias" => "alias_request".to_owned(),
                    (None, _) => return Err(A::Error::missing_field("event_type")),
                };
                // The type can come after the data, so the data is parsed after the whole object is read.
                let data = data.map(|data| EventData::read(&event_type, data)).transpose().map_err(A::Error::custom)?;
                Ok(Event { event_type, data })
            }
        }

        deserializer.deserialize_map(Object)
    }
}
