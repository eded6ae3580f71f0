//! Digests of documents, 64 bits long. Among a million lines, two different lines have the same digest once in many
//! millions of runs.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Text, Value};

impl Value {
    /// A digest that does not depend on the order of keys. The top-level member `aside` is ignored.
    pub(in crate::conform) fn digest_without(&self, aside: &str) -> u64 {
        match self {
            Value::Object(members) => of_members(members.iter().filter(|(key, _)| *key != *aside)),
            other => of_value(other),
        }
    }

    /// A digest of the order of keys. `free` are JSON Pointers with one or two tokens: the position and the content of
    /// these members are ignored.
    pub(in crate::conform) fn key_order(&self, free: &[&str]) -> u64 {
        let mut hasher = DefaultHasher::new();
        let Value::Object(members) = self else { return 0 };
        for (key, member) in members.iter() {
            let own = || free.iter().map(|pointer| split(pointer)).filter(|(token, _)| **key == **token);
            if own().any(|(_, inner)| inner.is_empty()) {
                continue;
            }
            key.hash(&mut hasher);
            keys_of(member, own().next().map(|(_, inner)| inner), &mut hasher);
        }
        hasher.finish()
    }
}

/// The first token of a pointer, and the second one if it exists.
fn split(pointer: &str) -> (&str, &str) {
    let path = pointer.trim_start_matches('/');
    path.split_once('/').unwrap_or((path, ""))
}

fn of_value(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    feed(value, &mut hasher);
    hasher.finish()
}

fn feed(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(value).hash(hasher);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(hasher),
        Value::Number(text) => text.hash(hasher),
        Value::Text(text) => text.hash(hasher),
        Value::Array(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| feed(item, hasher));
        }
        Value::Object(members) => of_members(members.iter()).hash(hasher),
    }
}

/// A sum, so that the order does not matter.
fn of_members<'a>(members: impl Iterator<Item = &'a (Text, Value)>) -> u64 {
    let member = |(key, value): &(Text, Value)| {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        feed(value, &mut hasher);
        hasher.finish()
    };
    members.map(member).fold(0, u64::wrapping_add)
}

fn keys_of(value: &Value, aside: Option<&str>, hasher: &mut DefaultHasher) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| keys_of(item, None, hasher)),
        Value::Object(members) => {
            for (key, member) in members.iter().filter(|(key, _)| aside != Some(&**key)) {
                key.hash(hasher);
                keys_of(member, None, hasher);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::conform::document::parse;

    fn digest(text: &str) -> u64 {
        parse(text).unwrap().digest_without("aside")
    }

    #[test]
    fn a_digest_tells_apart_all_but_the_order_of_keys() {
        let same = digest(r#"{"a":{"b":1,"c":[1,"x"]},"d":null}"#);
        assert_eq!(same, digest(r#"{"d":null,"a":{"c":[1,"\u0078"],"b":1},"aside":5}"#));
        for other in [
            r#"{"a":{"b":1.0,"c":[1,"x"]},"d":null}"#,
            r#"{"a":{"b":"1","c":[1,"x"]},"d":null}"#,
            r#"{"a":{"b":1,"c":["x",1]},"d":null}"#,
            r#"{"a":{"b":1,"c":[1,"x",{}]},"d":null}"#,
            r#"{"a":{"b":1,"c":[1,"x"]},"d":false}"#,
            r#"{"a":{"b":1,"c":[1,"x"],"d":null}}"#,
            r#"{"a":{"b":1,"c":[1,"x"]}}"#,
        ] {
            assert_ne!(same, digest(other), "{other}");
        }
    }

    #[test]
    fn the_order_of_keys_counts_but_for_those_that_are_free() {
        let order = |text: &str, free: &[&str]| parse(text).unwrap().key_order(free);
        let (one, other) = (r#"{"a":1,"b":{"c":1,"d":2}}"#, r#"{"b":{"c":1,"d":2},"a":1}"#);
        assert_ne!(order(one, &[]), order(other, &[]));
        assert_eq!(order(one, &["/a"]), order(other, &["/a"]));
        let inner = r#"{"a":1,"b":{"d":2,"c":1}}"#;
        assert_ne!(order(one, &[]), order(inner, &[]));
        assert_eq!(order(one, &["/b/c"]), order(inner, &["/b/c"]));
        let (deep, turned) = (r#"{"e":[{"x":{"a":1,"b":2}}]}"#, r#"{"e":[{"x":{"b":2,"a":1}}]}"#);
        assert_ne!(order(deep, &["/a"]), order(turned, &["/a"]));
    }
}
