//! One definition for each JSON object: its Rust struct, how serde reads it, and how schemars describes it.
//!
//! serde's derive would read an array as a struct and would need `flatten` for the fields that every event has.
//! schemars' derive cannot mark fields that only the strict schema requires. This macro therefore generates both.

use schemars::Schema;
use serde_json::{Map, Value, json};

/// The JSON name of a field: its own name, unless Rust reserves the word.
macro_rules! json_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $name:literal) => {
        $name
    };
}

/// Declares a JSON object. Every field is an `Option`: `null` means absent (DTO-3).
///
/// - `source`: where the fields are documented; it is the end of each description.
/// - `always`: fields that must exist in every edition.
/// - `required`: fields that must exist and not be null in the strict edition.
/// - `present`: fields that must exist, null or not, in the strict edition.
/// - `one_of`: fields of which exactly one must exist in the strict edition.
/// - `open`: the structure is published only in parts, so unknown fields are allowed in the strict edition too.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $name:ident, source $source:literal
        $(, always [$($always:ident),*])?
        $(, required [$($required:literal),*])?
        $(, present [$($present:literal),*])?
        $(, one_of [$($one_of:literal),*])?
        $(, open $open:literal)?
        {
            $($(#[doc = $field_doc:literal])+ $field:ident $(= $json:literal)?: $type:ty,)*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: Option<$type>,)*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut record = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $($crate::contract::record::declare::json_name!($field $(, $json)?) => record.$field = map.next_value()?,)*
                                _ => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                }
                            }
                        }
                        $($(
                            if record.$always.is_none() {
                                return Err(serde::de::Error::missing_field(stringify!($always)));
                            }
                        )*)?
                        Ok(record)
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let properties = [
                    $((
                        $crate::contract::record::declare::json_name!($field $(, $json)?),
                        concat!($($field_doc),+),
                        generator.subschema_for::<$type>(),
                    ),)*
                ];
                $crate::contract::record::declare::Declaration {
                    description: concat!($($doc),+),
                    source: $source,
                    always: &[$($(stringify!($always)),*)?],
                    required: &[$($($required),*)?],
                    present: &[$($($present),*)?],
                    one_of: &[$($($one_of),*)?],
                    open: [$($open,)? false][0],
                }
                .schema(properties)
            }
        }
    };
}

/// The properties of an object in `record!`, apart from its fields.
pub(crate) struct Declaration {
    pub(crate) description: &'static str,
    pub(crate) source: &'static str,
    pub(crate) always: &'static [&'static str],
    pub(crate) required: &'static [&'static str],
    pub(crate) present: &'static [&'static str],
    pub(crate) one_of: &'static [&'static str],
    pub(crate) open: bool,
}

impl Declaration {
    /// The neutral schema. It has everything that an edition needs, in `x-` keywords that are removed from published
    /// schemas.
    pub(crate) fn schema<const N: usize>(self, properties: [(&'static str, &'static str, Schema); N]) -> Schema {
        let properties: Map<String, Value> = properties
            .into_iter()
            .map(|(name, description, mut schema)| {
                let description = format!("{} Source: {}.", description.trim(), self.source);
                schema.insert("description".to_owned(), description.into());
                (name.to_owned(), schema.to_value())
            })
            .collect();
        let mut schema = Schema::default();
        for (keyword, value) in [
            ("type", json!("object")),
            ("description", json!(format!("{} Source: {}.", self.description.trim(), self.source))),
            ("properties", Value::Object(properties)),
            ("x-always", json!(self.always)),
            ("x-required", json!(self.required)),
            ("x-present", json!(self.present)),
            ("x-one-of", json!(self.one_of)),
            ("x-open", json!(self.open)),
        ] {
            schema.insert(keyword.to_owned(), value);
        }
        schema
    }
}

/// A `record!` with the fields that every event has.
macro_rules! event_data {
    (
        $(#[doc = $doc:literal])+
        $name:ident, source $source:literal
        $(, required [$($required:literal),*])?
        $(, present [$($present:literal),*])?
        $(, one_of [$($one_of:literal),*])?
        $(, open $open:literal)?
        { $($own:tt)* }
    ) => {
        record! {
            $(#[doc = $doc])+
            $name, source $source
            $(, required [$($required),*])?
            $(, present [$($present),*])?
            $(, one_of [$($one_of),*])?
            $(, open $open)?
            {
                $($own)*
                /// When the event happened, in milliseconds since 1970-01-01 UTC (DTO-1).
                timestamp_unixtime_ms: Int64,
                /// Id that the platform gives each event it receives (DTO-1).
                event_id: Int64,
                /// Id that the client gave the event.
                source_message_id: Guid,
                /// Id of the session (DTO-1).
                session_id: Int64,
                /// Id of the session that the client chose; session_id is a hash of it.
                session_uuid: Guid,
                /// Id of the session as chosen by the client; session_id is a hash of it.
                session_start_unixtime_ms: Int64,
                /// When the event began, in milliseconds since 1970-01-01 UTC; usually the same as its timestamp
                /// (DTO-1).
                event_start_unixtime_ms: Int64,
                /// Attributes that the customer chose.
                custom_attributes: Map<SingleAttribute>,
                /// Flags that control single integrations.
                custom_flags: Map<SingleAttribute>,
                /// Where the event happened; removed unless include_location_information is on.
                location: Location,
                /// State of the device when the event happened.
                device_current_state: DeviceCurrentState,
                /// Whether the event is a goal.
                is_goal_defined: bool,
                /// Change of the user's lifetime value, in the customer's own unit; OpenAPI has a boolean.
                lifetime_value_change: NumberOrBoolean,
                /// Name of the attribute that holds the lifetime value.
                lifetime_value_attribute_name: Scalar,
                /// How the device is connected.
                data_connection_type: Scalar,
                /// Number of the event within its session; kept as it came (U-29).
                event_num: AnyInt64,
                /// View controller that was visible (iOS).
                view_controller: Scalar,
                /// Whether the event was logged on the main thread.
                is_main_thread: bool,
                /// Name of the event across platforms.
                canonical_name: Scalar,
                /// A notice of the platform about the event.
                event_system_notification_info: EventSystemNotificationInfo,
                /// Id that the platform gives each message (U-16).
                message_id: Scalar,
                /// Kind of message, as the platform names it (U-16).
                message_type: Scalar,
            }
        }
    };
}

pub(crate) use {event_data, json_name, record};
