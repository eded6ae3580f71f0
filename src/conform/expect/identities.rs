//! User identities: a map in the inbound form (DTO-2), an array in the outbound form (DTO-1, U-23), and the conversion
//! back (U-19).

use crate::conform::document::{Text, Value};

/// Converts a map of identities to an array, in the map's order. Null identities are omitted.
pub(super) fn as_array(map: &[(Text, Value)]) -> Value {
    let has_customer = map.iter().any(|(kind, identity)| *kind == *"customer_id" && *identity != Value::Null);
    let element = |(kind, identity): &(Text, Value)| {
        let is_misspelled = *kind == *"customerid" && !has_customer;
        let kind = if is_misspelled { "customer_id".into() } else { kind.clone() };
        Value::Object(vec![("identity_type".into(), Value::Text(kind)), ("identity".into(), as_text(identity))].into())
    };
    Value::Array(map.iter().filter(|(_, identity)| *identity != Value::Null).map(element).collect())
}

/// Normalizes an array of identities: values are kept, and null identities are omitted (U-23).
pub(super) fn normalized(array: &[Value]) -> Value {
    let is = |element: &Value, kind: &str| element.get("identity_type").and_then(Value::as_text) == Some(kind);
    let has_customer = array.iter().any(|element| is(element, "customer_id"));
    let normalize = |element: &Value| {
        let mut element = element.clone();
        element.renew();
        if is(&element, "customerid") && !has_customer {
            element.set("identity_type", Value::Text("customer_id".into()));
        }
        if let Some(identity) = element.get("identity").map(as_text) {
            element.set("identity", identity);
        }
        element
    };
    let kept = array.iter().filter(|element| element.members().is_none() || element.present("identity").is_some());
    Value::Array(kept.map(normalize).collect())
}

/// An identity is a string. Other scalars keep their spelling.
fn as_text(identity: &Value) -> Value {
    match identity {
        Value::Number(spelling) => Value::Text(spelling.as_str().into()),
        Value::Bool(value) => Value::Text(value.to_string().into()),
        other => other.clone(),
    }
}

/// Converts an array of identities to a map.
///
/// # Errors
/// The reason if it cannot be converted: two identities of one type, or an element without a type.
pub(super) fn as_map(array: &[Value]) -> Result<Value, &'static str> {
    let mut map: Vec<(Text, Value)> = Vec::new();
    for element in array {
        let kind = match element.get("identity_type") {
            Some(Value::Text(kind)) => &**kind,
            Some(Value::Number(kind)) => kind.as_str(),
            _ => return Err("an identity without a type cannot be in a map"),
        };
        if map.iter().any(|(known, _)| **known == *kind) {
            return Err("two identities of one type cannot be in a map");
        }
        // Missing and null are the same (DTO-3). Only the outbound form omits them (U-23).
        map.push((kind.into(), element.get("identity").cloned().unwrap_or(Value::Null)));
    }
    Ok(Value::Object(map.into()))
}
