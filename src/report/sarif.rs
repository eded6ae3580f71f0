//! Faults of policies as SARIF 2.1.0, which code hosts show beside the line.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{PolicyReport, write_document};

/// Writes one SARIF document.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_policies(report: &PolicyReport, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Value> = Vec::new();
    let mut results = Vec::new();
    for fault in &report.faults {
        let index = rules.iter().position(|rule| rule["id"] == fault.rule).unwrap_or_else(|| {
            rules.push(json!({
                "id": fault.rule,
                "shortDescription": { "text": fault.title },
                "defaultConfiguration": { "level": fault.severity.as_str() },
            }));
            rules.len() - 1
        });
        results.push(json!({
            "ruleId": fault.rule,
            "ruleIndex": index,
            "level": fault.severity.as_str(),
            "message": { "text": format!("{}. To mend it: {}", fault.message, fault.fix) },
            "locations": [{
                "physicalLocation": { "artifactLocation": { "uri": fault.place.object.as_deref().map(uri) } },
                "logicalLocations": [{ "fullyQualifiedName": fault.place.pointer }],
            }],
        }));
    }
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": report.tool.name, "version": report.tool.version, "rules": rules } },
            "results": results,
        }],
    });
    write_document(&document, out)
}

/// A path as a reference of a URI: what a URI could read otherwise is written in hexadecimal.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    path.bytes()
        .map(|byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn a_path_is_a_uri_reference() {
        assert_eq!(uri("policies/a b#é.json"), "policies/a%20b%23%C3%A9.json");
    }
}
