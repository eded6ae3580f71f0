//! The kinds of value that settings and options take: the type in a file, and what an error says of a wrong value.

use serde_json::Value;

use super::error::shown;
use super::value::{Acl, Secret, ServerSideEncryption, TypedDateFolders};

/// The kind of value that a setting or an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Secret,
    Flag,
    Number,
    List,
    Acl,
}

/// The type that a settings file has for the values of a check in `check`.
macro_rules! typed {
    (flag) => { bool };
    (number) => { u64 };
    (encryption) => { $crate::settings::ServerSideEncryption };
    (date_folders) => { $crate::settings::TypedDateFolders };
    (exclusion) => { Vec<String> };
    (acl) => { $crate::settings::Acl };
    (secret) => { $crate::settings::Secret };
    ($text:ident) => { String };
}
pub(super) use typed;

/// A type of a value in a settings file.
pub(super) trait Typed {
    const KIND: Kind;
}

macro_rules! kinds {
    ($($type:ty: $kind:ident,)*) => {
        $(impl Typed for $type {
            const KIND: Kind = Kind::$kind;
        })*
    };
}

kinds! {
    bool: Flag,
    u64: Number,
    String: Text,
    ServerSideEncryption: Text,
    TypedDateFolders: Text,
    Vec<String>: List,
    Acl: Acl,
    Secret: Secret,
}

impl Kind {
    /// Why `value` is not of this kind, with the way out.
    pub(super) fn explain(self, value: &Value) -> String {
        let shown = shown_value(value);
        match self {
            Self::Secret => "the value is not text: write it in quotes".to_owned(),
            Self::Text => format!("`{shown}` is not text: write it in quotes"),
            Self::Flag if value.is_string() => format!("`{shown}` is text: write `true` or `false` without quotes"),
            Self::Flag => format!("`{shown}` is neither `true` nor `false`"),
            Self::Number if value.is_string() => format!("`{shown}` is text: write a whole number without quotes"),
            Self::Number => format!("`{shown}` is not a whole number of 0 or more"),
            Self::List => format!("`{shown}` is not a list of texts, such as `[\"Device Name\", \"IP Address\"]`"),
            Self::Acl => {
                format!("`{shown}` is not `bucket-owner-full-control`, the only ACL that can be sent; or unset it")
            }
        }
    }
}

/// A value as an error shows it: a string without its quotes, anything else as JSON.
fn shown_value(value: &Value) -> String {
    value.as_str().map_or_else(|| shown(&value.to_string()), shown)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_shown_as_it_was_typed() {
        assert_eq!(shown_value(&json!("a")), "a");
        assert_eq!(shown_value(&json!({"a": [1]})), r#"{"a":[1]}"#);
    }
}
