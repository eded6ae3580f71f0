//! Instances generated from a schema: valid ones, and the same with one known broken place. The same seed gives the
//! same instances on every machine.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails there")]

use serde_json::{Map, Value, json};

/// SplitMix64: small, fast, and the same on every machine.
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// A place that can be broken, and the way to break it.
#[derive(Debug, Clone)]
pub(crate) struct Break {
    /// JSON Pointer of the place with the fault. For a missing member this is the object without it.
    pub(crate) pointer: String,
    how: How,
}

#[derive(Debug, Clone)]
enum How {
    Replace(Value),
    Remove(String),
    Add(String),
}

/// The parameters of an instance.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taste {
    /// Whether members may be null.
    pub(crate) nulls: bool,
    /// One of this number of optional members is present.
    pub(crate) sparse: usize,
}

/// Generates instances of one schema.
pub(crate) struct Maker<'a> {
    schema: &'a Value,
    pub(crate) chance: Chance,
    pub(crate) taste: Taste,
    breaks: Vec<Break>,
}

impl<'a> Maker<'a> {
    pub(crate) fn new(schema: &'a Value, seed: u64) -> Self {
        Self { schema, chance: Chance::new(seed), taste: Taste { nulls: true, sparse: 6 }, breaks: Vec::new() }
    }

    /// A valid instance, and the places where it can be broken.
    pub(crate) fn good(&mut self) -> (Value, Vec<Break>) {
        self.breaks.clear();
        let instance = self.value(self.schema, "");
        (instance, std::mem::take(&mut self.breaks))
    }

    /// A valid instance broken in one place.
    pub(crate) fn broken(&mut self) -> (Value, Break) {
        let (mut instance, breaks) = self.good();
        let chosen = self.chance.pick(&breaks).clone();
        match &chosen.how {
            How::Replace(value) => *instance.pointer_mut(&chosen.pointer).unwrap() = value.clone(),
            How::Remove(name) => {
                instance.pointer_mut(&chosen.pointer).unwrap().as_object_mut().unwrap().shift_remove(name).unwrap();
            }
            How::Add(name) => {
                let (parent, _) = chosen.pointer.rsplit_once('/').unwrap();
                instance.pointer_mut(parent).unwrap()[name.as_str()] = json!("unexpected");
            }
        }
        (instance, chosen)
    }

    fn replace(&mut self, pointer: &str, value: Value) {
        self.breaks.push(Break { pointer: pointer.to_owned(), how: How::Replace(value) });
    }

    fn value(&mut self, schema: &Value, pointer: &str) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let definition = &self.schema["$defs"][name.strip_prefix("#/$defs/").unwrap()];
            let mut definition = definition.clone();
            if schema["type"].is_string() {
                definition["type"] = schema["type"].clone();
            }
            return self.value(&definition, pointer);
        }
        if schema["anyOf"] == json!([{}]) {
            return self.value(&json!({}), pointer);
        }
        if let Some(branches) = schema["anyOf"].as_array() {
            let branches: Vec<&Value> =
                branches.iter().filter(|branch| self.taste.nulls || branch["type"] != "null").collect();
            let types: Vec<&str> = branches.iter().filter_map(|branch| branch["type"].as_str()).collect();
            // No branch accepts this.
            let wrong = if branches.iter().any(|branch| !branch["$ref"].is_null()) {
                json!(false)
            } else if types.contains(&"array") {
                json!({ "not": "an attribute" })
            } else {
                json!([["wrong"]])
            };
            self.replace(pointer, wrong);
            let kept = self.breaks.len();
            let branch = *self.chance.pick(&branches);
            let value = self.value(branch, pointer);
            // A fault in this branch may be valid in another, unless it is deeper.
            let mut index = 0;
            self.breaks.retain(|place| {
                index += 1;
                index <= kept || place.pointer.len() > pointer.len()
            });
            if types.contains(&"string") && branches.iter().any(|branch| branch["pattern"].is_string()) {
                self.replace(pointer, json!("12 apples"));
            }
            return value;
        }
        match schema["allOf"].as_array().map(Vec::as_slice) {
            None => {}
            Some([only]) => {
                let mut only = only.clone();
                if schema["type"].is_string() {
                    only["type"] = schema["type"].clone();
                }
                return self.value(&only, pointer);
            }
            Some(_) => return self.event(schema, pointer),
        }
        if let (Some(branches), Value::Null) = (schema["oneOf"].as_array(), &schema["type"]) {
            self.replace(pointer, json!([["wrong"]]));
            let kept = self.breaks.len();
            let branch = self.chance.pick(branches).clone();
            let value = self.value(&branch, pointer);
            self.breaks.truncate(kept);
            return value;
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(only) => vec![only],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            // Any value.
            _ => return json!({ "anything": [1, "goes", null] }),
        };
        if types.len() > 1 && self.taste.nulls && self.chance.one_in(8) {
            return Value::Null;
        }
        match types[0] {
            "object" => self.object(schema, pointer),
            "array" => {
                self.replace(pointer, json!("not an array"));
                let count = self.chance.below(4);
                (0..count).map(|index| self.value(&schema["items"], &format!("{pointer}/{index}"))).collect()
            }
            "string" => self.text(schema, pointer),
            "boolean" => {
                self.replace(pointer, json!("true"));
                json!(self.chance.one_in(2))
            }
            "integer" => {
                self.replace(pointer, json!(1.5));
                self.replace(pointer, json!("7"));
                if schema["maximum"] == json!(i32::MAX) {
                    self.replace(pointer, json!(i64::from(i32::MAX) + 1));
                }
                let least = schema["minimum"].as_i64().unwrap_or(i64::MIN).max(-(1 << 53));
                let most = schema["maximum"].as_i64().unwrap_or(i64::MAX).min(1 << 53);
                json!(least + (self.chance.next() % (most - least + 1) as u64) as i64)
            }
            "number" => {
                self.replace(pointer, json!([1]));
                json!((self.chance.below(2_000_001) as f64 - 1_000_000.0) / 64.0)
            }
            _ => Value::Null,
        }
    }

    fn object(&mut self, schema: &Value, pointer: &str) -> Value {
        self.replace(pointer, json!(["not", "an", "object"]));
        let mut instance = Map::new();
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let alternatives: Vec<&str> =
            schema["oneOf"].as_array().into_iter().flatten().filter_map(|one| one["required"][0].as_str()).collect();
        let alternative = (!alternatives.is_empty()).then(|| *self.chance.pick(&alternatives));
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let here = format!("{pointer}/{name}");
            let nulls = self.taste.nulls;
            if alternatives.contains(&name.as_str()) {
                if alternative != Some(name) {
                    continue;
                }
                self.taste.nulls = false;
                let value = self.value(property, &here);
                self.taste.nulls = nulls;
                // If neither null nor another wrong type matches one alternative, there are two faults, so this is not
                // a break.
                self.breaks.retain(|place| place.pointer != here);
                self.breaks.push(Break { pointer: pointer.to_owned(), how: How::Remove(name.clone()) });
                instance.insert(name.clone(), value);
            } else if required.contains(&name.as_str()) {
                let value = self.value(property, &here);
                self.breaks.push(Break { pointer: pointer.to_owned(), how: How::Remove(name.clone()) });
                instance.insert(name.clone(), value);
            } else if self.chance.one_in(self.taste.sparse) || name == "events" {
                instance.insert(name.clone(), self.value(property, &here));
            }
        }
        match &schema["additionalProperties"] {
            Value::Bool(false) => {
                let place = Break { pointer: format!("{pointer}/surprise"), how: How::Add("surprise".to_owned()) };
                self.breaks.push(place);
            }
            Value::Object(_) => {
                for name in ["123", "$age", "a name"] {
                    if self.chance.one_in(2) {
                        let value = self.value(&schema["additionalProperties"], &format!("{pointer}/{name}"));
                        instance.insert(name.to_owned(), value);
                    }
                }
            }
            _ if !schema["properties"].is_null() && self.chance.one_in(5) => {
                instance.insert("not_known_here".to_owned(), json!({ "kept": [null, 1.5] }));
            }
            _ => {}
        }
        instance.into()
    }

    fn event(&mut self, schema: &Value, pointer: &str) -> Value {
        let choices: Vec<&Value> = schema["allOf"].as_array().unwrap().iter().map(|choice| &choice["then"]).collect();
        let choice = *self.chance.pick(&choices);
        let event = self.value(choice, pointer);
        let event_type = format!("{pointer}/event_type");
        let request_type = format!("{pointer}/request_type");
        // Another type selects another schema, in which the event's data may have many faults. Without a type there is
        // one fault, unless only a request_type remains.
        self.breaks.retain(|place| {
            let removes_type = matches!(&place.how, How::Remove(name) if name == "request_type");
            place.pointer != event_type && place.pointer != request_type && !removes_type
        });
        if event.get("event_type").is_some() {
            self.replace(&event_type, json!(17));
            if !schema["properties"]["event_type"]["enum"].is_null() {
                self.replace(&event_type, json!("an_event_of_tomorrow"));
            }
        }
        event
    }

    fn text(&mut self, schema: &Value, pointer: &str) -> Value {
        self.replace(pointer, json!({ "not": "text" }));
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(names) = schema["enum"].as_array() {
            self.replace(pointer, json!("not a name in the list"));
            let names: Vec<&Value> = names.iter().filter(|name| name.is_string()).collect();
            return (*self.chance.pick(&names)).clone();
        }
        let Some(pattern) = schema["pattern"].as_str() else {
            return json!(self.chance.pick(&["", "Home", "späť 🚀", "a \"quoted\" \\ text", "NULL", "12"]));
        };
        if pattern.contains("[0-9a-fA-F]{8}-") {
            self.replace(pointer, json!("not-a-guid"));
            if pattern.ends_with(")?$") && self.chance.one_in(3) {
                return json!("");
            }
            return json!(
                self.chance.pick(&["00000000-0000-0000-0000-000000000000", "e8335d31-2031-4bff-AFEC-17ffc1784697"])
            );
        }
        if pattern.contains("25[0-5]") {
            self.replace(pointer, json!("256.1.1.1"));
            return json!(self.chance.pick(&["203.0.113.7", "0.0.0.0", "2001:db8::1", "::ffff:192.0.2.1", "::"]));
        }
        if pattern.contains("[eE]") {
            return json!(self.chance.pick(&["0", "-1.5", "40.7142", "1e3", "6.02E+23"]));
        }
        // Decimal digits of a 64-bit integer.
        for wrong in ["18446744073709551616", "1.0", "", "+1"] {
            self.replace(pointer, json!(wrong));
        }
        if pattern.contains('-') && pattern.contains("|-0*") {
            self.replace(pointer, json!("9223372036854775808"));
            self.replace(pointer, json!("-9223372036854775809"));
            json!(self.chance.pick(&[
                "0",
                "-109840007014118971",
                "9223372036854775807",
                "-9223372036854775808",
                "0012"
            ]))
        } else {
            self.replace(pointer, json!("-1"));
            json!(self.chance.pick(&["0", "4295507968", "18446744073709551615", "9999999999999999999"]))
        }
    }
}
