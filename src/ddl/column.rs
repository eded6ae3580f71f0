//! The columns of a batch and of the data of each event type, derived from the types.

use serde_json::{Map, Value};

use crate::contract::record::{Batch, Event, RawBatch};
use crate::contract::schema::{Form, neutral};

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Text, or any single value.
    Text,
    /// A 64-bit integer, which the export writes as text (DTO-3).
    Int64,
    /// A 32-bit integer.
    Int32,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of texts.
    TextList,
    /// Values under names that users choose.
    Map,
    /// The events: their type, and their data as JSON.
    Events,
    /// A list of objects with these fields, which are read as text.
    Objects(Vec<String>),
    /// Any other JSON.
    Json,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name of the JSON member.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in one sentence.
    pub about: String,
}

/// The fields of one event type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventColumns {
    /// The event type.
    pub event_type: String,
    /// The fields of its `data`.
    pub columns: Vec<Column>,
}

impl Column {
    /// The columns of a batch in this form.
    pub fn of_batch(form: Form) -> Vec<Self> {
        let schema = match form {
            Form::Outbound => neutral::<Batch>(),
            Form::Inbound => neutral::<RawBatch>(),
        };
        Self::of_object(&schema, &schema)
    }

    fn of_object(schema: &Value, root: &Value) -> Vec<Self> {
        let properties = target(schema, root)["properties"].as_object();
        let column = |(name, schema): (&String, &Value)| Self {
            name: name.clone(),
            kind: Kind::of(schema, root),
            about: about(schema),
        };
        properties.into_iter().flatten().map(column).collect()
    }
}

impl EventColumns {
    /// The fields of each event type that the contract names.
    pub fn all() -> Vec<Self> {
        let schema = neutral::<Event>();
        let branches = schema["x-branches"].as_object().into_iter().flatten();
        branches
            .map(|(event_type, data)| Self {
                event_type: event_type.clone(),
                columns: Column::of_object(data, &schema),
            })
            .collect()
    }
}

impl Kind {
    fn of(schema: &Value, root: &Value) -> Self {
        if let Some(kind) = schema["x-kind"].as_str() {
            return Self::of_value(kind);
        }
        let schema = target(schema, root);
        if schema["x-kind"] == "event" {
            return Self::Json;
        }
        match schema["type"].as_str() {
            Some("string") => Self::Text,
            Some("boolean") => Self::Boolean,
            Some("array") => Self::of_elements(&schema["items"], root),
            Some("object") if is_single(&schema["additionalProperties"]) => Self::Map,
            _ => Self::Json,
        }
    }

    fn of_value(kind: &str) -> Self {
        match kind {
            "int64" | "uint64" | "any_int64" | "wide_int32" => Self::Int64,
            "int32" => Self::Int32,
            "decimal" => Self::Number,
            "open" | "breadcrumb" | "attribute" => Self::Json,
            _ => Self::Text,
        }
    }

    fn of_elements(items: &Value, root: &Value) -> Self {
        let element = target(items, root);
        if element["x-kind"] == "event" {
            return Self::Events;
        }
        if element["type"] == "string" {
            return Self::TextList;
        }
        let of_texts = |properties: &Map<String, Value>| {
            let is_text = |schema: &Value| matches!(Self::of(schema, root), Self::Text | Self::Int64 | Self::Boolean);
            properties.values().all(is_text).then(|| properties.keys().cloned().collect())
        };
        let fields = element["properties"].as_object().and_then(of_texts);
        fields.map_or(Self::Json, Self::Objects)
    }
}

/// Whether the values of a map are single values, or lists of them.
fn is_single(schema: &Value) -> bool {
    matches!(schema["x-kind"].as_str(), Some("attribute" | "single_attribute" | "text_attribute" | "scalar"))
}

/// What a reference refers to.
fn target<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
        Some(name) => &root["$defs"][name],
        None => schema,
    }
}

/// The first sentence of a description, without its clauses.
fn about(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    let text = text.split(" Source: ").next().unwrap_or_default();
    let text = text.split(" (").next().unwrap_or_default();
    let text = text.split(['.', ';']).next().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(columns: &[Column], name: &str) -> Kind {
        columns.iter().find(|column| column.name == name).map(|column| column.kind.clone()).unwrap()
    }

    #[test]
    fn columns_follow_the_types_of_a_batch() {
        let batch = Column::of_batch(Form::Outbound);
        for (name, kind) in [
            ("events", Kind::Events),
            ("mpid", Kind::Int64),
            ("environment", Kind::Text),
            ("schema_version", Kind::Int32),
            ("user_attributes", Kind::Map),
            ("deleted_user_attributes", Kind::TextList),
            ("device_info", Kind::Json),
            ("integration_attributes", Kind::Json),
            ("partner_identities", Kind::Json),
        ] {
            assert_eq!(kind_of(&batch, name), kind, "{name}");
        }
        let Kind::Objects(fields) = kind_of(&batch, "user_identities") else { panic!("no list of objects") };
        assert!(fields.starts_with(&["identity_type".to_owned(), "identity".to_owned()]), "{fields:?}");
        assert_eq!(kind_of(&Column::of_batch(Form::Inbound), "user_identities"), Kind::Json);
        assert!(batch.iter().all(|column| !column.about.is_empty()));
    }

    #[test]
    fn every_event_type_has_the_fields_of_its_data() {
        let types = EventColumns::all();
        let of = |name: &str| &types.iter().find(|one| one.event_type == name).unwrap().columns;
        assert_eq!(kind_of(of("custom_event"), "event_name"), Kind::Text);
        assert_eq!(kind_of(of("custom_event"), "custom_attributes"), Kind::Map);
        assert_eq!(kind_of(of("session_end"), "session_duration_ms"), Kind::Int64);
        assert_eq!(kind_of(of("commerce_event"), "product_action"), Kind::Json);
        assert_eq!(kind_of(of("commerce_event"), "is_non_interactive"), Kind::Boolean);
        // Every engine takes these names without quotes in a path of JSON.
        let plain =
            |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        assert!(types.iter().all(|one| plain(&one.event_type) && one.columns.iter().all(|column| plain(&column.name))));
    }
}
