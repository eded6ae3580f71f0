//! Maps under names that users choose, and nodes whose shape nobody published.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde_json::Value;

use super::scalar::{Scalar, kind};

/// An object under names that users choose. A value may be null: that means absent (DTO-3).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Map<T>(pub BTreeMap<String, Option<T>>);

impl<T: JsonSchema> JsonSchema for Map<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "additionalProperties": generator.subschema_for::<T>() })
    }
}

/// The value of an attribute: one value, or a list of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Attribute {
    /// One value.
    One(Scalar),
    /// A list of values.
    Many(Vec<Option<Scalar>>),
}

impl<'de> Deserialize<'de> for Attribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Attribute;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a string, a number, a boolean or a list of them")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Attribute, E> {
                Ok(Attribute::One(Scalar::Boolean(value)))
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Attribute, E> {
                Ok(Attribute::One(Scalar::Number(value.into())))
            }

            fn visit_u64<E: Error>(self, value: u64) -> Result<Attribute, E> {
                Ok(Attribute::One(Scalar::Number(value.into())))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Attribute, E> {
                let number = serde_json::Number::from_f64(value).ok_or_else(|| E::custom("not a finite number"))?;
                Ok(Attribute::One(Scalar::Number(number)))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Attribute, E> {
                Ok(Attribute::One(Scalar::Text(value.to_owned())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Attribute, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(list)).map(Attribute::Many)
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

kind!(Attribute, "attribute");

/// An attribute whose strict form is one value: a reader takes lists too, since clients send them (DTO-7).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct SingleAttribute(pub Attribute);

kind!(SingleAttribute, "single_attribute");

/// An attribute whose strict form is text: a product's.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct TextAttribute(pub Attribute);

kind!(TextAttribute, "text_attribute");

/// A node whose shape is published nowhere, or in parts: anything goes, in every edition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Open(pub Value);

kind!(Open, "open");
