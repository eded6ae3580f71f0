//! 64-bit integers: how they are written (DTO-1, DTO-3) and where in a batch they stand (U-26).

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserializer, Error, Visitor};
use serde_json::Value;

use super::{Batch, Event, edition};

/// A signed 64-bit integer, read from a JSON number or from a string of decimal digits (DTO-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Int64(pub i64);

/// An unsigned 64-bit integer (`ios_image_base_address`, `ios_image_size`), read like [`Int64`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UInt64(pub u64);

macro_rules! integer {
    ($name:ident, $rust:ty, $kind:literal, $signed:literal) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "x-kind": $kind })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Digits;

                impl Visitor<'_> for Digits {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                        formatter.write_str("a 64-bit integer, as a number or as a string of decimal digits")
                    }

                    fn visit_i64<E: Error>(self, value: i64) -> Result<$name, E> {
                        <$rust>::try_from(value).map($name).map_err(|_| out_of_range())
                    }

                    fn visit_u64<E: Error>(self, value: u64) -> Result<$name, E> {
                        <$rust>::try_from(value).map($name).map_err(|_| out_of_range())
                    }

                    fn visit_f64<E: Error>(self, value: f64) -> Result<$name, E> {
                        // `MAX as f64` rounds up to the first power of two that is out of range.
                        if value.fract() != 0.0 || value < <$rust>::MIN as f64 || value >= <$rust>::MAX as f64 {
                            return Err(out_of_range());
                        }
                        Ok($name(value as $rust))
                    }

                    fn visit_str<E: Error>(self, text: &str) -> Result<$name, E> {
                        let digits = if $signed { text.strip_prefix('-').unwrap_or(text) } else { text };
                        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                            return Err(E::custom("a 64-bit integer in a string has decimal digits only"));
                        }
                        text.parse().map($name).map_err(|_| out_of_range())
                    }
                }

                deserializer.deserialize_any(Digits)
            }
        }
    };
}

integer!(Int64, i64, "int64", true);
integer!(UInt64, u64, "uint64", false);

fn out_of_range<E: Error>() -> E {
    E::custom("not an integer within 64 bits")
}

/// The range of a 64-bit integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
}

/// A place in a batch, and which 64-bit integers stand at or below it. Derived from the schema of the types, so that
/// a field that is added to a type is found here too.
#[derive(Debug, Default)]
pub struct Node {
    kind: Option<Kind>,
    members: HashMap<String, Node>,
    any_member: Option<Box<Node>>,
    element: Option<Box<Node>>,
}

/// A whole batch in either form, its `events` left out (see [`event_data`]).
pub fn batch() -> &'static Node {
    static BATCH: LazyLock<Node> = LazyLock::new(|| {
        let schema = edition::neutral::<Batch>();
        let mut node = Node::of(&schema, &schema);
        node.members.remove("events");
        node
    });
    &BATCH
}

/// The `data` of an event of this type. A type that is not known gets what every event has.
pub fn event_data(event_type: &str) -> &'static Node {
    static TYPES: LazyLock<(HashMap<String, Node>, Node)> = LazyLock::new(|| {
        let schema = edition::neutral::<Event>();
        let branches = schema["x-branches"].as_object().into_iter().flatten();
        let known = branches.map(|(name, data)| (name.clone(), Node::of(data, &schema))).collect();
        (known, Node::of(&schema["x-otherwise"], &schema))
    });
    TYPES.0.get(event_type).unwrap_or(&TYPES.1)
}

impl Node {
    /// Whether a 64-bit integer stands here.
    pub fn is_int64(&self) -> bool {
        self.kind.is_some()
    }

    /// Whether `number`, the text of a JSON number, is spelled as an integer that the 64-bit place here can hold.
    pub fn holds(&self, number: &str) -> bool {
        match self.kind {
            Some(Kind::Signed) => number.parse::<i64>().is_ok(),
            Some(Kind::Unsigned) => number.parse::<u64>().is_ok(),
            None => false,
        }
    }

    /// Whether nothing below this place is a 64-bit integer, so that a reader need not look further.
    pub fn is_leaf(&self) -> bool {
        self.members.is_empty() && self.any_member.is_none() && self.element.is_none()
    }

    /// The member of this object under `key`, if it is or holds a 64-bit integer.
    pub fn member(&self, key: &str) -> Option<&Self> {
        self.members.get(key).or(self.any_member.as_deref())
    }

    /// What each element of this array is, if it is or holds a 64-bit integer.
    pub fn element(&self) -> Option<&Self> {
        self.element.as_deref()
    }

    fn of(schema: &Value, root: &Value) -> Self {
        if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            return Self::of(&root["$defs"][name], root);
        }
        if let Some(inner) = schema.get("x-of") {
            return Self::of(inner, root);
        }
        let below = |keyword: &str| schema.get(keyword).and_then(|schema| Self::worth(schema, root)).map(Box::new);
        let properties = schema["properties"].as_object().into_iter().flatten();
        Self {
            kind: match schema["x-kind"].as_str() {
                Some("int64") => Some(Kind::Signed),
                Some("uint64") => Some(Kind::Unsigned),
                _ => None,
            },
            members: properties.filter_map(|(name, schema)| Some((name.clone(), Self::worth(schema, root)?))).collect(),
            any_member: below("additionalProperties"),
            element: below("items"),
        }
    }

    /// The node, unless there is no 64-bit integer at or below it.
    fn worth(schema: &Value, root: &Value) -> Option<Self> {
        Some(Self::of(schema, root)).filter(|node| node.is_int64() || !node.is_leaf())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_64_bit_integer_of_a_batch() {
        let batch = batch();
        for name in ["mpid", "batch_id", "timestamp_unixtime_ms", "origin_mpid"] {
            assert!(batch.member(name).unwrap().is_int64(), "{name}");
        }
        let under = |path: &[&str]| path.iter().try_fold(batch, |node, name| node.member(name)).map(Node::is_int64);
        assert_eq!(under(&["device_info", "att_timestamp_unixtime_ms"]), Some(true));
        assert_eq!(under(&["consent_state", "gdpr", "any purpose", "timestamp_unixtime_ms"]), Some(true));
        assert_eq!(under(&["consent_state", "ccpa", "data_sale_opt_out", "timestamp_unixtime_ms"]), Some(true));
        assert_eq!(under(&["device_info", "screen_width"]), None);
        assert_eq!(under(&["events"]), None);
        let identity = batch.member("user_identities").unwrap().element().unwrap();
        assert!(identity.member("timestamp_unixtime_ms").unwrap().is_int64());
        let blocked = batch.member("context").unwrap().member("data_plan").unwrap().member("block_metadata").unwrap();
        assert!(blocked.member("blocked_event_ids").unwrap().element().unwrap().is_int64());
    }

    #[test]
    fn finds_every_64_bit_integer_of_an_event() {
        for (event_type, name) in [
            ("session_end", "session_duration_ms"),
            ("crash_report", "ios_image_base_address"),
            ("crash_report", "ios_image_size"),
            ("profile", "previous_mpid"),
            ("profile", "current_mpid"),
            ("alias_request", "source_mpid"),
            ("custom_event", "event_id"),
            ("a type of tomorrow", "session_id"),
        ] {
            assert!(event_data(event_type).member(name).unwrap().is_int64(), "{event_type} {name}");
        }
        let product = event_data("commerce_event").member("product_action").unwrap().member("products").unwrap();
        assert!(product.element().unwrap().member("added_to_cart_time_ms").unwrap().is_int64());
        let breadcrumb = event_data("crash_report").member("breadcrumbs").unwrap().element().unwrap();
        assert!(breadcrumb.member("data").unwrap().member("event_id").unwrap().is_int64());
        let state = event_data("breadcrumb").member("device_current_state").unwrap();
        assert!(state.member("disk_space_free_bytes").unwrap().is_int64());
        assert!(event_data("custom_event").member("event_num").is_none());
    }

    #[test]
    fn reads_numbers_and_digits_and_nothing_else() {
        let read = |text: &str| serde_json::from_str::<Int64>(text).ok().map(|value| value.0);
        assert_eq!(read("\"-109840007014118971\""), Some(-109_840_007_014_118_971));
        assert_eq!(read("9223372036854775807"), Some(i64::MAX));
        assert_eq!(read("\"-9223372036854775808\""), Some(i64::MIN));
        assert_eq!(read("1.0"), Some(1));
        assert_eq!(read("\"0012\""), Some(12));
        for wrong in
            ["1.5", "9223372036854775808", "\"9223372036854775808\"", "\"\"", "\"+1\"", "\"1.0\"", "true", "[]"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert!(serde_json::from_str::<UInt64>("\"-1\"").is_err());
        assert_eq!(serde_json::from_str::<UInt64>("18446744073709551615").unwrap(), UInt64(u64::MAX));
    }
}
