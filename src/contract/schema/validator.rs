//! Gives the reasons why an instance is invalid: one fault for each wrong place, never with a value of the instance.

use std::collections::HashSet;
use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::edition::Edition;
use crate::json;

/// A fault at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the instance: the wrong value, the unexpected member, or the object without a
    /// required member.
    pub pointer: String,
    /// JSON Pointer into the schema, to the keyword that refused the value.
    pub schema_path: String,
    /// The expected value, in words.
    pub expected: String,
    /// The found value, masked: its type and size.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: expected {}, found {}", self.pointer, self.expected, self.found)
    }
}

/// A compiled schema that gives reasons.
#[derive(Debug)]
pub struct SchemaValidator {
    schema: Value,
    validator: Validator,
}

impl SchemaValidator {
    /// The validator of a batch.
    pub fn of(edition: Edition) -> Self {
        match Self::new(edition.schema()) {
            Ok(validator) => validator,
            // The four schemas are constants, and the tests compile each of them.
            Err(error) => unreachable!("a published schema does not compile: {error}"),
        }
    }

    /// The validator of any schema.
    ///
    /// # Errors
    ///
    /// If the schema is invalid.
    pub fn new(schema: Value) -> Result<Self, Box<ValidationError<'static>>> {
        let validator = jsonschema::validator_for(&schema).map_err(Box::new)?;
        Ok(Self { schema, validator })
    }

    /// The schema.
    pub fn schema(&self) -> &Value {
        &self.schema
    }

    /// Whether the instance is valid. This is much faster than [`SchemaValidator::explain`].
    pub fn is_valid(&self, instance: &Value) -> bool {
        self.validator.is_valid(instance)
    }

    /// The faults of an instance, in the order of the schema. Empty if it is valid.
    pub fn explain(&self, instance: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        for error in self.validator.iter_errors(instance) {
            self.collect(&error, &mut faults);
        }
        let mut places = HashSet::new();
        faults.retain(|(missing, fault)| places.insert((fault.pointer.clone(), missing.clone())));
        faults.into_iter().map(|(_, fault)| fault).collect()
    }

    /// Adds the fault. It has the name of a missing member, because two missing members are two places.
    fn collect(&self, error: &ValidationError<'_>, faults: &mut Vec<(Option<String>, Fault)>) {
        let pointer = error.instance_path().as_str();
        let mut add = |missing: Option<String>, pointer: String, expected: String, found: &Value| {
            let schema_path = error.schema_path().as_str().to_owned();
            faults.push((missing, Fault { pointer, schema_path, expected, found: masked(found) }));
        };
        let instance = error.instance();
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let pointer = json::member(pointer, name);
                    add(None, pointer, "no such member".to_owned(), &instance[name.as_str()]);
                }
            }
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default().to_owned();
                add(Some(name.clone()), pointer.to_owned(), format!("a member `{name}`"), instance);
            }
            Kind::AnyOf { context } => {
                // A branch that failed at a deeper place accepted the value's type, so it is the intended one.
                let deeper = |branch: &&Vec<ValidationError<'static>>| {
                    branch.iter().any(|inner| inner.instance_path().as_str().len() > pointer.len())
                };
                match context.iter().find(deeper) {
                    Some(branch) => branch.iter().for_each(|inner| self.collect(inner, faults)),
                    None => {
                        let firsts = context.iter().filter_map(|branch| branch.first());
                        let expected: Vec<String> = firsts.map(|inner| self.expected(inner)).collect();
                        add(None, pointer.to_owned(), alternatives(&expected), instance);
                    }
                }
            }
            _ => add(None, pointer.to_owned(), self.expected(error), instance),
        }
    }

    fn expected(&self, error: &ValidationError<'_>) -> String {
        match error.kind() {
            Kind::Type { kind: TypeKind::Single(one) } => self.type_name(&one.to_string(), error),
            Kind::Type { kind: TypeKind::Multiple(several) } => {
                let mut names: Vec<String> =
                    several.iter().map(|one| self.type_name(&one.to_string(), error)).collect();
                names.sort_by_key(|name| name == "null");
                alternatives(&names)
            }
            Kind::Enum { options } => {
                let names: Vec<String> = options.as_array().into_iter().flatten().map(Value::to_string).collect();
                format!("one of {}", names.join(", "))
            }
            Kind::Constant { expected_value } => expected_value.to_string(),
            Kind::Minimum { limit } => format!("at least {limit}"),
            Kind::Maximum { limit } => format!("at most {limit}"),
            Kind::Pattern { pattern } => match is_digits(pattern) {
                true => DIGITS.to_owned(),
                false => format!("a string that matches {pattern}"),
            },
            Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => {
                let branches = self.schema.pointer(error.schema_path().as_str()).and_then(Value::as_array);
                let names = branches.into_iter().flatten().filter_map(|branch| branch["required"][0].as_str());
                format!("exactly one of {}", names.collect::<Vec<_>>().join(", "))
            }
            // The keyword's name, without a value.
            kind => format!("to meet `{}`", kind.keyword()),
        }
    }

    fn type_name(&self, name: &str, error: &ValidationError<'_>) -> String {
        if name == "string" && self.is_of_digits(error) { DIGITS } else { type_name(name) }.to_owned()
    }

    /// Whether the type expects a string with the digits of an integer.
    fn is_of_digits(&self, error: &ValidationError<'_>) -> bool {
        let around = error.schema_path().as_str().rsplit_once('/').and_then(|(around, _)| self.schema.pointer(around));
        around.and_then(|part| part["pattern"].as_str()).is_some_and(is_digits)
    }
}

const DIGITS: &str = "a 64-bit integer as a string of digits";

/// Whether a pattern is that of a 64-bit integer: it contains the limits.
fn is_digits(pattern: &str) -> bool {
    pattern.contains("922337203685477580") || pattern.contains("1844674407")
}

fn type_name(name: &str) -> &'static str {
    match name {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "an array",
        "object" => "an object",
        _ => "null",
    }
}

fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Describes a value without showing it, because exports hold personal data.
pub fn masked(value: &Value) -> String {
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "a boolean".to_owned(),
        Value::Number(number) if number.is_i64() || number.is_u64() => "an integer".to_owned(),
        Value::Number(_) => "a number with a fraction or an exponent".to_owned(),
        Value::String(text) => format!("a string of {}", many(text.chars().count(), "character")),
        Value::Array(elements) => format!("an array of {}", many(elements.len(), "element")),
        Value::Object(members) => format!("an object of {}", many(members.len(), "member")),
    }
}
