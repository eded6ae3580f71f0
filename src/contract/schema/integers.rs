//! The places of 64-bit integers in a batch (U-26).

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;
use serde_json::Value;

use super::render::neutral;
use crate::contract::record::{Batch, Event};

/// The range of a 64-bit integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
}

/// A place in a batch, with the 64-bit integers at or below it. It is derived from the schema of the types, so new
/// fields of the types are included.
#[derive(Debug, Default)]
pub struct Node {
    kind: Option<Kind>,
    /// They are looked up for each member of each batch. The names are known, so the hash needs no secret.
    members: HashMap<String, Node, FixedState>,
    /// A bit for each length of their names, and one for all that are longer.
    lengths: u64,
    any_member: Option<Box<Node>>,
    element: Option<Box<Node>>,
}

/// A whole batch in either form, without its `events` (see [`event_data`]).
pub fn batch() -> &'static Node {
    static BATCH: LazyLock<Node> = LazyLock::new(|| {
        let schema = neutral::<Batch>();
        let mut node = Node::of(&schema, &schema);
        node.members.remove("events");
        node
    });
    &BATCH
}

/// The `data` of an event of this type. For an unknown type these are the fields that every event has.
pub fn event_data(event_type: &str) -> &'static Node {
    static TYPES: LazyLock<(HashMap<String, Node, FixedState>, Node)> = LazyLock::new(|| {
        let schema = neutral::<Event>();
        let branches = schema["x-branches"].as_object().into_iter().flatten();
        let known = branches.map(|(name, data)| (name.clone(), Node::of(data, &schema))).collect();
        (known, Node::of(&schema["x-otherwise"], &schema))
    });
    TYPES.0.get(event_type).unwrap_or(&TYPES.1)
}

/// The bit of a name of this length.
fn length_bit(name: &str) -> u64 {
    1 << name.len().min(63)
}

impl Node {
    /// Whether this place has a 64-bit integer.
    pub fn is_int64(&self) -> bool {
        self.kind.is_some()
    }

    /// Whether the JSON number `number` is written as an integer within the range of this place.
    pub fn holds(&self, number: &str) -> bool {
        match self.kind {
            Some(Kind::Signed) => number.parse::<i64>().is_ok(),
            Some(Kind::Unsigned) => number.parse::<u64>().is_ok(),
            None => false,
        }
    }

    /// Whether there is no 64-bit integer below this place. Then a reader need not parse it.
    pub fn is_leaf(&self) -> bool {
        self.members.is_empty() && self.any_member.is_none() && self.element.is_none()
    }

    /// The member `key` of this object, if it is or contains a 64-bit integer.
    pub fn member(&self, key: &str) -> Option<&Self> {
        let found = if self.lengths & length_bit(key) == 0 { None } else { self.members.get(key) };
        found.or(self.any_member.as_deref())
    }

    /// The elements of this array, if they are or contain 64-bit integers.
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
        let members: HashMap<_, _, _> =
            properties.filter_map(|(name, schema)| Some((name.clone(), Self::worth(schema, root)?))).collect();
        Self {
            kind: match schema["x-kind"].as_str() {
                Some("int64") => Some(Kind::Signed),
                Some("uint64") => Some(Kind::Unsigned),
                _ => None,
            },
            lengths: members.keys().map(|name: &String| length_bit(name)).fold(0, |all, bit| all | bit),
            members,
            any_member: below("additionalProperties"),
            element: below("items"),
        }
    }

    /// The node; None if there is no 64-bit integer at or below it.
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
}
