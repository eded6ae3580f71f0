//! Merges two batches (U-17). The newer value wins, except where values of both are combined.

use crate::conform::document::{Text, Value};

/// The members that are merged key by key.
const MAPS: &[&str] = &["user_attributes", "user_identities", "integration_attributes"];

/// Merges `newer`, the batch that was received later, into `older`. Both have the form in which they are forwarded.
///
/// With `keeps_location`, a context without a location keeps the older location.
pub(super) fn merge(older: &mut Value, mut newer: Value, keeps_location: bool) {
    settle(older);
    settle(&mut newer);
    // A null attribute is absent (DTO-3) and sets nothing.
    let set = attributes(&newer).iter().filter(|(_, value)| *value != Value::Null);
    let set = set.map(|(name, _)| Value::Text(name.clone())).collect::<Vec<_>>();
    if let Some(Value::Array(names)) = older.get_mut("deleted_user_attributes") {
        names.retain(|name| !set.contains(name));
    }
    let Value::Object(members) = newer else { return };
    for (key, value) in members {
        match older.get_mut(&key) {
            Some(place) => join(&key, place, value, keeps_location),
            None => older.set(key, value),
        }
    }
    let deleted = deletions(older).to_vec();
    drop_attributes(older, &deleted);
}

/// Removes contradictions: an attribute that is both set and deleted counts as deleted, and of two identities of a type
/// the last one counts. Parts that are merged by name lose their blanks.
fn settle(part: &mut Value) {
    for node in MAPS {
        if let Some(map @ Value::Object(_)) = part.get_mut(node) {
            map.renew();
        }
    }
    let deleted = deletions(part).to_vec();
    drop_attributes(part, &deleted);
    if let Some(Value::Array(names)) = part.get_mut("deleted_user_attributes") {
        names.clear();
        add_absent(names, deleted);
    }
    if let Some(Value::Array(identities)) = part.get_mut("user_identities") {
        let all = std::mem::take(identities);
        add_identities(identities, all);
    }
}

fn join(key: &str, older: &mut Value, newer: Value, keeps_location: bool) {
    match (key, older, newer) {
        (_, older @ Value::Null, newer) => *older = newer,
        // Null does not replace an existing value.
        (_, _, Value::Null) => {}
        ("events", Value::Array(events), Value::Array(more)) => events.extend(more),
        ("deleted_user_attributes", Value::Array(names), Value::Array(more)) => add_absent(names, more),
        ("user_identities", Value::Array(identities), Value::Array(more)) => add_identities(identities, more),
        (key, map @ Value::Object(_), Value::Object(more)) if MAPS.contains(&key) => {
            for (name, value) in more {
                if value != Value::Null || map.present(&name).is_none() {
                    map.set(name, value);
                }
            }
        }
        ("context", context, mut newer) => {
            let known = context.present("location").filter(|_| keeps_location && newer.present("location").is_none());
            if let Some(location) = known {
                newer.set("location", location.clone());
            }
            *context = newer;
        }
        (_, older, newer) => *older = newer,
    }
}

fn attributes(part: &Value) -> &[(Text, Value)] {
    part.get("user_attributes").and_then(Value::members).unwrap_or_default()
}

fn deletions(part: &Value) -> &[Value] {
    part.get("deleted_user_attributes").and_then(Value::elements).unwrap_or_default()
}

fn drop_attributes(part: &mut Value, names: &[Value]) {
    if let Some(attributes) = part.get_mut("user_attributes") {
        names.iter().filter_map(Value::as_text).for_each(|name| {
            attributes.remove(name);
        });
    }
}

/// Only a text is the name of an attribute. Other values are kept.
fn add_absent(names: &mut Vec<Value>, more: impl IntoIterator<Item = Value>) {
    for name in more {
        match names.iter_mut().find(|known| name.as_text().is_some() && **known == name) {
            Some(known) => *known = name,
            None => names.push(name),
        }
    }
}

fn add_identities(identities: &mut Vec<Value>, more: impl IntoIterator<Item = Value>) {
    for identity in more {
        let kind = identity_type(&identity);
        match identities.iter_mut().find(|known| kind.is_some() && identity_type(known) == kind) {
            Some(known) => *known = identity,
            None => identities.push(identity),
        }
    }
}

/// The type of an identity. Real clients also send numbers for names (DTO-8).
fn identity_type(identity: &Value) -> Option<&str> {
    match identity.get("identity_type")? {
        Value::Text(kind) => Some(kind),
        Value::Number(kind) => Some(kind),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conform::document::parse;

    fn merged(parts: &[&str]) -> String {
        let mut parts = parts.iter().map(|part| parse(part).unwrap());
        let mut line = parts.next().unwrap();
        parts.for_each(|part| merge(&mut line, part, true));
        line.text()
    }

    #[test]
    fn the_newest_value_wins_in_the_place_of_the_first() {
        assert_eq!(merged(&[r#"{"b":1,"a":2}"#, r#"{"c":3,"a":4}"#, r#"{"b":5}"#]), r#"{"b":5,"a":4,"c":3}"#);
        assert_eq!(merged(&[r#"{"a":1,"b":null}"#, r#"{"a":null,"b":2,"c":null}"#]), r#"{"a":1,"b":2,"c":null}"#);
        assert_eq!(merged(&[r#"{"d":{"x":1}}"#, r#"{"d":{"y":1}}"#]), r#"{"d":{"y":1}}"#);
    }

    #[test]
    fn events_follow_each_other() {
        assert_eq!(merged(&[r#"{"events":[1],"a":1}"#, r#"{"events":[2,1]}"#]), r#"{"events":[1,2,1],"a":1}"#);
        assert_eq!(merged(&[r#"{"events":null}"#, r#"{"events":[2]}"#, r#"{"events":null}"#]), r#"{"events":[2]}"#);
        assert_eq!(merged(&[r#"{"a":1}"#, r#"{"events":[]}"#]), r#"{"a":1,"events":[]}"#);
        assert_eq!(merged(&[r#"{"a":1}"#, r#"{"a":2}"#]), r#"{"a":2}"#);
    }

    #[test]
    fn maps_merge_key_by_key_and_no_deeper() {
        let (one, two) = (r#"{"a":{"x":1},"b":2}"#, r#"{"c":null,"a":{"y":1}}"#);
        for node in ["user_attributes", "integration_attributes", "user_identities"] {
            let with = |map: &str| format!(r#"{{"{node}":{map}}}"#);
            assert_eq!(merged(&[&with(one), &with(two)]), with(r#"{"a":{"y":1},"b":2,"c":null}"#), "{node}");
            assert_eq!(merged(&[&with(one), &with("null")]), with(one));
            assert_eq!(merged(&[&with("null"), &with(one)]), with(one));
        }
    }

    #[test]
    fn the_latest_set_or_delete_of_an_attribute_wins() {
        let part =
            |set: &str, deleted: &str| format!(r#"{{"user_attributes":{set},"deleted_user_attributes":{deleted}}}"#);
        let after = |parts: &[(&str, &str)]| {
            let parts = parts.iter().map(|(set, deleted)| part(set, deleted)).collect::<Vec<_>>();
            merged(&parts.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(after(&[(r#"{"a":1,"b":2}"#, "[]"), ("{}", r#"["a"]"#)]), part(r#"{"b":2}"#, r#"["a"]"#));
        assert_eq!(after(&[("{}", r#"["a","c"]"#), (r#"{"a":1}"#, "[]")]), part(r#"{"a":1}"#, r#"["c"]"#));
        assert_eq!(after(&[("{}", r#"["a"]"#), (r#"{"a":1}"#, "[]")]), part(r#"{"a":1}"#, "[]"));
        assert_eq!(after(&[("null", "[]"), (r#"{"a":1}"#, r#"["a"]"#)]), part("{}", r#"["a"]"#));
        assert_eq!(after(&[(r#"{"a":1}"#, r#"["a"]"#), ("{}", "[]")]), part("{}", r#"["a"]"#));
        assert_eq!(after(&[("{}", r#"["a","b"]"#), ("{}", r#"["c","a"]"#)]), part("{}", r#"["a","b","c"]"#));
        let sets_again = [(r#"{"a":1,"b":2}"#, "[]"), ("{}", r#"["a"]"#), (r#"{"a":3}"#, "null")];
        assert_eq!(after(&sets_again), part(r#"{"b":2,"a":3}"#, "[]"));
        assert_eq!(
            merged(&[r#"{"user_attributes":{"a":1}}"#, r#"{"deleted_user_attributes":["a"]}"#]),
            part("{}", r#"["a"]"#)
        );
        assert_eq!(merged(&[r#"{"user_attributes":{"a":1}}"#, r#"{"a":1}"#]), r#"{"user_attributes":{"a":1},"a":1}"#);
    }

    #[test]
    fn identities_merge_by_their_type() {
        let with = |all: &[(&str, &str)]| {
            let one = |(kind, id): &(&str, &str)| format!(r#"{{"identity_type":"{kind}","identity":"{id}"}}"#);
            format!(r#"{{"user_identities":[{}]}}"#, all.iter().map(one).collect::<Vec<_>>().join(","))
        };
        let (old, new) = (with(&[("email", "a"), ("other", "b")]), with(&[("facebook", "c"), ("email", "d")]));
        assert_eq!(merged(&[&old, &new]), with(&[("email", "d"), ("other", "b"), ("facebook", "c")]));
        let twice = with(&[("email", "a"), ("email", "b")]);
        assert_eq!(merged(&[&twice, "{}"]), with(&[("email", "b")]));
        assert_eq!(merged(&[&old, r#"{"user_identities":null}"#]), old);
    }

    #[test]
    fn the_context_is_the_newest_with_the_newest_location() {
        let (old, new) = (r#"{"context":{"location":1,"a":1}}"#, r#"{"context":{"b":2}}"#);
        assert_eq!(merged(&[old, new]), r#"{"context":{"b":2,"location":1}}"#);
        assert_eq!(merged(&[old, r#"{"context":{"location":null}}"#]), r#"{"context":{"location":1}}"#);
        assert_eq!(merged(&[old, r#"{"context":{"location":2}}"#]), r#"{"context":{"location":2}}"#);
        assert_eq!(merged(&[old, r#"{"context":null}"#]), old);
        let mut line = parse(old).unwrap();
        merge(&mut line, parse(new).unwrap(), false);
        assert_eq!(line.text(), new);
    }
}
