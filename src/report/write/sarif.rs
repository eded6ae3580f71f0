//! SARIF 2.1.0, which code hosts show beside the affected line: a rule for each clause or check, a result for each
//! finding.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::json::write_document;
use crate::contract::clause;
use crate::report::model::{Finding, Place, Report, Summary};

pub(super) fn write<T: Summary>(report: &Report<T>, out: &mut dyn Write) -> io::Result<()> {
    let mut rules: Vec<Value> = Vec::new();
    let mut results = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        let index = rules.iter().position(|rule| rule["id"] == finding.check).unwrap_or_else(|| {
            rules.push(rule(report, finding));
            rules.len() - 1
        });
        let mut result = result(finding);
        result["ruleIndex"] = json!(index);
        if T::baseline(report).is_some() {
            result["baselineState"] = json!(if finding.known { "unchanged" } else { "new" });
        }
        results.push(result);
    }
    let errors = report.incomplete.iter().map(|reason| json!({ "level": "error", "message": { "text": reason } }));
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": report.tool.name, "version": report.tool.version, "rules": rules } },
            "invocations": [{
                "executionSuccessful": report.incomplete.is_none(),
                "toolExecutionNotifications": errors.collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    });
    write_document(&document, out)
}

fn rule<T>(report: &Report<T>, finding: &Finding) -> Value {
    let mut rule = Map::from_iter([("id".to_owned(), json!(finding.check))]);
    let check = report.checks.iter().find(|check| check.id == finding.check);
    if let Some(check) = check {
        rule.insert("shortDescription".to_owned(), json!({ "text": check.title }));
    }
    if let Some(clause) = finding.clause.as_deref().and_then(clause::find) {
        rule.insert("fullDescription".to_owned(), json!({ "text": format!("{}: {}", clause.id, clause.sentence) }));
        rule.insert("help".to_owned(), json!({ "text": format!("{} ({})", clause.remedy, clause.source) }));
    }
    rule.into()
}

fn result(finding: &Finding) -> Value {
    let place = finding.place.as_deref().filter(|place| !place.is_empty());
    let at = place.map(|place| format!("{place}: ")).unwrap_or_default();
    let clause = finding.clause.as_deref().map(|clause| format!("{clause}: ")).unwrap_or_default();
    let mut text = format!("{clause}{at}{}", finding.message);
    if let Some(remedy) = &finding.remedy {
        text.push_str(&format!(". Fix: {remedy}"));
    }
    let mut places = finding.places.iter().filter_map(location);
    // The same cause in another file has the same fingerprint.
    let cause = finding.expected.clone().unwrap_or_else(|| finding.message.clone());
    json!({
        "ruleId": finding.check,
        "level": if finding.known { "note" } else { finding.severity.as_str() },
        "message": { "text": text },
        "occurrenceCount": finding.count,
        "locations": places.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": places.collect::<Vec<_>>(),
        "partialFingerprints": { "cause/v1": format!("{clause}{at}{cause}") },
    })
}

/// The location, as precisely as it is known. A place without a file has no location, because code hosts refuse it.
fn location(place: &Place) -> Option<Value> {
    let mut physical = json!({ "artifactLocation": { "uri": uri(place.object.as_deref()?) } });
    if let Some(line) = place.line {
        physical["region"] = json!({ "startLine": line });
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(pointer) = &place.pointer {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    Some(location)
}

/// A path or the URL of an object as a URI reference. Other characters than these are percent-encoded.
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
