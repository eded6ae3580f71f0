//! Maps under names that users choose, and nodes whose shape nobody published.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

use super::scalar::kind;

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

/// The value of an attribute. One value or a list of them is documented; clients send objects and lists of anything too
/// (DTO-7), and mParticle's TypeScript models allow them, so a reader takes whatever comes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Attribute(pub Value);

kind!(Attribute, "attribute");

/// An attribute whose strict form is one value.
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
