//! The words of the contract, for faults that are almost valid.

use serde_json::Value;

/// Keys and names in the schemas.
pub(crate) struct Dictionary {
    pub(crate) keys: Vec<String>,
    pub(crate) names: Vec<String>,
}

impl Dictionary {
    pub(crate) fn of(schemas: &[Value]) -> Self {
        let mut dictionary = Self { keys: Vec::new(), names: Vec::new() };
        schemas.iter().for_each(|schema| dictionary.read(schema));
        for words in [&mut dictionary.keys, &mut dictionary.names] {
            words.sort_unstable();
            words.dedup();
        }
        dictionary
    }

    fn read(&mut self, schema: &Value) {
        if let Some(properties) = schema["properties"].as_object() {
            self.keys.extend(properties.keys().cloned());
        }
        let listed = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
        self.names.extend(listed.filter_map(Value::as_str).map(str::to_owned));
        match schema {
            Value::Object(members) => members.values().for_each(|member| self.read(member)),
            Value::Array(elements) => elements.iter().for_each(|element| self.read(element)),
            _ => {}
        }
    }
}
