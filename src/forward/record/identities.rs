//! Converts `user_identities` between the two forms: an array outbound, a map inbound (DTO-1, DTO-2, U-23).

use std::borrow::Cow;
use std::collections::HashSet;

use super::respell::as_string;
use super::trace::Trace;
use crate::contract::raw::{self, Kind, Member};

/// The name of `customer_id` in mParticle's Python client (DTO-7).
const MISSPELLED: &str = "customerid";
const CUSTOMER_ID: &str = "customer_id";

/// The outbound form. Null identities are omitted. Other values than maps and arrays are not changed.
pub(crate) fn to_array(text: &str, trace: &mut impl Trace) -> String {
    match Kind::of(text) {
        Kind::Object => {
            let members = raw::members(text).unwrap_or_default();
            let has_customer_id = raw::find(&members, CUSTOMER_ID).is_some();
            join(members.iter().filter(|member| member.value != "null").map(|member| {
                let name = if !has_customer_id && member.name() == MISSPELLED {
                    quoted(CUSTOMER_ID)
                } else {
                    Cow::Borrowed(member.key)
                };
                format!("{{\"identity_type\":{name},\"identity\":{}}}", identity(member.value))
            }))
        }
        Kind::Array => {
            let elements = raw::elements(text).unwrap_or_default();
            let identities: Vec<_> = elements.iter().map(|element| raw::members(element).ok_or(*element)).collect();
            let has_customer_id =
                identities.iter().flatten().any(|identity| identity_type(identity).as_deref() == Some(CUSTOMER_ID));
            join(identities.iter().filter_map(|identity| match identity {
                Ok(members) => array_element(members, has_customer_id, trace),
                Err(element) => Some((*element).to_owned()),
            }))
        }
        _ => text.to_owned(),
    }
}

/// The inbound form.
///
/// # Errors
/// If two identities have the same type, because a map cannot have both (U-19).
pub(crate) fn to_map(text: &str) -> Result<String, String> {
    let Some(elements) = raw::elements(text) else { return Ok(text.to_owned()) };
    let mut seen = HashSet::new();
    let mut members = Vec::with_capacity(elements.len());
    for element in elements {
        let identity = raw::members(element)
            .ok_or_else(|| "an identity is not a JSON object, but the inbound form needs a map".to_owned())?;
        let name = identity_type(&identity)
            .ok_or_else(|| "an identity has no `identity_type`, which is the key in the inbound form".to_owned())?;
        if !seen.insert(name.clone()) {
            // A type that a client invented may be personal data, so the message does not show it.
            return Err("two identities have the same type, but the inbound form has one for each type".to_owned());
        }
        let value = raw::find(&identity, "identity").unwrap_or("null");
        members.push(format!("{}:{value}", quoted(&name)));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// An element of the array; `None` if its identity is null. Order and spelling of the members are kept.
fn array_element(members: &[Member<'_>], has_customer_id: bool, trace: &mut impl Trace) -> Option<String> {
    raw::find(members, "identity")?;
    let written = members.iter().map(|member| {
        let value = match member.name().as_ref() {
            "identity" => identity(member.value),
            "identity_type" if !has_customer_id && raw::string(member.value).as_deref() == Some(MISSPELLED) => {
                quoted(CUSTOMER_ID)
            }
            "timestamp_unixtime_ms" if Kind::of(member.value) == Kind::Number => {
                let holds = |digits: &str| digits.parse::<i64>().is_ok();
                as_string(member.value, holds, trace).map_or(Cow::Borrowed(member.value), Cow::Owned)
            }
            _ => Cow::Borrowed(member.value),
        };
        format!("{}:{value}", member.key)
    });
    Some(format!("{{{}}}", written.collect::<Vec<_>>().join(",")))
}

/// An identity is a string. Numbers and booleans are put in quotes and keep their spelling.
fn identity(value: &str) -> Cow<'_, str> {
    match Kind::of(value) {
        Kind::Number | Kind::Boolean => Cow::Owned(format!("\"{value}\"")),
        _ => Cow::Borrowed(value),
    }
}

/// The type of an identity. Real clients also send numbers for names (DTO-8).
pub(crate) fn identity_type<'a>(identity: &[Member<'a>]) -> Option<Cow<'a, str>> {
    let value = raw::find(identity, "identity_type")?;
    match Kind::of(value) {
        Kind::String => raw::string(value),
        Kind::Number => Some(Cow::Borrowed(value)),
        _ => None,
    }
}

fn quoted(name: &str) -> Cow<'static, str> {
    Cow::Owned(serde_json::Value::from(name).to_string())
}

fn join(elements: impl Iterator<Item = String>) -> String {
    format!("[{}]", elements.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_becomes_an_array() {
        let array = to_array(r#"{"email":"a\u0040b","other":null,"customerid":7,"x":""}"#, &mut ());
        assert_eq!(
            array,
            r#"[{"identity_type":"email","identity":"a\u0040b"},{"identity_type":"customer_id","identity":"7"},{"identity_type":"x","identity":""}]"#
        );
    }

    #[test]
    fn a_client_s_misspelling_does_not_displace_the_real_one() {
        let array = to_array(r#"{"customerid":"a","customer_id":"b"}"#, &mut ());
        assert_eq!(
            array,
            r#"[{"identity_type":"customerid","identity":"a"},{"identity_type":"customer_id","identity":"b"}]"#
        );
    }

    #[test]
    fn an_array_keeps_its_order_and_its_other_members() {
        let array = to_array(
            r#"[{"timestamp_unixtime_ms":1,"identity":"a","identity_type":"email","new":1},{"identity_type":"x","identity":null}]"#,
            &mut (),
        );
        assert_eq!(array, r#"[{"timestamp_unixtime_ms":"1","identity":"a","identity_type":"email","new":1}]"#);
    }

    #[test]
    fn an_array_becomes_a_map_unless_a_type_stands_twice() {
        let map =
            to_map(r#"[{"identity_type":"email","identity":"a"},{"identity":"b","identity_type":"customer_id"}]"#);
        assert_eq!(map.unwrap(), r#"{"email":"a","customer_id":"b"}"#);
        assert!(
            to_map(r#"[{"identity_type":"email","identity":"a"},{"identity_type":"email","identity":"b"}]"#).is_err()
        );
        assert_eq!(to_map(r#"{"email":"a"}"#).unwrap(), r#"{"email":"a"}"#);
    }
}
