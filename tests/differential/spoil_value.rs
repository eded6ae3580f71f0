//! Corrupts a value: its types, members, names and numbers.

use serde_json::{Map, Number, Value, json};

use crate::dictionary::Dictionary;
use crate::instances::Chance;

/// Adds a fault, or something that resembles one, to a value.
pub(crate) fn spoil_value(value: &mut Value, chance: &mut Chance, words: &Dictionary) {
    let below = match value {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if below == 0 || chance.one_in(10) {
        return spoil_here(value, chance, words);
    }
    let place = chance.below(below);
    match value {
        Value::Array(elements) if chance.one_in(8) => spoil_elements(elements, chance, words),
        Value::Array(elements) => spoil_value(&mut elements[place], chance, words),
        Value::Object(members) if chance.one_in(5) => spoil_members(members, chance, words),
        Value::Object(members) => {
            members.values_mut().nth(place).into_iter().for_each(|value| spoil_value(value, chance, words));
        }
        _ => {}
    }
}

fn spoil_here(value: &mut Value, chance: &mut Chance, words: &Dictionary) {
    let old = value.take();
    *value = match (chance.below(9), old) {
        (0, old) => json!([old]),
        (1, old) => Map::from_iter([(chance.pick(&words.keys).clone(), old)]).into(),
        (2, old @ (Value::Number(_) | Value::Bool(_) | Value::Null)) => json!(old.to_string()),
        (2, Value::String(text)) => text.parse::<Number>().map_or_else(|_| odd_value(chance), Value::Number),
        (3, _) => json!(chance.pick(&words.names)),
        (4..=6, Value::String(text)) => json!(edited(&text, chance)),
        (4..=6, Value::Number(number)) => neighbour(&number, chance),
        (7, old) => old,
        _ => odd_value(chance),
    };
}

fn spoil_elements(elements: &mut Vec<Value>, chance: &mut Chance, words: &Dictionary) {
    let place = chance.below(elements.len());
    match chance.below(4) {
        0 => drop(elements.remove(place)),
        1 => elements.push(elements[place].clone()),
        2 => elements.insert(place, odd_value(chance)),
        _ => {
            let (key, name) = (chance.pick(&words.keys).clone(), json!(chance.pick(&words.names)));
            elements.push(Map::from_iter([(key, name)]).into());
        }
    }
}

fn spoil_members(members: &mut Map<String, Value>, chance: &mut Chance, words: &Dictionary) {
    let pick = |chance: &mut Chance| members.keys().nth(chance.below(members.len())).cloned().unwrap_or_default();
    let (one, other) = (pick(chance), pick(chance));
    let key = match chance.below(8) {
        0 => (*chance.pick(&["surprise", "", "é", "event_type ", "Events", "\u{0}", "\""])).to_owned(),
        1 => edited(&one, chance),
        2 => (*chance.pick(&["event_type", "data", "request_type", "environment", "product_action"])).to_owned(),
        _ => chance.pick(&words.keys).clone(),
    };
    match chance.below(6) {
        0 => drop(members.shift_remove(&one)),
        1 => {
            let value = members.shift_remove(&one).unwrap_or_default();
            members.insert(key, value);
        }
        2 => {
            let (first, second) = (members[&one].clone(), members[&other].clone());
            members.insert(one, second);
            members.insert(other, first);
        }
        3 => {
            let copy = members[&one].clone();
            members.insert(key, copy);
        }
        4 => drop(members.insert(key, json!(chance.pick(&words.names)))),
        _ => drop(members.insert(key, odd_value(chance))),
    }
}

/// A text that is almost the same.
fn edited(text: &str, chance: &mut Chance) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = chance.below(characters.len() + 1);
    let odd = ['0', '9', '-', '.', 'e', 'g', 'A', ' ', '_', ':', '"', '\\', '/', '\n', '\u{0}', '\u{7f}', 'é', '🚀'];
    match chance.below(6) {
        0 => characters.insert(at, *chance.pick(&odd)),
        1 if at < characters.len() => characters[at] = *chance.pick(&odd),
        2 if at < characters.len() => drop(characters.remove(at)),
        3 => characters.truncate(at),
        4 => return if chance.one_in(2) { text.to_uppercase() } else { text.to_lowercase() },
        _ => characters.extend(text.chars()),
    }
    characters.into_iter().collect()
}

/// A number that is almost the same, or the same value with another type.
fn neighbour(number: &Number, chance: &mut Chance) -> Value {
    match (chance.below(6), number.as_i64(), number.as_f64()) {
        (0, Some(whole), _) => json!(whole.wrapping_add(1)),
        (1, Some(whole), _) => json!(whole.wrapping_neg()),
        (2, _, Some(value)) => json!(value + 0.5),
        (3, _, Some(value)) => json!(value * 1e10),
        (4, _, Some(value)) => json!(value.trunc()),
        _ => json!(number.to_string()),
    }
}

fn odd_value(chance: &mut Chance) -> Value {
    let odd = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(1.0),
        json!(1.5),
        json!(-1),
        json!(1e300),
        json!(2147483647),
        json!(2147483648_u32),
        json!(-2147483649_i64),
        json!(9223372036854775807_i64),
        json!(9223372036854775808_u64),
        json!(-9223372036854775808_i64),
        json!(18446744073709551615_u64),
        json!(18446744073709551616_f64),
        json!(-9.3e18),
        json!(9223372036854775807.0),
        json!(9223372036854774784.0),
        json!(-2147483648_i64),
        json!(1e-300),
        json!(""),
        json!("x"),
        json!("alias"),
        json!("custom_event"),
        json!("commerce_event"),
        json!("an_event_of_tomorrow"),
        json!("production"),
        json!("1.5"),
        json!("-1"),
        json!("9223372036854775808"),
        json!("99999999999999999999"),
        json!("e8335d31-2031-4bff-AFEC-17ffc1784697"),
        json!("203.0.113.7"),
        json!("2001:db8::1"),
        json!("9223372036854775807"),
        json!("-9223372036854775808"),
        json!("0000000000000000000000012"),
        json!("18446744073709551615"),
        json!([]),
        json!({}),
        json!([null]),
        json!({ "a": null }),
        json!([{ "timestamp_unixtime_ms": "1" }]),
        json!({ "event_name": 5, "screen_name": 5, "label": [] }),
    ];
    let mut value = chance.pick(&odd).clone();
    if chance.one_in(200) {
        for _ in 0..120 + chance.below(12) {
            value = if chance.one_in(2) { json!([value]) } else { json!({ "d": value }) };
        }
    }
    if chance.one_in(100) {
        let members: Map<String, Value> =
            (0..40).map(|index| (format!("a rather long key {index} of many"), json!(index))).collect();
        value = members.into();
    }
    value
}
