//! The editions of a schema: which form (DTO-1, DTO-2) and how strict (DTO-3), rendered from the types' neutral schema.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// What the types say of themselves, before an edition decides on `null`, closed lists and unknown fields.
pub(crate) fn neutral<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
}
