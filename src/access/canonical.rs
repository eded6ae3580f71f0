//! One text for each document, so that two policies can be compared.

use serde_json::{Map, Value};

/// The document without white space and with the members of every object sorted by name. Lists keep their order.
pub fn canonical(document: &Value) -> String {
    sorted(document).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members.iter().collect();
            pairs.sort_by_key(|(name, _)| *name);
            Value::Object(pairs.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_sorted_at_every_depth_and_lists_are_not() {
        let document = json!({"b": [{"d": 1, "c": "é\""}, 0], "a": null});
        assert_eq!(canonical(&document), r#"{"a":null,"b":[{"c":"é\"","d":1},0]}"#);
    }
}
