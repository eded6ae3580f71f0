//! SARIF 2.1.0, which code hosts show beside the line: a writer over rules and results, whatever report they are made from.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::{Place, Tool, write_document};

/// What a run has to say.
pub(super) struct Run<'a> {
    /// The program.
    pub(super) tool: &'a Tool,
    /// `reportingDescriptor` objects: each rule that a result names, once.
    pub(super) rules: Vec<Value>,
    /// `result` objects.
    pub(super) results: Vec<Value>,
    /// What went wrong with the run itself: then its results are not all that there are.
    pub(super) errors: &'a [String],
}

/// Writes one document of one run.
pub(super) fn write(run: &Run<'_>, out: &mut dyn Write) -> io::Result<()> {
    let errors = run.errors.iter().map(|error| json!({ "level": "error", "message": { "text": error } }));
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": run.tool.name, "version": run.tool.version, "rules": run.rules } },
            "invocations": [{
                "executionSuccessful": run.errors.is_empty(),
                "toolExecutionNotifications": errors.collect::<Vec<_>>(),
            }],
            "results": run.results,
        }],
    });
    write_document(&document, out)
}

/// The index of the rule with this id, which `make` adds if it is not there.
pub(super) fn index_of(rules: &mut Vec<Value>, id: &str, make: impl FnOnce() -> Value) -> usize {
    rules.iter().position(|rule| rule["id"] == id).unwrap_or_else(|| {
        rules.push(make());
        rules.len() - 1
    })
}

/// Where something is: what is not known of it is left out.
pub(super) fn location(place: &Place) -> Value {
    let mut physical = Map::new();
    if let Some(object) = &place.object {
        physical.insert("artifactLocation".to_owned(), json!({ "uri": uri(object) }));
    }
    if let Some(line) = place.line {
        physical.insert("region".to_owned(), json!({ "startLine": line }));
    }
    let mut location = Map::from_iter([("physicalLocation".to_owned(), physical.into())]);
    if let Some(pointer) = &place.pointer {
        location.insert("logicalLocations".to_owned(), json!([{ "fullyQualifiedName": pointer }]));
    }
    location.into()
}

/// A path, or the URL of an object, as a reference of a URI: what a URI could read otherwise is written in hexadecimal.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let (scheme, path) = path.split_at(if path.starts_with(S3) { S3.len() } else { 0 });
    let written = |byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    scheme.chars().map(String::from).chain(path.bytes().map(written)).collect()
}

const S3: &str = "s3://";

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_is_a_uri_reference() {
        assert_eq!(uri("policies/a b#é.json"), "policies/a%20b%23%C3%A9.json");
        assert_eq!(uri("s3://acme/a:b.txt"), "s3://acme/a%3Ab.txt");
    }
}
