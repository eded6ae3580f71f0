//! Compares values that were sent with those that arrived, without showing them.

use serde_json::Value;
#[cfg(feature = "canary")]
use serde_json::{Map, json};

use crate::report::model::{Finding, Findings, Place, Severity, counted};
#[cfg(feature = "canary")]
use crate::settings::Connection;
#[cfg(feature = "canary")]
use crate::settings::effect::FieldMask;

/// Adds a finding of `check` for each value that was sent and did not arrive as it was (DTO-4). Integers may be numbers or
/// strings, a `null` may be absent (DTO-3), and additional members come from the platform.
pub(crate) fn compare_values(
    check: &'static str,
    sent: &Value,
    arrived: Option<&Value>,
    pointer: &str,
    place: &Place,
    findings: &mut Findings,
) {
    let differs = match (sent, arrived) {
        (Value::Object(members), Some(Value::Object(others))) => {
            for (name, value) in members {
                compare_values(check, value, others.get(name), &format!("{pointer}/{name}"), place, findings);
            }
            false
        }
        (Value::Array(elements), Some(Value::Array(others))) if elements.len() == others.len() => {
            for ((index, element), other) in elements.iter().enumerate().zip(others) {
                compare_values(check, element, Some(other), &format!("{pointer}/{index}"), place, findings);
            }
            false
        }
        (Value::Number(number), Some(Value::String(text))) => number.to_string() != *text,
        (Value::String(text), Some(Value::Number(number))) => number.to_string() != *text,
        (Value::Number(one), Some(Value::Number(other))) => one != other && one.as_f64() != other.as_f64(),
        (Value::Null, None) => false,
        (sent, Some(arrived)) => sent != arrived,
        (_, None) => true,
    };
    if differs {
        let what = format!("the value that was sent, {}", kind(Some(sent)));
        let there = match arrived {
            Some(value) if kind(Some(value)) == kind(Some(sent)) => "another value".to_owned(),
            value => kind(value),
        };
        let pointer = format!("{}{pointer}", place.pointer.as_deref().unwrap_or_default());
        let pattern: Vec<&str> =
            pointer.split('/').map(|part| if part.parse::<u32>().is_ok() { "*" } else { part }).collect();
        let finding = Finding::expected(
            check,
            Severity::Error,
            what,
            there,
            Place { pointer: Some(pointer.clone()), ..place.clone() },
        );
        findings.add(Finding { place: Some(pattern.join("/")), ..finding.clause("DTO-4") });
    }
}

/// The same for the members of a batch, which are in the inbound form and arrive as the settings of the connection say.
#[cfg(feature = "canary")]
pub(crate) fn compare_members(
    check: &'static str,
    sent: &Map<String, Value>,
    arrived: &Map<String, Value>,
    connection: &Connection,
    place: &Place,
    findings: &mut Findings,
) {
    let mask = FieldMask::of_batch(connection);
    for (name, value) in sent {
        let Some(value) = unmasked(value, mask.member(name)) else { continue };
        let pointer = format!("/{name}");
        match (name.as_str(), &value, arrived.get(name)) {
            ("user_identities", Value::Object(identities), Some(Value::Array(entries)))
                if !connection.raw_data_feed =>
            {
                for (of_type, identity) in identities {
                    let entry = entries.iter().position(|entry| entry["identity_type"] == json!(of_type));
                    let (arrived, pointer) = match entry {
                        Some(index) => (entries[index].get("identity"), format!("{pointer}/{index}/identity")),
                        None => (None, pointer.clone()),
                    };
                    compare_values(check, identity, arrived, &pointer, place, findings);
                }
            }
            (_, value, arrived) => compare_values(check, value, arrived, &pointer, place, findings),
        }
    }
}

/// What of a value the settings do not remove.
#[cfg(feature = "canary")]
fn unmasked(value: &Value, mask: Option<&FieldMask>) -> Option<Value> {
    match (value, mask) {
        (_, Some(mask)) if mask.removed_by().is_some() => None,
        (Value::Object(members), Some(mask)) => {
            let kept =
                members.iter().filter_map(|(name, value)| Some((name.clone(), unmasked(value, mask.member(name))?)));
            Some(Value::Object(kept.collect()))
        }
        _ => Some(value.clone()),
    }
}

fn kind(value: Option<&Value>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Value::Null) => "null".to_owned(),
        Some(Value::Bool(_)) => "a boolean".to_owned(),
        Some(Value::Number(_)) => "a number".to_owned(),
        Some(Value::String(text)) => {
            format!("a string of {}", counted(text.chars().count() as u64, "character", "characters"))
        }
        Some(Value::Array(_)) => "an array".to_owned(),
        Some(Value::Object(_)) => "an object".to_owned(),
    }
}
