//! Finds numbers in a partial that no run writes, without holding its values.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The largest number that is read, so that sums over all shards fit into 64 bits.
const LARGEST: u64 = 1 << 46;

/// What is wrong with a number.
pub(super) const TOO_LARGE: &str = "a number that is too large";

/// A document whose numbers are integers up to [`LARGEST`], except for its options.
pub(super) struct Document;

/// A value whose numbers are integers up to [`LARGEST`].
struct Small;

struct DocumentVisitor;

struct SmallVisitor;

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(DocumentVisitor)
    }
}

impl<'de> Deserialize<'de> for Small {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SmallVisitor)
    }
}

impl<'de> Visitor<'de> for DocumentVisitor {
    type Value = Document;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Document, A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            if name == "options" {
                members.next_value::<IgnoredAny>()?;
            } else {
                members.next_value::<Small>()?;
            }
        }
        Ok(Document)
    }
}

impl<'de> Visitor<'de> for SmallVisitor {
    type Value = Small;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Small, E> {
        Ok(Small)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Small, E> {
        Ok(Small)
    }

    fn visit_str<E>(self, _: &str) -> Result<Small, E> {
        Ok(Small)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Small, E> {
        if number > LARGEST { Err(E::custom(TOO_LARGE)) } else { Ok(Small) }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Small, E> {
        if number.unsigned_abs() > LARGEST { Err(E::custom(TOO_LARGE)) } else { Ok(Small) }
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Small, E> {
        Err(E::custom(TOO_LARGE))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Small, A::Error> {
        while items.next_element::<Small>()?.is_some() {}
        Ok(Small)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Small, A::Error> {
        while members.next_entry::<IgnoredAny, Small>()?.is_some() {}
        Ok(Small)
    }
}
