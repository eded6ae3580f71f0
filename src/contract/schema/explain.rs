//! Why a batch fails its schema: one fault for each wrong place, and never a value of a user's.
//!
//! The text is walked along the schema and none of it is kept, so that memory grows neither with a line nor with its faults.

use std::fmt;
use std::ops::ControlFlow;

use serde_json::Value;

use super::patterns::{self, DECIMAL, GUID, ip_pattern};
use super::validator::SchemaValidator;
use crate::contract::exact::{self, Exact};
use crate::contract::raw::{self, Kind, Member};
use crate::json;

/// One wrong place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fault {
    /// JSON Pointer (RFC 6901) into the instance: the wrong value, the unexpected member, or the object that lacks one.
    pub pointer: String,
    /// JSON Pointer into the schema: the keyword that refused it.
    pub schema_path: String,
    /// What was expected, in words.
    pub expected: String,
    /// What was found instead, masked: its type and size.
    pub found: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`: expected {}, found {}", self.pointer, self.expected, self.found)
    }
}

/// Where in the instance.
#[derive(Clone, Copy)]
enum Place<'p> {
    Root,
    Member(&'p Place<'p>, &'p str),
    Element(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(around, name) => json::member(&around.pointer(), name),
            Self::Element(around, index) => format!("{}/{index}", around.pointer()),
        }
    }
}

/// Where in the schema.
#[derive(Clone, Copy)]
enum Path<'p> {
    Root,
    Definition(&'p str),
    Keyword(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Definition(name) => format!("/$defs/{name}"),
            Self::Keyword(around, name) => json::member(&around.pointer(), name),
            Self::Index(around, index) => format!("{}/{index}", around.pointer()),
        }
    }
}

/// What a single value fails: the keyword, and what was expected.
type Wrong = (&'static str, String);

/// Expected of a 64-bit integer whose spelling has lost digits (U-30).
const EVERY_DIGIT: &str = "a 64-bit integer with every digit, without fraction and exponent";

const DIGITS: &str = "a 64-bit integer as a string of digits";

const ON: ControlFlow<()> = ControlFlow::Continue(());

/// The walk over one instance.
pub(super) struct Walk<'a> {
    validator: &'a SchemaValidator,
    most: usize,
    faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    /// The wrong places of the instance that `text` spells, at most `most` of them, in their order.
    pub(super) fn faults(validator: &'a SchemaValidator, text: &str, most: usize) -> Vec<Fault> {
        let mut walk = Self { validator, most, faults: Vec::new() };
        // It breaks where there are enough faults.
        let _ = walk.value(validator.schema(), &Path::Root, text.trim_ascii(), &Place::Root);
        walk.faults
    }

    fn fault(&mut self, path: &Path<'_>, place: &Place<'_>, expected: String, found: String) -> ControlFlow<()> {
        let (pointer, schema_path) = (place.pointer(), path.pointer());
        self.faults.push(Fault { pointer, schema_path, expected, found });
        if self.faults.len() < self.most { ON } else { ControlFlow::Break(()) }
    }

    fn value(&mut self, schema: &'a Value, path: &Path<'_>, text: &str, place: &Place<'_>) -> ControlFlow<()> {
        let kind = Kind::of(text);
        if let Some(branches) = schema["anyOf"].as_array() {
            return self.any_of(branches, &Path::Keyword(path, "anyOf"), text, place);
        }
        if let Some((keyword, expected)) = self.wrong(schema, kind, text) {
            return self.fault(&Path::Keyword(path, keyword), place, expected, masked(text));
        }
        if let Some(name) = definition(schema) {
            return self.value(&self.validator.schema()["$defs"][name], &Path::Definition(name), text, place);
        }
        let all = Path::Keyword(path, "allOf");
        match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => return self.value(only, &Path::Index(&all, 0), text, place),
            Some(_) => return self.event(schema, path, text, place),
            None => {}
        }
        match kind {
            Kind::Array => self.elements(&schema["items"], &Path::Keyword(path, "items"), text, place),
            Kind::Object => self.object(schema, path, text, place),
            _ => ON,
        }
    }

    /// What is wrong with the type of a value, or with a value that holds no others.
    fn wrong(&self, schema: &Value, kind: Kind, text: &str) -> Option<Wrong> {
        let types = types(schema);
        if !types.is_empty() && !types.iter().any(|name| is_of(name, kind)) {
            return Some(("type", of_types(schema)));
        }
        match kind {
            Kind::Number if types.contains(&"integer") => wrong_integer(schema, text),
            Kind::String => self.wrong_text(schema, text),
            _ => None,
        }
    }

    fn wrong_text(&self, schema: &Value, text: &str) -> Option<Wrong> {
        let pattern = schema["pattern"].as_str();
        let (list, only) = (schema["enum"].as_array(), schema.get("const"));
        if pattern.is_none() && list.is_none() && only.is_none() {
            return None;
        }
        let text = Value::String(raw::string(text).unwrap_or_default().into_owned());
        if let Some(list) = list.filter(|list| !list.contains(&text)) {
            let names: Vec<String> = list.iter().filter(|name| !name.is_null()).map(Value::to_string).collect();
            return Some(("enum", format!("one of {}", names.join(", "))));
        }
        if let Some(only) = only.filter(|only| **only != text) {
            return Some(("const", only.to_string()));
        }
        let pattern = pattern.filter(|pattern| !self.validator.matches(pattern, &text))?;
        Some(("pattern", of_pattern(pattern)))
    }

    /// Branches that exclude each other by type: the one of the value's type is the one that was meant.
    fn any_of(&mut self, branches: &'a [Value], path: &Path<'_>, text: &str, place: &Place<'_>) -> ControlFlow<()> {
        let kind = Kind::of(text);
        let mut expected = Vec::new();
        for (index, branch) in branches.iter().enumerate() {
            let types = types(self.resolved(branch));
            if types.is_empty() || types.iter().any(|name| is_of(name, kind)) {
                if matches!(kind, Kind::Array | Kind::Object) {
                    return self.value(branch, &Path::Index(path, index), text, place);
                }
                match self.wrong(branch, kind, text) {
                    None => return ON,
                    Some((_, wrong)) if wrong == EVERY_DIGIT => return self.fault(path, place, wrong, masked(text)),
                    Some((_, wrong)) => expected.push(wrong),
                }
            } else {
                expected.push(of_types(self.resolved(branch)));
            }
        }
        self.fault(path, place, alternatives(&expected), masked(text))
    }

    fn resolved(&self, schema: &'a Value) -> &'a Value {
        definition(schema).map_or(schema, |name| &self.validator.schema()["$defs"][name])
    }

    fn elements(&mut self, schema: &'a Value, path: &Path<'_>, text: &str, place: &Place<'_>) -> ControlFlow<()> {
        if schema.is_null() {
            return ON;
        }
        let mut index = 0;
        raw::each_element(text, |element| {
            index += 1;
            self.value(schema, path, element, &Place::Element(place, index - 1))
        })
    }

    fn object(&mut self, schema: &'a Value, path: &Path<'_>, text: &str, place: &Place<'_>) -> ControlFlow<()> {
        let list = |keyword: &str| schema[keyword].as_array().into_iter().flatten();
        let mut missing: Vec<&str> = list("required").filter_map(Value::as_str).collect();
        let alternatives: Vec<&str> = list("oneOf").filter_map(|branch| branch["required"][0].as_str()).collect();
        let mut chosen = 0;
        let properties = Path::Keyword(path, "properties");
        let additional = Path::Keyword(path, "additionalProperties");
        let known = schema["properties"].as_object();
        if known.is_none() && missing.is_empty() && schema["additionalProperties"].is_null() {
            return ON;
        }
        raw::each_member(text, |member| {
            let name = &*member.name();
            missing.retain(|missing| *missing != name);
            if let Some(index) = alternatives.iter().position(|alternative| *alternative == name) {
                let types = types(&schema["oneOf"][index]["properties"][name]);
                chosen += usize::from(types.iter().any(|name| is_of(name, Kind::of(member.value))));
            }
            let here = Place::Member(place, name);
            match (known.and_then(|known| known.get(name)), &schema["additionalProperties"]) {
                (Some(schema), _) => self.value(schema, &Path::Keyword(&properties, name), member.value, &here),
                (None, Value::Bool(false)) => {
                    self.fault(&additional, &here, "no such member".to_owned(), masked(member.value))
                }
                (None, Value::Null) => ON,
                (None, schema) => self.value(schema, &additional, member.value, &here),
            }
        })?;
        for name in missing {
            self.fault(&Path::Keyword(path, "required"), place, format!("a member `{name}`"), masked(text))?;
        }
        if !alternatives.is_empty() && chosen != 1 {
            let expected = format!("exactly one of {}", alternatives.join(", "));
            self.fault(&Path::Keyword(path, "oneOf"), place, expected, masked(text))?;
        }
        ON
    }

    /// An event: its type, which may come last, selects the schema.
    fn event(&mut self, schema: &'a Value, path: &Path<'_>, text: &str, place: &Place<'_>) -> ControlFlow<()> {
        let (mut event_type, mut request_type, mut data) = (None, None, None);
        raw::each_member(text, |member| {
            match &*member.name() {
                "event_type" => event_type = Some(member.value),
                "request_type" => request_type = raw::string(member.value),
                "data" => data = Some(member.value),
                _ => {}
            }
            ON
        })?;
        let kinds = self.validator.events();
        let target = match event_type.map(|text| (text, raw::string(text))) {
            Some((_, Some(name))) => kinds.known.get(&*name).or(kinds.other.as_ref()),
            Some((_, None)) => None,
            None if request_type.as_deref() == Some("alias") => kinds.alias.as_ref(),
            None => None,
        };
        if let Some(name) = target {
            return self.value(&self.validator.schema()["$defs"][name], &Path::Definition(name), text, place);
        }
        if let Some(event_type) = event_type {
            let (properties, here) = (Path::Keyword(path, "properties"), Place::Member(place, "event_type"));
            let path = Path::Keyword(&properties, "event_type");
            return self.value(&schema["properties"]["event_type"], &path, event_type, &here);
        }
        // Some clients put the type among the details.
        let is_type = |member: Member<'_>| if member.name() == "event_type" { ControlFlow::Break(()) } else { ON };
        let is_misplaced = data.is_some_and(|data| raw::each_member(data, is_type).is_break());
        let inside = if is_misplaced { " whose `data` has the `event_type`" } else { "" };
        let all = Path::Keyword(path, "allOf");
        let last = Path::Index(&all, schema["allOf"].as_array().map_or(0, |all| all.len().saturating_sub(1)));
        let otherwise = Path::Keyword(&last, "else");
        let around = if schema["required"].is_null() { &otherwise } else { path };
        let expected = "a member `event_type`".to_owned();
        self.fault(&Path::Keyword(around, "required"), place, expected, masked(text) + inside)
    }
}

/// The definition that a schema refers to.
fn definition(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

fn types(schema: &Value) -> Vec<&str> {
    match &schema["type"] {
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Whether the type of this name takes values of a kind.
fn is_of(name: &str, kind: Kind) -> bool {
    match kind {
        Kind::Null => name == "null",
        Kind::Boolean => name == "boolean",
        Kind::Number => matches!(name, "number" | "integer"),
        Kind::String => name == "string",
        Kind::Array => name == "array",
        Kind::Object => name == "object",
    }
}

fn wrong_integer(schema: &Value, text: &str) -> Option<Wrong> {
    let bound = |keyword: &str| {
        let bound = &schema[keyword];
        bound.as_i64().map(i128::from).or(bound.as_u64().map(i128::from))
    };
    let plain = text.parse::<i128>();
    let value = text.parse::<f64>().unwrap_or(f64::NAN);
    let most = bound("maximum");
    // The double is rounded, and may be an integer where the text is none.
    let exact = (text.contains(['.', 'e', 'E']) && most.is_some()).then(|| exact::integer(text));
    if exact == Some(None) || plain.is_err() && value.fract() != 0.0 {
        return Some(("type", "an integer".to_owned()));
    }
    // Past the bounds of an i128 the cast stops at them.
    let whole = plain.clone().unwrap_or(value as i128);
    if let Some(limit) = bound("minimum").filter(|limit| whole < *limit) {
        return Some(("minimum", format!("at least {limit}")));
    }
    if let Some(limit) = most.filter(|limit| whole > *limit) {
        return Some(("maximum", format!("at most {limit}")));
    }
    (exact == Some(Some(Exact::Beyond))).then(|| ("type", EVERY_DIGIT.to_owned()))
}

fn of_pattern(pattern: &str) -> String {
    match pattern {
        GUID => "a GUID or an empty string".to_owned(),
        DECIMAL => "a string that holds a number".to_owned(),
        _ if patterns::is_digits(pattern) => DIGITS.to_owned(),
        _ if pattern == ip_pattern() => "an IPv4 or IPv6 address".to_owned(),
        _ => format!("a string that matches {pattern}"),
    }
}

/// The types of a schema in words, `null` last.
fn of_types(schema: &Value) -> String {
    let mut names = types(schema);
    names.sort_by_key(|name| *name == "null");
    let is_digits = schema["pattern"].as_str().is_some_and(patterns::is_digits);
    let words = names.into_iter().map(|name| match name {
        "string" if is_digits => DIGITS,
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a number",
        "boolean" => "a boolean",
        "array" => "an array",
        "object" => "an object",
        _ => "null",
    });
    alternatives(&words.map(str::to_owned).collect::<Vec<_>>())
}

fn alternatives(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What a value is, without the value: exports hold personal data.
fn masked(text: &str) -> String {
    let many = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    match Kind::of(text) {
        Kind::Number if text.contains(['.', 'e', 'E']) => "a number with a fraction or an exponent".to_owned(),
        Kind::Number => "an integer".to_owned(),
        Kind::String => {
            let characters = raw::string(text).map_or(0, |text| text.chars().count());
            format!("a string of {}", many(characters, "character"))
        }
        Kind::Array => format!("an array of {}", many(raw::count(text), "element")),
        Kind::Object => format!("an object of {}", many(raw::count(text), "member")),
        kind => kind.to_string(),
    }
}
