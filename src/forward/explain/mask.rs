//! Masks values that could be personal data.

use serde_json::Value;

/// The replacement for a value.
const MASK: &str = "***";

/// The line with every name, but only with the values that decide how a batch is treated: its environment and version,
/// its timestamps, and the types of its events and identities. Booleans and nulls are kept.
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
    let is_word = || {
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        value.as_str().is_some_and(is_plain)
    };
    let is_integer = || value.is_i64() || value.as_str().is_some_and(|text| text.parse::<i64>().is_ok());
    match path.as_slice() {
        ["environment"] | ["events", "*", "event_type"] | ["user_identities", "*", "identity_type"] => is_word(),
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
            mask(r#"{"environment":"Jane Doe","schema_version":"jane"}"#),
            r#"{"environment":"***","schema_version":"***"}"#
        );
        assert_eq!(mask(r#"{"user_identities":{"email":"jane"}}"#), r#"{"user_identities":{"email":"***"}}"#);
    }
}
