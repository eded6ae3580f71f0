//! Renders the editions of a schema, by form (DTO-1, DTO-2) and strictness (DTO-3), from the neutral schema of the
//! types.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::edition::{Edition, Form};
use super::kinds;

/// The neutral schema of the types, without what depends on an edition: `null`, closed lists and unknown fields.
pub(crate) fn neutral<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
}

impl Edition {
    /// Renders a neutral schema: its root and each of its `$defs`.
    pub(crate) fn render(self, neutral: &Value) -> Map<String, Value> {
        let mut nullable = BTreeSet::new();
        self.collect_nullable(neutral, &mut nullable);
        let mut render = Render { edition: self, nullable, defs: Map::new() };
        let mut root = render.record(neutral, false);
        for (name, schema) in neutral["$defs"].as_object().into_iter().flatten() {
            let rendered = match schema["x-kind"].as_str() {
                Some("event") => render.event(schema),
                _ => render.record(schema, render.nullable.contains(name)),
            };
            render.defs.insert(name.clone(), rendered.into());
        }
        render.defs.sort_keys();
        root.insert("$defs".to_owned(), render.defs.into());
        root
    }

    /// Collects the objects in places where `null` means absent: properties and maps, but not arrays.
    fn collect_nullable(self, schema: &Value, found: &mut BTreeSet<String>) {
        let mut note = |schema: &Value| {
            if let Some(name) = definition(schema) {
                found.insert(name.to_owned());
            }
        };
        for keyword in ["properties", "x-branches"] {
            if keyword == "properties" || !self.strict {
                schema[keyword].as_object().into_iter().flat_map(Map::values).for_each(&mut note);
            }
        }
        note(&schema["additionalProperties"]);
        if !self.strict {
            note(&schema["x-otherwise"]);
        }
        match schema {
            Value::Object(members) => members.values().for_each(|schema| self.collect_nullable(schema, found)),
            Value::Array(elements) => elements.iter().for_each(|schema| self.collect_nullable(schema, found)),
            _ => {}
        }
    }
}

/// The name in a `$ref` to `$defs`.
fn definition(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/$defs/")
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

struct Render {
    edition: Edition,
    nullable: BTreeSet<String>,
    defs: Map<String, Value>,
}

impl Render {
    /// An object with declared properties.
    fn record(&mut self, schema: &Value, nullable: bool) -> Map<String, Value> {
        let Edition { form, strict } = self.edition;
        let mut required = names(&schema["x-always"]);
        let mut never_null = required.clone();
        if strict {
            for name in names(&schema["x-required"]) {
                let name = match name.strip_prefix("inbound:") {
                    Some(_) if form == Form::Outbound => continue,
                    Some(name) => name,
                    None => name,
                };
                required.push(name);
                never_null.push(name);
            }
            required.extend(names(&schema["x-present"]));
        }
        let mut properties = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            // `ip` is only for input. A reader accepts it in both forms, a writer writes it only in the inbound form
            // (U-18).
            if name == "ip" && strict && form == Form::Outbound {
                continue;
            }
            let value = self.value(property, !never_null.contains(&name.as_str()));
            properties.insert(name.clone(), described(property["description"].clone(), value));
        }
        required.sort_unstable();
        required.dedup();

        let mut rendered = Map::new();
        let mut put = |keyword: &str, value: Value| rendered.insert(keyword.to_owned(), value);
        put("type", if nullable { json!(["object", "null"]) } else { json!("object") });
        put("description", schema["description"].clone());
        put("properties", properties.into());
        if !required.is_empty() {
            put("required", json!(required));
        }
        if strict && schema["x-open"] != json!(true) {
            put("additionalProperties", json!(false));
        }
        let one_of = names(&schema["x-one-of"]);
        if strict && !one_of.is_empty() {
            let exactly = one_of.into_iter().map(|name| {
                let of = &schema["properties"][name]["type"];
                let of = if of.is_null() { json!("object") } else { of.clone() };
                json!({ "properties": { name: { "type": of } }, "required": [name] })
            });
            put("oneOf", exactly.collect());
        }
        rendered
    }

    /// The schema of a value, without its description.
    fn value(&mut self, schema: &Value, nullable: bool) -> Map<String, Value> {
        if let Some(name) = definition(schema) {
            let mut rendered = Map::from_iter([("$ref".to_owned(), schema["$ref"].clone())]);
            if !nullable && self.nullable.contains(name) {
                rendered.insert("type".to_owned(), json!("object"));
            }
            return rendered;
        }
        if let Some(kind) = schema["x-kind"].as_str() {
            return self.single(kind, schema, nullable);
        }
        let own = schema["type"].as_str().unwrap_or_default();
        let mut rendered = Map::new();
        rendered.insert("type".to_owned(), if nullable { json!([own, "null"]) } else { json!(own) });
        for (keyword, nullable) in [("items", false), ("additionalProperties", true)] {
            if let Some(inner) = schema.get(keyword) {
                let inner = self.value(inner, nullable);
                rendered.insert(keyword.to_owned(), inner.into());
            }
        }
        rendered
    }

    /// A single value, or one of several. A schema of several types is put into `$defs`, so that it is written and
    /// named once.
    fn single(&mut self, kind: &str, schema: &Value, nullable: bool) -> Map<String, Value> {
        let branches = kinds::branches(kind, schema, self.edition);
        let shared = kinds::shared_name(kind, self.edition).filter(|_| nullable);
        if branches.iter().any(|branch| branch["items"]["$ref"] == json!("#/$defs/Scalar")) {
            self.single("scalar", &Value::Null, true);
        }
        let rendered = union(branches, nullable);
        match shared {
            None => rendered,
            Some(name) => {
                let mut named = Map::from_iter([("description".to_owned(), json!(kinds::description(kind)))]);
                named.extend(rendered);
                self.defs.insert(name.to_owned(), named.into());
                Map::from_iter([("$ref".to_owned(), json!(format!("#/$defs/{name}")))])
            }
        }
    }

    /// An event. `event_type` selects the schema of the event, so that faults are reported only by that schema.
    fn event(&mut self, schema: &Value) -> Map<String, Value> {
        let strict = self.edition.strict;
        let branches: Vec<(&String, &Value)> = schema["x-branches"].as_object().into_iter().flatten().collect();
        let types: Vec<&String> = branches.iter().map(|(name, _)| *name).collect();
        let mut choice = Vec::new();
        for (event_type, data) in &branches {
            let name = event_name(event_type);
            let about = format!(
                "{} Source: DTO-5.",
                schema["x-descriptions"][event_type.as_str()].as_str().unwrap_or_default()
            );
            let event = self.typed_event(
                &about,
                json!({ "description": "Type of the event. Source: DTO-5.", "type": "string", "const": event_type }),
                data,
            );
            self.defs.insert(name.clone(), event);
            choice.push(json!({
                "if": { "properties": { "event_type": { "const": event_type } }, "required": ["event_type"] },
                "then": { "$ref": format!("#/$defs/{name}") },
            }));
        }
        let mut event_type = json!({ "description": "Type of the event; it determines the content of `data`. Source: DTO-5.", "type": "string" });
        let mut rendered = json!({
            "type": "object",
            "description": "An event: its type, and data whose structure depends on the type. Source: DTO-5.",
        });
        if strict {
            event_type["enum"] = json!(types);
            rendered["required"] = json!(["event_type"]);
        } else {
            let other = self.typed_event(
                "An event of an unknown type: never an error and never lost. Source: SET-1.",
                json!({ "description": "Type of the event. Source: SET-1.", "type": "string" }),
                &schema["x-otherwise"],
            );
            self.defs.insert("OtherEvent".to_owned(), other);
            let alias = json!({
                "type": "object",
                "description": "An alias request in the format of the identity API: a request_type instead of an event_type. Source: U-8.",
                "properties": {
                    "request_type": { "description": "Marks an alias request. Source: U-8.", "type": "string", "const": "alias" },
                    "data": self.data("Details of the request. Source: U-8.", &schema["x-branches"]["alias_request"]),
                },
                "required": ["request_type"],
            });
            self.defs.insert("IdentityApiAliasRequest".to_owned(), alias);
            choice.push(json!({
                "if": { "properties": { "event_type": { "type": "string", "not": { "enum": types } } }, "required": ["event_type"] },
                "then": { "$ref": "#/$defs/OtherEvent" },
            }));
            choice.push(json!({
                "if": {
                    "properties": { "request_type": { "const": "alias" }, "event_type": false },
                    "required": ["request_type"],
                },
                "then": { "$ref": "#/$defs/IdentityApiAliasRequest" },
                "else": { "properties": { "event_type": { "type": "string" } }, "required": ["event_type"] },
            }));
        }
        rendered["properties"] = json!({
            "event_type": event_type,
            "data": described(json!("Details of the event; their structure depends on its type. Source: DTO-5."), Map::new()),
        });
        rendered["allOf"] = choice.into();
        match rendered {
            Value::Object(rendered) => rendered,
            _ => Map::new(),
        }
    }

    fn typed_event(&mut self, about: &str, event_type: Value, data: &Value) -> Value {
        let strict = self.edition.strict;
        let data = self.data("Details of the event. Source: DTO-5.", data);
        let mut event = json!({
            "type": "object",
            "description": about,
            "properties": { "event_type": event_type, "data": data },
            "required": if strict { json!(["event_type", "data"]) } else { json!(["event_type"]) },
        });
        if strict {
            event["additionalProperties"] = json!(false);
        }
        event
    }

    fn data(&mut self, about: &str, data: &Value) -> Value {
        described(json!(about), self.value(data, !self.edition.strict))
    }
}

/// A schema with a description. A `$ref` moves into an `allOf`: with other keywords beside it, common type generators
/// generate a new type each time. A schema for any value is marked as such, because json2ts reads a mere description as
/// an object.
fn described(description: Value, mut schema: Map<String, Value>) -> Value {
    let mut described = Map::from_iter([("description".to_owned(), description)]);
    if let Some(reference) = schema.shift_remove("$ref") {
        schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
    if schema.is_empty() {
        schema.insert("anyOf".to_owned(), json!([{}]));
    }
    described.extend(schema);
    described.into()
}

/// The name of an event's schema: `CustomEvent` for `custom_event`, `SessionStartEvent` for `session_start`.
fn event_name(event_type: &str) -> String {
    let mut name: String = event_type
        .split('_')
        .filter(|word| *word != "event")
        .flat_map(|word| word[..1].to_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>())
        .collect();
    name.push_str("Event");
    name
}

/// A schema with several alternatives. A single type takes `null` into its `type`; ajv's strict mode refuses longer
/// lists.
fn union(mut branches: Vec<Value>, nullable: bool) -> Map<String, Value> {
    if branches.len() == 1 {
        let mut only = branches.remove(0);
        if nullable && !only["type"].is_null() {
            only["type"] = json!([only["type"], "null"]);
            if let Some(list) = only.get_mut("enum").and_then(Value::as_array_mut) {
                list.push(Value::Null);
            }
        }
        return match only {
            Value::Object(only) => only,
            _ => Map::new(),
        };
    }
    if nullable {
        branches.push(json!({ "type": "null" }));
    }
    Map::from_iter([("anyOf".to_owned(), branches.into())])
}
