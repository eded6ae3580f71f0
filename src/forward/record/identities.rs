//! Converts `user_identities` between the two forms: an array outbound, a map inbound (DTO-1, DTO-2, U-23).

use std::borrow::Cow;
use std::collections::HashSet;

use super::object::{List, Object};
use super::respell::{push_quoted, write_string};
use super::trace::Trace;
use crate::contract::raw::{self, Kind, Member};

/// The name of `customer_id` in mParticle's Python client (DTO-7).
const MISSPELLED: &str = "customerid";
const CUSTOMER_ID: &str = "customer_id";

/// Writes the outbound form. Null identities are omitted. Other values than maps and arrays are not changed.
pub(crate) fn write_array(text: &str, out: &mut String, trace: &mut impl Trace) {
    match Kind::of(text) {
        Kind::Object => {
            let members = raw::members(text).unwrap_or_default();
            let has_customer_id = raw::find(&members, CUSTOMER_ID).is_some();
            let mut list = List::new(out);
            for Member { key, value } in members.iter().filter(|member| member.value != "null") {
                let is_misspelled = !has_customer_id && raw::string(key).as_deref() == Some(MISSPELLED);
                let mut identity = Object::new(list.element());
                let name = identity.name("identity_type");
                if is_misspelled {
                    push_quoted(CUSTOMER_ID, name)
                } else {
                    name.push_str(key)
                }
                write_identity(value, identity.name("identity"));
                identity.end();
            }
            list.end();
        }
        Kind::Array => {
            let elements = raw::elements(text).unwrap_or_default();
            let identities: Vec<_> = elements.iter().map(|element| raw::members(element).ok_or(*element)).collect();
            let has_customer_id =
                identities.iter().flatten().any(|identity| identity_type(identity).as_deref() == Some(CUSTOMER_ID));
            let mut list = List::new(out);
            for identity in &identities {
                match identity {
                    Ok(members) if raw::find(members, "identity").is_none() => {}
                    Ok(members) => write_element(members, has_customer_id, list.element(), trace),
                    Err(element) => list.element().push_str(element),
                }
            }
            list.end();
        }
        _ => out.push_str(text),
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

/// Writes an element of the array. Order and spelling of its members are kept.
fn write_element(members: &[Member<'_>], has_customer_id: bool, out: &mut String, trace: &mut impl Trace) {
    let mut object = Object::new(out);
    for member in members {
        let value = member.value;
        let out = object.key(member.key);
        match member.name().as_ref() {
            "identity" => write_identity(value, out),
            "identity_type" if !has_customer_id && raw::string(value).as_deref() == Some(MISSPELLED) => {
                push_quoted(CUSTOMER_ID, out);
            }
            "timestamp_unixtime_ms" if Kind::of(value) == Kind::Number => {
                write_string(value, |digits| digits.parse::<i64>().is_ok(), out, trace);
            }
            _ => out.push_str(value),
        }
    }
    object.end();
}

/// An identity is a string. Numbers and booleans are put in quotes and keep their spelling.
fn write_identity(value: &str, out: &mut String) {
    match Kind::of(value) {
        Kind::Number | Kind::Boolean => push_quoted(value, out),
        _ => out.push_str(value),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn to_array(text: &str) -> String {
        let mut array = String::new();
        write_array(text, &mut array, &mut ());
        array
    }

    #[test]
    fn a_map_becomes_an_array() {
        let array = to_array(r#"{"email":"a\u0040b","other":null,"customerid":7,"x":""}"#);
        assert_eq!(
            array,
            r#"[{"identity_type":"email","identity":"a\u0040b"},{"identity_type":"customer_id","identity":"7"},{"identity_type":"x","identity":""}]"#
        );
    }

    #[test]
    fn a_client_s_misspelling_does_not_displace_the_real_one() {
        let array = to_array(r#"{"customerid":"a","customer_id":"b"}"#);
        assert_eq!(
            array,
            r#"[{"identity_type":"customerid","identity":"a"},{"identity_type":"customer_id","identity":"b"}]"#
        );
    }

    #[test]
    fn an_array_keeps_its_order_and_its_other_members() {
        let array = to_array(
            r#"[{"timestamp_unixtime_ms":1,"identity":"a","identity_type":"email","new":1},{"identity_type":"x","identity":null}]"#,
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
