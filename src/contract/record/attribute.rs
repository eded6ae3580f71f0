//! Maps with names that users choose, and values whose structure is not published.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::Value;

use super::scalar::kind;

/// An object with names that users choose. A null value means absent (DTO-3).
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

/// The value of an attribute. One value or a list of values is documented. Clients also send objects and lists of
/// anything (DTO-7), and mParticle's TypeScript models allow them, so a reader accepts any value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Attribute(pub Value);

kind!(Attribute, "attribute");

/// An attribute that must be one value in the strict form.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct SingleAttribute(pub Attribute);

kind!(SingleAttribute, "single_attribute");

/// An attribute that must be text in the strict form, for instance of a product.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct TextAttribute(pub Attribute);

kind!(TextAttribute, "text_attribute");

/// A value whose structure is not published, or only in parts. Every edition accepts any value.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Open(pub Value);

kind!(Open, "open");
