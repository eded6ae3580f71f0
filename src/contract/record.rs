//! One definition of a JSON object: its Rust struct, how serde reads it and how schemars describes it.
//!
//! serde's derive would read an array as a struct and would need `flatten` for the fields that every event shares;
//! schemars' derive cannot say which fields only the strict schema requires. Both are therefore written here, once.

use schemars::Schema;
use serde_json::{Map, Value, json};

/// The JSON name of a field: its own, unless it is spelled out because Rust reserves the word.
macro_rules! json_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $name:literal) => {
        $name
    };
}

/// Declares a JSON object. Every field is an `Option`: `null` means absent (DTO-3).
///
/// - `source`: where its fields are documented; it ends the description of each.
/// - `always`: fields that must be there in every edition.
/// - `required`: fields that must be there and not be null when strict.
/// - `present`: fields that must be there, null or not, when strict.
/// - `one_of`: fields of which exactly one must be there when strict.
/// - `open`: the shape is published in parts only, so unknown fields are allowed when strict too.
macro_rules! record {
    (
        $(#[doc = $doc:literal])+
        $name:ident, source $source:literal
        $(, always [$($always:ident),*])?
        $(, required [$($required:literal),*])?
        $(, present [$($present:literal),*])?
        $(, one_of [$($one_of:literal),*])?
        $(, open $open:literal)?
        {
            $($(#[doc = $field_doc:literal])+ $field:ident $(= $json:literal)?: $type:ty,)*
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: Option<$type>,)*
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Object;

                impl<'de> serde::de::Visitor<'de> for Object {
                    type Value = $name;

                    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        formatter.write_str(concat!("an object (", stringify!($name), ")"))
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut record = $name::default();
                        while let Some(key) = map.next_key::<String>()? {
                            match key.as_str() {
                                $($crate::contract::record::json_name!($field $(, $json)?) => record.$field = map.next_value()?,)*
                                _ => {
                                    map.next_value::<serde::de::IgnoredAny>()?;
                                }
                            }
                        }
                        $($(
                            if record.$always.is_none() {
                                return Err(serde::de::Error::missing_field(stringify!($always)));
                            }
                        )*)?
                        Ok(record)
                    }
                }

                deserializer.deserialize_map(Object)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let properties = [
                    $((
                        $crate::contract::record::json_name!($field $(, $json)?),
                        concat!($($field_doc),+),
                        generator.subschema_for::<$type>(),
                    ),)*
                ];
                $crate::contract::record::Declaration {
                    description: concat!($($doc),+),
                    source: $source,
                    always: &[$($(stringify!($always)),*)?],
                    required: &[$($($required),*)?],
                    present: &[$($($present),*)?],
                    one_of: &[$($($one_of),*)?],
                    open: [$($open,)? false][0],
                }
                .schema(properties)
            }
        }
    };
}

pub(crate) use {json_name, record};

/// What `record!` was told about an object besides its fields.
pub(crate) struct Declaration {
    pub(crate) description: &'static str,
    pub(crate) source: &'static str,
    pub(crate) always: &'static [&'static str],
    pub(crate) required: &'static [&'static str],
    pub(crate) present: &'static [&'static str],
    pub(crate) one_of: &'static [&'static str],
    pub(crate) open: bool,
}

impl Declaration {
    /// The neutral schema: it says everything that an edition needs to know, in `x-` keywords that no published schema
    /// keeps.
    pub(crate) fn schema<const N: usize>(self, properties: [(&'static str, &'static str, Schema); N]) -> Schema {
        let properties: Map<String, Value> = properties
            .into_iter()
            .map(|(name, description, mut schema)| {
                let description = format!("{} Source: {}.", description.trim(), self.source);
                schema.insert("description".to_owned(), description.into());
                (name.to_owned(), schema.to_value())
            })
            .collect();
        let mut schema = Schema::default();
        for (keyword, value) in [
            ("type", json!("object")),
            ("description", json!(format!("{} Source: {}.", self.description.trim(), self.source))),
            ("properties", Value::Object(properties)),
            ("x-always", json!(self.always)),
            ("x-required", json!(self.required)),
            ("x-present", json!(self.present)),
            ("x-one-of", json!(self.one_of)),
            ("x-open", json!(self.open)),
        ] {
            schema.insert(keyword.to_owned(), value);
        }
        schema
    }
}
