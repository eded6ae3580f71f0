//! The kinds of single values, and their schemas in each edition.

use serde_json::{Value, json};

use super::edition::{Edition, Form};
use super::patterns::{DECIMAL, GUID, digits_pattern, ip_pattern};

/// The alternatives of a kind's schema, without `null`.
pub(crate) fn branches(kind: &str, schema: &Value, edition: Edition) -> Vec<Value> {
    let Edition { form, strict } = edition;
    let text = || json!({ "type": "string" });
    let scalar = || vec![text(), json!({ "type": "number" }), json!({ "type": "boolean" })];
    match kind {
        "wide_int32" if strict => branches("int32", schema, edition),
        "int64" | "uint64" | "any_int64" | "wide_int32" => {
            let signed = kind != "uint64";
            let digits = json!({ "type": "string", "pattern": digits_pattern(signed) });
            if strict && form == Form::Outbound && kind != "any_int64" {
                return vec![digits];
            }
            let number = if signed {
                json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX })
            } else {
                json!({ "type": "integer", "minimum": 0, "maximum": u64::MAX })
            };
            vec![digits, number]
        }
        "int32" => vec![json!({ "type": "integer", "minimum": i32::MIN, "maximum": i32::MAX })],
        "decimal" if strict => vec![json!({ "type": "number" })],
        "decimal" => vec![json!({ "type": "number" }), json!({ "type": "string", "pattern": DECIMAL })],
        "boolean_or_text" => vec![json!({ "type": "boolean" }), text()],
        "integer_or_text" => vec![json!({ "type": "integer" }), text()],
        "number_or_boolean" => vec![json!({ "type": "number" }), json!({ "type": "boolean" })],
        "guid" if strict => vec![json!({ "type": "string", "pattern": GUID })],
        "ip" if strict => vec![json!({ "type": "string", "pattern": ip_pattern() })],
        "guid" | "ip" => vec![text()],
        "name" if strict => vec![json!({ "type": "string", "enum": schema["x-names"] })],
        "name_or_integer" if strict => {
            vec![json!({ "type": "string", "enum": schema["x-names"] }), json!({ "type": "integer" })]
        }
        "name" | "name_or_integer" => vec![text(), json!({ "type": "integer" })],
        "environment" if strict => vec![json!({ "type": "string", "enum": ["development", "production"] })],
        "environment" => vec![json!({ "type": "string", "enum": ["development", "production", "unknown"] })],
        "scalar" => scalar(),
        "attribute" if strict => {
            let mut branches = scalar();
            branches.push(json!({ "type": "array", "items": { "$ref": "#/$defs/Scalar" } }));
            branches
        }
        "single_attribute" if strict => scalar(),
        "text_attribute" if strict => vec![text()],
        "breadcrumb" if strict => vec![schema["x-of"].clone()],
        "breadcrumb" => vec![schema["x-of"].clone(), text()],
        // "open", and attributes in the tolerant edition: any value.
        _ => vec![json!({})],
    }
}

/// The name of the kind's shared schema in `$defs`, which includes `null`.
pub(crate) fn shared_name(kind: &str, edition: Edition) -> Option<&'static str> {
    match kind {
        "int64" => Some("Int64"),
        "uint64" => Some("UInt64"),
        "any_int64" | "wide_int32" if !(edition.strict && kind == "wide_int32") => Some("AnyInt64"),
        "decimal" if !edition.strict => Some("Decimal"),
        "boolean_or_text" => Some("BooleanOrText"),
        "integer_or_text" => Some("IntegerOrText"),
        "number_or_boolean" => Some("NumberOrBoolean"),
        "guid" if edition.strict => Some("Guid"),
        "name" | "name_or_integer" if !edition.strict => Some("Name"),
        "scalar" => Some("Scalar"),
        "single_attribute" if edition.strict => Some("Scalar"),
        "attribute" if edition.strict => Some("Attribute"),
        _ => None,
    }
}

/// The description of a kind in `$defs`.
pub(crate) fn description(kind: &str) -> &'static str {
    match kind {
        "int64" => "A signed 64-bit integer. Source: DTO-1, DTO-3.",
        "uint64" => "An unsigned 64-bit integer. Source: DTO-1, DTO-3, U-26.",
        "any_int64" | "wide_int32" => "A 64-bit integer in either spelling, kept as it came. Source: U-29.",
        "decimal" => "A decimal number; some clients send it as text. Source: DTO-3.",
        "guid" => "A GUID, or empty text. Source: JSON Reference.",
        "name" | "name_or_integer" => "A name from an open list; clients send numbers too. Source: DTO-8.",
        "attribute" => "An attribute: one value, or a list of values. Source: DTO-7.",
        "boolean_or_text" => "A flag, or text. Source: JSON Reference.",
        "integer_or_text" => "An integer, or text. Source: JSON Reference.",
        "number_or_boolean" => "A number, or a flag. Source: published OpenAPI.",
        _ => "Text; the published schema accepts numbers and flags too. Source: published inbound schema, String.",
    }
}
