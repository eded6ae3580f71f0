//! Reads documents without repeated names. Of two members with one name, some readers keep the first and others the
//! last. AWS refuses such a policy.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The member name by which the TOML parser marks a date or a time.
const TOML_DATETIME: &str = "$__toml_private_datetime";

/// Reads a document. A byte order mark at the beginning is skipped.
///
/// # Errors
/// If the text is not JSON, or a name occurs twice in one object.
pub fn read(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).map(|Tree(value)| value)
}

/// A JSON or TOML value without repeated names, with finite numbers and without dates.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree(pub Value);

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor).map(Self)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("the number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Tree(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == TOML_DATETIME {
                return Err(A::Error::custom("no setting is a date or a time: write it in quotes"));
            }
            if object.contains_key(&name) {
                return Err(A::Error::custom(format_args!("`{}` is given twice in one object", name.escape_debug())));
            }
            let Tree(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_name_is_given_once() {
        let text = "\u{feff}{\"a\":[1,-1,1.5,true,null,\"é\"],\"b\":{\"a\":{}}}";
        assert_eq!(read(text).unwrap(), serde_json::from_str::<serde_json::Value>(&text[3..]).unwrap());
        let message = read(r#"{"Statement":{"Action":"a","Action":"b"}}"#).unwrap_err().to_string();
        assert!(message.starts_with("`Action` is given twice in one object"), "{message}");
        assert!(read(&"[".repeat(100_000)).is_err());
    }
}
