//! User identities: a map inbound (DTO-2), an array outbound (DTO-1, U-23), and the way back (U-19).

use crate::conform::document::{Text, Value};

/// The array that a map of identities becomes, in the map's order. Null identities are left out.
pub(super) fn as_array(map: &[(Text, Value)]) -> Value {
    let has_customer = map.iter().any(|(kind, identity)| *kind == *"customer_id" && *identity != Value::Null);
    let element = |(kind, identity): &(Text, Value)| {
        let is_misspelled = *kind == *"customerid" && !has_customer;
        let kind = if is_misspelled { "customer_id".into() } else { kind.clone() };
        Value::Object(vec![("identity_type".into(), Value::Text(kind)), ("identity".into(), as_text(identity))].into())
    };
    Value::Array(map.iter().filter(|(_, identity)| *identity != Value::Null).map(element).collect())
}

/// The same for a batch that came with an array: what it says is kept, null identities are left out (U-23).
pub(super) fn mended(array: &[Value]) -> Value {
    let is = |element: &Value, kind: &str| element.get("identity_type").and_then(Value::as_text) == Some(kind);
    let has_customer = array.iter().any(|element| is(element, "customer_id"));
    let mend = |element: &Value| {
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
    Value::Array(kept.map(mend).collect())
}

/// An identity is a string; a scalar of another kind keeps its spelling.
fn as_text(identity: &Value) -> Value {
    match identity {
        Value::Number(spelling) => Value::Text(spelling.as_str().into()),
        Value::Bool(value) => Value::Text(value.to_string().into()),
        other => other.clone(),
    }
}

/// The map that an array of identities becomes.
///
/// # Errors
/// Says why it cannot: two identities of one type, or an element without a type.
pub(super) fn as_map(array: &[Value]) -> Result<Value, &'static str> {
    let mut map: Vec<(Text, Value)> = Vec::new();
    for element in array {
        let kind = match element.get("identity_type") {
            Some(Value::Text(kind)) => &**kind,
            Some(Value::Number(kind)) => kind.as_str(),
            _ => return Err("an identity without type cannot stand in a map"),
        };
        if map.iter().any(|(known, _)| **known == *kind) {
            return Err("two identities of one type cannot stand in a map");
        }
        // Absent and null are the same (DTO-3), and only the outbound form leaves them out (U-23).
        map.push((kind.into(), element.get("identity").cloned().unwrap_or(Value::Null)));
    }
    Ok(Value::Object(map.into()))
}
