//! A compiled schema: whether an instance is valid, by the jsonschema crate, and why it is not.

use std::collections::HashMap;

use jsonschema::{ValidationError, Validator};
use serde_json::{Value, json};

use super::edition::Edition;
use super::explain::{Fault, Walk};
use crate::contract::record::EXACT;

/// A compiled schema that gives reasons.
#[derive(Debug)]
pub struct SchemaValidator {
    schema: Value,
    validator: Validator,
    patterns: HashMap<String, Validator>,
    events: Events,
}

/// The names of the definitions of events, by their type.
#[derive(Debug, Default)]
pub(super) struct Events {
    pub(super) known: HashMap<String, String>,
    /// Any other type.
    pub(super) other: Option<String>,
    /// The identity API's alias request, which has no type (U-8).
    pub(super) alias: Option<String>,
}

impl SchemaValidator {
    /// The validator of a batch.
    pub fn of(edition: Edition) -> Self {
        match Self::new(edition.schema()) {
            Ok(validator) => validator,
            // The four schemas are constants of the program, and each is compiled in the tests.
            Err(error) => unreachable!("a published schema does not compile: {error}"),
        }
    }

    /// The validator of any schema. Reasons are given as far as the schema has the keywords of a batch's.
    ///
    /// # Errors
    ///
    /// The schema is not a valid one.
    pub fn new(schema: Value) -> Result<Self, Box<ValidationError<'static>>> {
        let validator = jsonschema::validator_for(&schema).map_err(Box::new)?;
        let mut patterns = HashMap::new();
        compile_patterns(&schema, &mut patterns)?;
        let events = Events::of(&schema);
        Ok(Self { schema, validator, patterns, events })
    }

    /// The schema.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Whether the instance is valid; much quicker than [`SchemaValidator::explain`]. No schema can say that a 64-bit integer
    /// has lost digits (U-30): a number that may have is looked for besides.
    pub fn is_valid(&self, instance: &Value) -> bool {
        let is_past = |value: f64| value.abs() > EXACT;
        self.validator.is_valid(instance) && (!has_double(instance, is_past) || self.walk(instance, 1).is_empty())
    }

    /// Whether the instance that an admissible text (DTO-9) spells is valid. `instance` is that text as a value, whose numbers
    /// may be rounded: 2^53 + 1 with a fraction is the double 2^53.
    pub fn is_valid_text(&self, text: &str, instance: &Value) -> bool {
        let is_integral = |value: f64| value.fract() == 0.0;
        self.validator.is_valid(instance)
            && (!has_double(instance, is_integral) || self.explain_text(text, 1).is_empty())
    }

    /// The wrong places of an instance, in their order. Empty if it is valid.
    pub fn explain(&self, instance: &Value) -> Vec<Fault> {
        if self.is_valid(instance) {
            return Vec::new();
        }
        let mut faults = self.walk(instance, usize::MAX);
        if faults.is_empty() {
            let (expected, found) = ("a value of the schema".to_owned(), "another one".to_owned());
            faults.push(Fault { pointer: String::new(), schema_path: String::new(), expected, found });
        }
        faults
    }

    /// The first wrong places of the instance that an admissible text (DTO-9) spells, at most `most` of them. Memory grows with
    /// `most`, not with the text.
    pub fn explain_text(&self, text: &str, most: usize) -> Vec<Fault> {
        Walk::faults(self, text, most)
    }

    fn walk(&self, instance: &Value, most: usize) -> Vec<Fault> {
        Walk::faults(self, &instance.to_string(), most)
    }

    pub(super) fn events(&self) -> &Events {
        &self.events
    }

    pub(super) fn matches(&self, pattern: &str, text: &Value) -> bool {
        self.patterns.get(pattern).is_none_or(|pattern| pattern.is_valid(text))
    }
}

impl Events {
    fn of(schema: &Value) -> Self {
        let mut events = Self::default();
        for branch in schema["$defs"]["Event"]["allOf"].as_array().into_iter().flatten() {
            let name = branch["then"]["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
            let Some(name) = name.map(str::to_owned) else { continue };
            let properties = &schema["$defs"][&name]["properties"];
            if let Some(event_type) = properties["event_type"]["const"].as_str() {
                events.known.insert(event_type.to_owned(), name);
            } else if properties["request_type"].is_object() {
                events.alias = Some(name);
            } else {
                events.other = Some(name);
            }
        }
        events
    }
}

fn compile_patterns(
    schema: &Value,
    patterns: &mut HashMap<String, Validator>,
) -> Result<(), Box<ValidationError<'static>>> {
    if let Some(pattern) = schema["pattern"].as_str().filter(|pattern| !patterns.contains_key(*pattern)) {
        let compiled = jsonschema::validator_for(&json!({ "pattern": pattern })).map_err(Box::new)?;
        patterns.insert(pattern.to_owned(), compiled);
    }
    match schema {
        Value::Object(members) => members.values().try_for_each(|inner| compile_patterns(inner, patterns)),
        Value::Array(elements) => elements.iter().try_for_each(|inner| compile_patterns(inner, patterns)),
        _ => Ok(()),
    }
}

/// Whether it has a number that is read as a double, and for which `matches` is true.
fn has_double(value: &Value, matches: impl Fn(f64) -> bool + Copy) -> bool {
    match value {
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(matches),
        Value::Array(elements) => elements.iter().any(|element| has_double(element, matches)),
        Value::Object(members) => members.values().any(|member| has_double(member, matches)),
        _ => false,
    }
}
