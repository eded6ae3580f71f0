//! The limits that mParticle documents (LIM-1, LIM-2). They apply to the input, so an excess is a finding of its own
//! and never makes a batch invalid. Lengths are in characters, sizes in bytes; 1 KB is 1,024 bytes (U-27).

use serde_json::{Map, Value};

use crate::json;

/// A documented limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The clause that documents the limit.
    pub clause: &'static str,
    /// The limited quantity and its unit.
    pub what: &'static str,
    /// The largest allowed value.
    pub most: usize,
}

/// Characters of an event's name.
pub const EVENT_NAME: Limit = Limit { clause: "LIM-1", what: "characters of an event name", most: 256 };
/// Custom attributes of an event.
pub const EVENT_ATTRIBUTES: Limit = Limit { clause: "LIM-1", what: "custom attributes of an event", most: 100 };
/// Characters of a custom attribute's name.
pub const ATTRIBUTE_NAME: Limit = Limit { clause: "LIM-1", what: "characters of an attribute name", most: 256 };
/// Characters of a custom attribute's value.
pub const ATTRIBUTE_VALUE: Limit = Limit { clause: "LIM-1", what: "characters of an attribute value", most: 4096 };
/// Entries of an attribute that is a list.
pub const LIST_ENTRIES: Limit = Limit { clause: "LIM-1", what: "entries of an attribute list", most: 1000 };
/// Characters of an entry of an attribute that is a list.
pub const LIST_ENTRY: Limit = Limit { clause: "LIM-1", what: "characters of an attribute list's entry", most: 512 };
/// Bytes of a batch, as JSON.
pub const BATCH: Limit = Limit { clause: "LIM-1", what: "bytes of a batch", most: 128 * 1024 };
/// Bytes of a request to the Events API.
pub const REQUEST: Limit = Limit { clause: "LIM-1", what: "bytes of an Events API request", most: 256 * 1024 };
/// Batches of a bulk request.
pub const BULK_BATCHES: Limit = Limit { clause: "LIM-1", what: "batches of a bulk request", most: 100 };
/// User attributes of a batch.
pub const USER_ATTRIBUTES: Limit = Limit { clause: "LIM-2", what: "user attributes of a batch", most: 100 };
/// Characters of a user attribute's name.
pub const USER_ATTRIBUTE_NAME: Limit =
    Limit { clause: "LIM-2", what: "characters of a user attribute name", most: 256 };
/// Characters of a user attribute's value.
pub const USER_ATTRIBUTE_VALUE: Limit =
    Limit { clause: "LIM-2", what: "characters of a user attribute value", most: 4096 };

/// A limit that a batch exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excess {
    /// The limit.
    pub limit: Limit,
    /// JSON Pointer of the value that exceeds the limit.
    pub pointer: String,
    /// The actual value, in the limit's unit.
    pub found: usize,
}

/// The limits that a batch exceeds. `bytes` is the length of its line without the newline.
pub fn exceeded(batch: &Value, bytes: usize) -> Vec<Excess> {
    let mut check = Check::default();
    check.most(BATCH, "", bytes);
    if let Some(attributes) = batch["user_attributes"].as_object() {
        let limits = [USER_ATTRIBUTES, USER_ATTRIBUTE_NAME, USER_ATTRIBUTE_VALUE];
        check.attributes(limits, "/user_attributes", attributes);
    }
    for (index, event) in batch["events"].as_array().into_iter().flatten().enumerate() {
        let data = &event["data"];
        let pointer = format!("/events/{index}/data");
        if let Some(name) = data["event_name"].as_str() {
            check.most(EVENT_NAME, &format!("{pointer}/event_name"), name.chars().count());
        }
        if let Some(attributes) = data["custom_attributes"].as_object() {
            let limits = [EVENT_ATTRIBUTES, ATTRIBUTE_NAME, ATTRIBUTE_VALUE];
            check.attributes(limits, &format!("{pointer}/custom_attributes"), attributes);
        }
    }
    check.0
}

#[derive(Default)]
struct Check(Vec<Excess>);

impl Check {
    fn most(&mut self, limit: Limit, pointer: &str, found: usize) {
        if found > limit.most {
            self.0.push(Excess { limit, pointer: pointer.to_owned(), found });
        }
    }

    fn attributes(&mut self, [count, name, value]: [Limit; 3], pointer: &str, attributes: &Map<String, Value>) {
        self.most(count, pointer, attributes.len());
        for (key, attribute) in attributes {
            let pointer = json::member(pointer, key);
            self.most(name, &pointer, key.chars().count());
            match attribute {
                Value::String(text) => self.most(value, &pointer, text.chars().count()),
                Value::Array(entries) => {
                    self.most(LIST_ENTRIES, &pointer, entries.len());
                    for (index, entry) in entries.iter().enumerate() {
                        let length = entry.as_str().map_or(0, |text| text.chars().count());
                        self.most(LIST_ENTRY, &format!("{pointer}/{index}"), length);
                    }
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_limit_is_passed_by_one_more_and_met_by_as_many() {
        let attributes = |count: usize, value: Value| -> Value {
            (0..count).map(|index| (index.to_string(), value.clone())).collect::<Map<_, _>>().into()
        };
        // Non-ASCII text, because characters are counted, not bytes.
        let text = |count: usize| json!("ä".repeat(count));
        let event = |data: Value| json!({ "events": [{}, { "data": data }] });
        let cases: [(Limit, &dyn Fn(usize) -> Value); 9] = [
            (EVENT_NAME, &|most| event(json!({ "event_name": text(most) }))),
            (EVENT_ATTRIBUTES, &|most| event(json!({ "custom_attributes": attributes(most, json!(1)) }))),
            (ATTRIBUTE_NAME, &|most| event(json!({ "custom_attributes": { "é".repeat(most): null } }))),
            (ATTRIBUTE_VALUE, &|most| event(json!({ "custom_attributes": { "a/b": text(most) } }))),
            (LIST_ENTRIES, &|most| json!({ "user_attributes": { "a": vec!["x"; most] } })),
            (LIST_ENTRY, &|most| json!({ "user_attributes": { "a": ["x", text(most)] } })),
            (USER_ATTRIBUTES, &|most| json!({ "user_attributes": attributes(most, json!("x")) })),
            (USER_ATTRIBUTE_NAME, &|most| json!({ "user_attributes": { "é".repeat(most): "x" } })),
            (USER_ATTRIBUTE_VALUE, &|most| json!({ "user_attributes": { "a": text(most) } })),
        ];
        for (limit, make) in cases {
            assert_eq!(exceeded(&make(limit.most), 0), [], "{limit:?}");
            let passed = make(limit.most + 1);
            let [excess] = &exceeded(&passed, 0)[..] else { panic!("{limit:?}") };
            assert_eq!((excess.limit, excess.found), (limit, limit.most + 1));
            assert!(passed.pointer(&excess.pointer).is_some(), "{excess:?}");
        }
        assert_eq!(exceeded(&json!({}), BATCH.most), []);
        assert_eq!(exceeded(&json!({}), BATCH.most + 1)[0].limit, BATCH);
    }
}
