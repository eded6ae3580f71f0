//! From text, TOML or JSON, to one tree of values, without a second value for any name.

use serde_json::{Map, Value};

use super::{SettingsError, mask_secrets};
use crate::json::{self, Tree};

/// Reads a TOML document.
pub(super) fn from_toml(text: &str) -> Result<Map<String, Value>, SettingsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Tree(value) = toml::from_str(text).map_err(|error| {
        // Only the message: the error's own display quotes the line, which may hold a secret.
        let before = &text.as_bytes()[..error.span().map_or(0, |span| span.start).min(text.len())];
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        SettingsError::Syntax {
            file: None,
            format: "TOML",
            line: 1 + before.iter().filter(|byte| **byte == b'\n').count(),
            column: 1 + String::from_utf8_lossy(&before[line_start..]).chars().count(),
            message: mask_secrets(&error.message().replace('\n', " ")).into_owned(),
        }
    })?;
    into_tables(value, "TOML")
}

/// Reads a JSON document.
pub(super) fn from_json(text: &str) -> Result<Map<String, Value>, SettingsError> {
    let value = json::read(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let position = format!(" at line {line} column {column}");
        let message = mask_secrets(message.strip_suffix(&position).unwrap_or(&message)).into_owned();
        SettingsError::Syntax { file: None, format: "JSON", line, column: column.max(1), message }
    })?;
    into_tables(value, "JSON")
}

/// Whether the text of a file that does not say is JSON: no TOML document begins with a brace.
pub(super) fn looks_like_json(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
}

fn into_tables(value: Value, format: &'static str) -> Result<Map<String, Value>, SettingsError> {
    match value {
        Value::Object(tables) => Ok(tables),
        _ => Err(SettingsError::Syntax {
            file: None,
            format,
            line: 1,
            column: 1,
            message: "expected an object that holds `configuration`, `connection` and `engine`".to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_give_one_tree() {
        let toml =
            "\u{feff}[connection]\nuse_compression = true\nmetadata_field_exclusion = ['a']\n[engine]\nuploads = 8\n";
        let json = "\u{feff}{\"connection\":{\"use_compression\":true,\"metadata_field_exclusion\":[\"a\"]},\"engine\":{\"uploads\":8}}";
        assert_eq!(from_toml(toml).unwrap(), from_json(json).unwrap());
        assert!(looks_like_json(json) && !looks_like_json(toml) && looks_like_json(" \n{"));
    }

    #[test]
    fn an_error_tells_line_and_column() {
        type Read = fn(&str) -> Result<Map<String, Value>, SettingsError>;
        for (read, text, expected) in [
            (from_toml as Read, "[connection]\nfolder_name = é\n", "not TOML: line 2, column 15: "),
            (from_toml, "[connection]\na = 1\na = 2\n", "not TOML: line 3, column 1: "),
            (from_toml, "[engine]\na = 2024-01-01\n", "not TOML: line 2, column 5: no setting is a date"),
            (from_toml, "[engine]\na = nan\n", "not TOML: line 2, column 5: the number is not finite"),
            (from_json, "{\n  \"a\": trux}", "not JSON: line 2, column 11: expected ident"),
            (from_json, "", "not JSON: line 1, column 1: EOF"),
            (from_json, "[]", "not JSON: line 1, column 1: expected an object"),
            (from_json, "{\"a\":{\"b\":1,\n\"b\":2}}", "not JSON: line 2, column 3: `b` is given twice"),
            (from_json, "{} x", "not JSON: line 1, column 4: trailing characters"),
        ] {
            let message = read(text).unwrap_err().to_string();
            assert!(message.starts_with(expected), "{text}: {message}");
        }
    }

    #[test]
    fn a_deep_document_is_refused() {
        assert!(from_json(&"[".repeat(100_000)).is_err());
        assert!(from_toml(&format!("a = {}", "[".repeat(100_000))).is_err());
    }
}
