//! Property tests of merging (U-17, U-21), on the text of batches.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::merge::merge;
use crate::contract::raw;

fn merged(batches: &[Value]) -> String {
    let texts: Vec<String> = batches.iter().map(Value::to_string).collect();
    merge(texts.iter().map(String::as_str), false)
}

#[test]
fn u_17_the_newest_value_wins_and_what_is_absent_keeps_the_older_one() {
    let batches = [
        json!({ "b": 1, "events": [1], "a": "old", "n": null, "consent_state": { "x": 1 } }),
        json!({ "a": null, "events": [], "c": 2, "consent_state": { "y": 2 } }),
        json!({ "events": [2, 3], "b": 3 }),
    ];
    assert_eq!(merged(&batches), r#"{"b":3,"events":[1,2,3],"a":"old","n":null,"consent_state":{"y":2},"c":2}"#);
    assert_eq!(
        merge([r#"{"mpid":9007199254740993.0 }"#, r#"{"\u0061": [ 1 ]}"#], false),
        r#"{"mpid":9007199254740993.0,"\u0061":[ 1 ]}"#
    );
}

#[test]
fn u_17_maps_merge_key_by_key() {
    let batches = [
        json!({ "user_attributes": { "a": 1, "b": [1], "c": 3 }, "integration_attributes": { "1": { "x": 1 } } }),
        json!({ "user_attributes": { "d": 4, "b": 2, "c": null }, "integration_attributes": { "1": { "y": 1 }, "2": {} } }),
    ];
    assert_eq!(
        merged(&batches),
        r#"{"user_attributes":{"a":1,"b":2,"c":3,"d":4},"integration_attributes":{"1":{"y":1},"2":{}}}"#
    );
}

#[test]
fn u_17_an_attribute_s_latest_set_or_delete_wins() {
    let set =
        |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), json!(1))).collect::<serde_json::Map<_, _>>();
    let part = |set_names: &[&str], deleted: &[&str]| json!({ "user_attributes": set(set_names), "deleted_user_attributes": deleted });
    let result = |parts: &[Value]| merged(parts);
    assert_eq!(
        result(&[part(&["a", "b"], &[]), part(&[], &["a"])]),
        r#"{"user_attributes":{"b":1},"deleted_user_attributes":["a"]}"#
    );
    assert_eq!(
        result(&[part(&[], &["a", "b"]), part(&["a"], &[])]),
        r#"{"user_attributes":{"a":1},"deleted_user_attributes":["b"]}"#
    );
    assert_eq!(
        result(&[part(&[], &["a"]), json!({ "user_attributes": { "a": 2 } })]),
        r#"{"user_attributes":{"a":2},"deleted_user_attributes":[]}"#
    );
    // Within one batch the deletion counts, also in the first batch.
    assert_eq!(result(&[part(&["a"], &["a"]), json!({})]), r#"{"user_attributes":{},"deleted_user_attributes":["a"]}"#);
    assert_eq!(result(&[json!({ "user_attributes": { "a": 1 } }), json!({})]), r#"{"user_attributes":{"a":1}}"#);
}

#[test]
fn u_17_identities_merge_by_their_type() {
    let list = |identities: &[(&str, &str)]| -> Value {
        let identities: Vec<_> =
            identities.iter().map(|(kind, id)| json!({ "identity_type": kind, "identity": id })).collect();
        json!({ "user_identities": identities })
    };
    let batches = [list(&[("email", "a"), ("customer_id", "b")]), list(&[("other", "c"), ("email", "d")])];
    assert_eq!(merged(&batches), list(&[("email", "d"), ("customer_id", "b"), ("other", "c")]).to_string());
    let map = |value| json!({ "user_identities": value });
    assert_eq!(
        merged(&[map(json!({ "email": "a", "x": "y" })), map(json!({ "email": "b" }))]),
        r#"{"user_identities":{"email":"b","x":"y"}}"#
    );
}

#[test]
fn u_21_a_batch_location_outlives_a_context_without_one() {
    let texts = [
        r#"{"context":{"location":{"latitude":1},"x":1}}"#,
        r#"{"context":{"y":2}}"#,
        r#"{"context":{"location":null,"z":3}}"#,
    ];
    assert_eq!(merge(texts, true), r#"{"context":{"location":{"latitude":1},"z":3}}"#);
    assert_eq!(merge(texts, false), r#"{"context":{"location":null,"z":3}}"#);
    assert_eq!(merge([texts[0], texts[1]], true), r#"{"context":{"y":2,"location":{"latitude":1}}}"#);
}

/// Batches with few different names, so that names collide.
fn any_batch() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![Just(Value::Null), (0..3).prop_map(Value::from), "[a-c]{1,2}".prop_map(Value::from)];
    let map = prop::collection::btree_map("[a-c]", scalar.clone(), 0..4).prop_map(|map| json!(map));
    let names = prop::collection::vec("[a-c]", 0..3).prop_map(|names| json!(names));
    let identities = prop::collection::vec(("[a-c]", 0..3), 0..3).prop_map(|identities| {
        identities.into_iter().map(|(kind, id)| json!({ "identity_type": kind, "identity": id })).collect::<Value>()
    });
    let context = prop_oneof![Just(Value::Null), map.clone(), Just(json!({ "location": { "latitude": 1 } }))];
    let member = prop_oneof![
        (Just("user_attributes"), prop_oneof![map.clone(), scalar.clone()]),
        (Just("integration_attributes"), map.clone()),
        (Just("user_identities"), prop_oneof![identities, map]),
        (Just("deleted_user_attributes"), prop_oneof![names, Just(Value::Null)]),
        (Just("events"), prop::collection::vec(0..9, 0..3).prop_map(|events| json!(events))),
        (Just("context"), context),
        (Just("other"), scalar),
    ];
    prop::collection::vec(member, 0..7)
        .prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Value>())
}

proptest! {
    #[test]
    fn merging_is_a_fold_and_never_longer_than_its_parts(
        batches in prop::collection::vec(any_batch(), 3..6),
        location: bool,
        at in 1_usize..3,
    ) {
        let texts: Vec<String> = batches.iter().map(Value::to_string).collect();
        let all = merge(texts.iter().map(String::as_str), location);
        let first = merge(texts[..=at].iter().map(String::as_str), location);
        let rest = texts[at + 1..].iter().map(String::as_str);
        prop_assert_eq!(&merge([first.as_str()].into_iter().chain(rest), location), &all);
        prop_assert!(all.len() <= texts.iter().map(|text| text.len() + 1).sum::<usize>());
        prop_assert!(raw::members(&all).is_some());
    }
}
