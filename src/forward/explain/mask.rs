//! Masks values that could be personal data.

use serde_json::Value;

use crate::contract::{EventData, IdentityType};
use crate::report::ExplainedEvent;

/// The replacement for a value.
const MASK: &str = "***";

/// Leaves an event's id only where it is an integer, and its type only where the contract names it: clients put other text there.
pub(super) fn mask_event(event: &mut ExplainedEvent) {
    if let Some(id) = event.event_id.as_mut().filter(|id| id.parse::<i64>().is_err()) {
        MASK.clone_into(id);
    }
    if let Some(kind) = event.event_type.as_mut().filter(|kind| !EventData::TYPES.contains(&kind.as_str())) {
        MASK.clone_into(kind);
    }
}

/// The line with every name, but only with the values that decide how a batch is treated: its environment and version,
/// its timestamps, and the known types of its events and identities. Booleans and nulls are kept.
pub(super) fn mask(line: &str) -> String {
    let Ok(mut value) = serde_json::from_str(line) else { return MASK.to_owned() };
    mask_value(&mut value, &mut Vec::new());
    value.to_string()
}

fn mask_value(value: &mut Value, path: &mut Vec<String>) {
    match value {
        Value::Null | Value::Bool(_) => {}
        Value::Object(members) => {
            for (name, value) in members {
                path.push(name.clone());
                mask_value(value, path);
                path.pop();
            }
        }
        Value::Array(elements) => {
            path.push("*".to_owned());
            elements.iter_mut().for_each(|element| mask_value(element, path));
            path.pop();
        }
        _ if is_not_personal(value, path) => {}
        _ => *value = MASK.into(),
    }
}

fn is_not_personal(value: &Value, path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let is_one_of = |names: &[&str]| value.as_str().is_some_and(|text| names.contains(&text));
    let is_integer = || value.is_i64() || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok());
    match path.as_slice() {
        ["environment"] => is_one_of(&["development", "production", "unknown"]),
        ["events", "*", "event_type"] => is_one_of(EventData::TYPES),
        ["user_identities", "*", "identity_type"] => is_one_of(IdentityType::NAMES),
        ["schema_version" | "timestamp_unixtime_ms"] | ["events", "*", "data", "timestamp_unixtime_ms"] => is_integer(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_values_go() {
        let line = r#"{"environment":"production","mpid":"7","events":[{"event_type":"custom_event","data":{"event_name":"Bought","timestamp_unixtime_ms":"5","custom_attributes":{"environment":"mine","a":[1,true,null]}}}],"user_identities":[{"identity_type":"email","identity":"a@example.com"}]}"#;
        let masked = r#"{"environment":"production","mpid":"***","events":[{"event_type":"custom_event","data":{"event_name":"***","timestamp_unixtime_ms":"5","custom_attributes":{"environment":"***","a":["***",true,null]}}}],"user_identities":[{"identity_type":"email","identity":"***"}]}"#;
        assert_eq!(mask(line), masked);
    }

    #[test]
    fn a_value_that_is_not_what_its_name_says_goes() {
        assert_eq!(
            mask(r#"{"environment":"jane_doe","schema_version":"jane","events":[{"event_type":"jane"}]}"#),
            r#"{"environment":"***","schema_version":"***","events":[{"event_type":"***"}]}"#
        );
        assert_eq!(mask(r#"{"user_identities":{"email":"jane"}}"#), r#"{"user_identities":{"email":"***"}}"#);
    }
}
