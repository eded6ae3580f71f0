//! The schema of an event: a choice by `event_type`, which must be exactly of the form that is known here.

use serde_json::{Map, Value, json};

use super::compile::{Compiler, Result, unknown};
use super::merge::merge;
use super::shape::{ObjectRule, Shape, Types};

impl<'a> Compiler<'a> {
    /// The schema of an event: a choice by `event_type`.
    pub(super) fn events(&mut self, schema: &'a Value, place: &str) -> Result<Shape> {
        let mut types = Vec::new();
        let mut data = Vec::new();
        let (mut other, mut alias) = (None, None);
        for (index, choice) in schema["allOf"].as_array().into_iter().flatten().enumerate() {
            let place = format!("{place}/allOf/{index}");
            let then = self.target(&choice["then"], &place)?;
            let condition = &choice["if"]["properties"]["event_type"];
            if let Some(name) = condition["const"].as_str() {
                let only = json!({ "properties": { "event_type": { "const": name } }, "required": ["event_type"] });
                self.expect(choice, &json!({ "if": only, "then": choice["then"] }), &place)?;
                types.push(name);
                data.push(self.event(then, "event_type", &json!({ "type": "string", "const": name }), &place)?);
            } else if condition.get("not").is_some() {
                let rest = json!({
                    "properties": { "event_type": { "type": "string", "not": { "enum": types } } },
                    "required": ["event_type"],
                });
                self.expect(choice, &json!({ "if": rest, "then": choice["then"] }), &place)?;
                other = Some(self.event(then, "event_type", &json!({ "type": "string" }), &place)?);
            } else {
                let request = json!({
                    "properties": { "request_type": { "const": "alias" }, "event_type": false },
                    "required": ["request_type"],
                });
                let no_request =
                    json!({ "properties": { "event_type": { "type": "string" } }, "required": ["event_type"] });
                let whole = json!({ "if": request, "then": choice["then"], "else": no_request });
                self.expect(choice, &whole, &place)?;
                alias =
                    Some(self.event(then, "request_type", &json!({ "type": "string", "const": "alias" }), &place)?);
            }
        }
        let closed = alias.is_none();
        // The event itself leaves its data to the branches.
        let any = &schema["properties"]["data"];
        if self.shape(any, &format!("{place}/properties/data"))? != Shape::ANYTHING {
            return unknown("data that the event itself judges", place);
        }
        let mut event_type = json!({ "type": "string" });
        let mut whole = json!({ "type": "object", "properties": { "data": any }, "allOf": schema["allOf"] });
        if closed {
            event_type["enum"] = json!(types);
            whole["required"] = json!(["event_type"]);
        }
        whole["properties"]["event_type"] = event_type;
        self.expect(schema, &whole, place)?;
        self.program.events = merge(&self.program, &types, data, other, alias, place)?;
        Ok(Shape { types: Types::OBJECT, object: ObjectRule::Event, ..Shape::ANYTHING })
    }

    /// The data of one kind of event, and whether that kind is closed.
    fn event(&mut self, schema: &'a Value, key: &str, tells: &Value, place: &str) -> Result<(Shape, bool)> {
        let data = &schema["properties"]["data"];
        let closed = schema.get("additionalProperties").is_some();
        let mut whole = json!({ "type": "object", "properties": { key: tells, "data": data }, "required": [key] });
        if closed {
            whole["additionalProperties"] = json!(false);
            whole["required"] = json!([key, "data"]);
        }
        self.expect(schema, &whole, place)?;
        Ok((self.shape(data, &format!("{place}/properties/data"))?, closed))
    }

    fn target(&self, then: &'a Value, place: &str) -> Result<&'a Value> {
        let name = then["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/"));
        match name.and_then(|name| self.schema["$defs"].get(name)) {
            Some(schema) => Ok(schema),
            None => unknown(then, place),
        }
    }

    /// Whether a schema is what it must be, descriptions aside.
    fn expect(&self, schema: &Value, whole: &Value, place: &str) -> Result<()> {
        if undescribed(schema) == undescribed(whole) { Ok(()) } else { unknown("another form of this", place) }
    }
}

fn undescribed(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => {
            let kept = members.iter().filter(|(key, value)| *key != "description" || !value.is_string());
            kept.map(|(key, value)| (key.clone(), undescribed(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(elements) => elements.iter().map(undescribed).collect(),
        other => other.clone(),
    }
}
