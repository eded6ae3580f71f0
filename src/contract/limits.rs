//! The limits that mParticle documents (LIM-1, LIM-2). They apply to the input, so an excess is a finding of its own
//! and never makes a batch invalid. Lengths are in characters, sizes in bytes; 1 KB is 1,024 bytes (U-27).

use std::ops::ControlFlow;

use super::raw::{self, Kind};
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

/// The limits that a batch exceeds, `most` of them at most. `batch` is its line without the newline; nothing of it is kept.
pub fn exceeded(batch: &str, most: usize) -> Vec<Excess> {
    let mut check = Check { found: Vec::new(), room: most };
    // It breaks where there are enough.
    let _ = check.batch(batch);
    check.found
}

struct Check {
    found: Vec<Excess>,
    room: usize,
}

type Flow = ControlFlow<()>;

const ON: Flow = ControlFlow::Continue(());

impl Check {
    fn most(&mut self, limit: Limit, pointer: &dyn Fn() -> String, found: usize) -> Flow {
        if found > limit.most {
            self.found.push(Excess { limit, pointer: pointer(), found });
        }
        if self.found.len() < self.room { ON } else { ControlFlow::Break(()) }
    }

    fn batch(&mut self, batch: &str) -> Flow {
        self.most(BATCH, &String::new, batch.len())?;
        raw::each_member(batch, |member| match &*member.name() {
            "user_attributes" => {
                let limits = [USER_ATTRIBUTES, USER_ATTRIBUTE_NAME, USER_ATTRIBUTE_VALUE];
                self.attributes(limits, &|| "/user_attributes".to_owned(), member.value)
            }
            "events" => {
                let mut index = 0;
                raw::each_element(member.value, |event| {
                    index += 1;
                    self.event(index - 1, event)
                })
            }
            _ => ON,
        })
    }

    fn event(&mut self, index: usize, event: &str) -> Flow {
        raw::each_member(event, |member| {
            if member.name() != "data" {
                return ON;
            }
            raw::each_member(member.value, |member| {
                let name = member.name();
                let pointer = || format!("/events/{index}/data/{name}");
                match &*name {
                    "event_name" => self.most(EVENT_NAME, &pointer, characters(member.value)),
                    "custom_attributes" => {
                        self.attributes([EVENT_ATTRIBUTES, ATTRIBUTE_NAME, ATTRIBUTE_VALUE], &pointer, member.value)
                    }
                    _ => ON,
                }
            })
        })
    }

    fn attributes(&mut self, [count, name, value]: [Limit; 3], around: &dyn Fn() -> String, attributes: &str) -> Flow {
        self.most(count, around, raw::count(attributes))?;
        raw::each_member(attributes, |member| {
            let key = member.name();
            let pointer = || json::member(&around(), &key);
            self.most(name, &pointer, key.chars().count())?;
            match Kind::of(member.value) {
                Kind::String => self.most(value, &pointer, characters(member.value)),
                Kind::Array => {
                    self.most(LIST_ENTRIES, &pointer, raw::count(member.value))?;
                    let mut index = 0;
                    raw::each_element(member.value, |entry| {
                        index += 1;
                        self.most(LIST_ENTRY, &|| format!("{}/{}", pointer(), index - 1), characters(entry))
                    })
                }
                _ => ON,
            }
        })
    }
}

/// The characters of a string; 0 for any other value.
fn characters(text: &str) -> usize {
    raw::string(text).map_or(0, |text| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Map, Value, json};

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
            assert_eq!(exceeded(&make(limit.most).to_string(), 9), [], "{limit:?}");
            let passed = make(limit.most + 1);
            let [excess] = &exceeded(&passed.to_string(), 9)[..] else { panic!("{limit:?}") };
            assert_eq!((excess.limit, excess.found), (limit, limit.most + 1));
            assert!(passed.pointer(&excess.pointer).is_some(), "{excess:?}");
        }
        let batch = |bytes: usize| format!("{{{}}}", " ".repeat(bytes - 2));
        assert_eq!(exceeded(&batch(BATCH.most), 9), []);
        assert_eq!(exceeded(&batch(BATCH.most + 1), 9)[0].limit, BATCH);
        let many = json!({ "user_attributes": attributes(50, text(4097)) }).to_string();
        assert_eq!(exceeded(&many, 9).len(), 9, "so many were asked for");
    }
}
