//! The published schemas.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::RemoveRefSiblings;
use serde_json::{Map, Value, json};

use super::edition::{Edition, Form};
use super::render::neutral;
use crate::contract::record::{Batch, RawBatch};

/// A schema that the project publishes under `schema/`.
#[derive(Debug, Clone, Copy)]
pub struct Published {
    /// The name on the command line and in the `$id`, for instance `batch.strict`.
    pub name: &'static str,
    /// What the schema describes, in a few words.
    pub about: &'static str,
    make: fn() -> Value,
}

/// The four schemas of a batch.
pub const BATCHES: [Published; 4] = [
    Published::new("batch", "an exported batch, as a reader must accept it", || {
        Edition { form: Form::Outbound, strict: false }.schema()
    }),
    Published::new("batch.strict", "an exported batch, as the contract documents it", || {
        Edition { form: Form::Outbound, strict: true }.schema()
    }),
    Published::new("raw-batch", "an inbound batch, as a reader must accept it", || {
        Edition { form: Form::Inbound, strict: false }.schema()
    }),
    Published::new("raw-batch.strict", "an inbound batch, as the contract documents it", || {
        Edition { form: Form::Inbound, strict: true }.schema()
    }),
];

impl Published {
    /// Defines a schema by its name and the function that makes it.
    pub const fn new(name: &'static str, about: &'static str, make: fn() -> Value) -> Self {
        Self { name, about, make }
    }

    /// The file name, for instance `batch.strict.schema.json`.
    pub fn file_name(&self) -> String {
        format!("{}.schema.json", self.name)
    }

    /// The schema.
    pub fn schema(&self) -> Value {
        (self.make)()
    }

    /// The text of the file: indented, with a newline at the end.
    pub fn text(&self) -> String {
        format!("{:#}\n", self.schema())
    }
}

impl Edition {
    /// The schema of a batch in this edition.
    pub fn schema(self) -> Value {
        let (name, title, neutral, examples) = match self.form {
            Form::Outbound => ("batch", "Batch", neutral::<Batch>(), OUTBOUND_EXAMPLES),
            Form::Inbound => ("raw-batch", "RawBatch", neutral::<RawBatch>(), INBOUND_EXAMPLES),
        };
        let (name, title) = match self.strict {
            true => (format!("{name}.strict"), format!("Strict{title}")),
            false => (name.to_owned(), title.to_owned()),
        };
        let mut schema = head(&name, &title);
        schema.extend(self.render(&neutral));
        schema.insert("examples".to_owned(), parsed(examples));
        schema.into()
    }
}

/// The version of all published schemas. It is at the end of each `$id`, and increases when something valid becomes
/// invalid.
pub const VERSION: u32 = 1;

fn head(name: &str, title: &str) -> Map<String, Value> {
    Map::from_iter([
        ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
        ("$id".to_owned(), json!(format!("urn:mp-forwarding:schema:{name}:{VERSION}"))),
        ("title".to_owned(), json!(title)),
    ])
}

/// Parses the examples. Invalid JSON would be omitted; the tests find this.
fn parsed(examples: &[&str]) -> Value {
    examples.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok()).collect()
}

/// The direction of a schema. With serde's defaults, the input and the output of a type differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The input of the program: fields with a default are optional.
    Read,
    /// The output of the program: only fields that it can omit are optional.
    Written,
}

/// The schema of any other type, published as `name`. It is derived by schemars and adapted to strict validators and
/// common type generators. `examples` are JSON texts.
pub fn derived<T: JsonSchema>(name: &str, title: &str, side: Side, examples: &[&str]) -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(RemoveRefSiblings::default());
    let settings = match side {
        Side::Read => settings.for_deserialize(),
        Side::Written => settings.for_serialize(),
    };
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    tidy(&mut schema);
    let mut published = head(name, title);
    if let Value::Object(derived) = schema {
        for (keyword, value) in derived {
            published.entry(keyword).or_insert(value);
        }
    }
    published.insert("examples".to_owned(), parsed(examples));
    published.into()
}

/// Removes the `format`s that JSON Schema does not define (for instance `uint64`), which strict validators refuse, and
/// describes the tags that serde adds.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let rust = |format: &str| format.starts_with("int") || format.starts_with("uint") || format == "double";
            if members.get("format").and_then(Value::as_str).is_some_and(rust) {
                members.remove("format");
            }
            for property in members.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
                if let Value::Object(tag) = property.1
                    && tag.contains_key("const")
                {
                    tag.entry("description").or_insert("The kind of the object.".into());
                }
            }
            members.values_mut().for_each(tidy);
        }
        Value::Array(elements) => elements.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// The two sample lines of the S3 page (U-23).
const OUTBOUND_EXAMPLES: &[&str] = &[
    r#"{"events":[{"data":{"event_name":"MyTestEvent","timestamp_unixtime_ms":"1595542763908","event_id":"1234"},"event_type":"custom_event"}],"user_identities":[{"identity_type":"customer_id","identity":"TestCustomerId1"}],"environment":"production"}"#,
    r#"{"events":[{"data":{"event_name":"MyOtherTestEvent","timestamp_unixtime_ms":"1595543017730","event_id":"2345"},"event_type":"custom_event"}],"user_identities":[{"identity_type":"customer_id","identity":"TestCustomerId2"}],"environment":"production"}"#,
];

const INBOUND_EXAMPLES: &[&str] = &[
    r#"{"events":[{"event_type":"screen_view","data":{"screen_name":"Home","timestamp_unixtime_ms":1595542763908}}],"user_identities":{"customer_id":"TestCustomerId1"},"environment":"development","ip":"203.0.113.7"}"#,
    r#"{"events":[],"user_attributes":{"$age":"18","favourites":["a","b"]},"mpid":"-109840007014118971","environment":"production"}"#,
];
