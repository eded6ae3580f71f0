//! The values of a document, and the two ways to write them.

use std::fmt::Write;

use super::{Parts, Text};

/// A JSON value. Numbers keep their spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number with its original digits.
    Number(String),
    /// A decoded text.
    Text(Text),
    /// An array.
    Array(Parts<Value>),
    /// An object with its members in order. No key occurs twice.
    Object(Parts<(Text, Value)>),
}

impl Value {
    /// The member of an object; `None` if there is none or this is not an object.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.members()?.iter().find(|(name, _)| *name == *key).map(|(_, value)| value)
    }

    /// The member of an object, if it exists and is not null (DTO-3: null means absent).
    pub fn present(&self, key: &str) -> Option<&Value> {
        self.get(key).filter(|value| **value != Value::Null)
    }

    /// Like [`Value::get`], but mutable. This resets the object's count of blanks.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        match self {
            Value::Object(members) => members.iter_mut().find(|(name, _)| *name == *key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Sets a member. An existing member keeps its position and its key, a new one is added at the end. Other values
    /// than objects are not changed.
    pub fn set(&mut self, key: impl Into<Text>, value: Value) {
        let key = key.into();
        if let Some(place) = self.get_mut(&key) {
            *place = value;
        } else if let Value::Object(members) = self {
            members.push((key, value));
        }
    }

    /// Resets the container's count of blanks to zero.
    pub fn renew(&mut self) {
        match self {
            Value::Array(items) => drop(items.iter_mut()),
            Value::Object(members) => drop(members.iter_mut()),
            _ => {}
        }
    }

    /// Removes a member. Returns whether it existed.
    pub fn remove(&mut self, key: &str) -> bool {
        let Value::Object(members) = self else { return false };
        let before = members.len();
        members.retain(|(name, _)| *name != *key);
        members.len() < before
    }

    /// The text, if this is text.
    pub fn as_text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }

    /// The members, if this is an object.
    pub fn members(&self) -> Option<&[(Text, Value)]> {
        if let Value::Object(members) = self { Some(members) } else { None }
    }

    /// The elements, if this is an array.
    pub fn elements(&self) -> Option<&[Value]> {
        if let Value::Array(items) = self { Some(items) } else { None }
    }

    /// The canonical text, the same for equal documents: no blanks, sorted keys, one way of escaping, and numbers in
    /// their original spelling.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        write(self, true, &mut out);
        out
    }

    /// The document as JSON text, with keys in order and numbers in their original spelling.
    pub fn text(&self) -> String {
        let mut out = String::new();
        write(self, false, &mut out);
        out
    }

    /// The length of the spelling in bytes, with the original escapes and blanks, except blanks of changed containers.
    pub fn length(&self) -> usize {
        match self {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(spelling) => spelling.len(),
            Value::Text(text) => text.length(),
            Value::Array(items) => between(items, Value::length),
            Value::Object(members) => between(members, |(key, value)| key.length() + 1 + value.length()),
        }
    }

    /// The kind of this value, for messages that must not show the value.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

/// The length of a container with parts of these lengths.
fn between<T>(parts: &Parts<T>, length: impl Fn(&T) -> usize) -> usize {
    parts.iter().map(length).sum::<usize>() + parts.len().saturating_sub(1) + parts.blanks() + 2
}

fn write(value: &Value, sorted: bool, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
        Value::Number(spelling) => out.push_str(spelling),
        Value::Text(text) => write_text(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, sorted, out);
            }
            out.push(']');
        }
        Value::Object(members) => write_object(members, sorted, out),
    }
}

fn write_object(members: &[(Text, Value)], sorted: bool, out: &mut String) {
    let mut order = (0..members.len()).collect::<Vec<_>>();
    if sorted {
        order.sort_unstable_by_key(|index| &members[*index].0);
    }
    out.push('{');
    for (nth, (key, item)) in order.into_iter().map(|index| &members[index]).enumerate() {
        if nth > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write(item, sorted, out);
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        out.push_str(&rest[..at]);
        let _ = match rest.as_bytes()[at] {
            byte @ (b'"' | b'\\') => write!(out, "\\{}", char::from(byte)),
            0x8 => write!(out, "\\b"),
            b'\t' => write!(out, "\\t"),
            b'\n' => write!(out, "\\n"),
            0xc => write!(out, "\\f"),
            b'\r' => write!(out, "\\r"),
            byte => write!(out, "\\u{byte:04x}"),
        };
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}
