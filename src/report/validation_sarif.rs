//! A validation for code hosts.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::sarif::{self, Run, index_of, location};
use super::validation_table::headline;
use super::{Fault, ValidationReport};
use crate::contract::clause;

/// Writes one SARIF document: a rule a clause, a result a cause, with its first places and how often it is there.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_validation(report: &ValidationReport, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Vec::new();
    let results = report.faults.iter().map(|fault| {
        let rule = index_of(&mut rules, &fault.clause, || rule(&fault.clause));
        let mut result = result(fault);
        result["ruleIndex"] = json!(rule);
        if report.baseline.is_some() {
            result["baselineState"] = json!(if fault.known { "unchanged" } else { "new" });
        }
        result
    });
    let results = results.collect();
    sarif::write(&Run { tool: &report.tool, rules, results, errors: &report.errors }, out)
}

fn rule(id: &str) -> Value {
    let mut rule = Map::from_iter([("id".to_owned(), json!(id))]);
    if let Some(clause) = clause::find(id) {
        rule.insert("shortDescription".to_owned(), json!({ "text": clause.sentence }));
        rule.insert("help".to_owned(), json!({ "text": format!("{} ({})", clause.remedy, clause.source) }));
    }
    rule.into()
}

fn result(fault: &Fault) -> Value {
    let place = fault.place.as_deref().filter(|place| !place.is_empty());
    let at = place.map(|place| format!("{place}: ")).unwrap_or_default();
    let mut text = format!("{at}{}", headline(fault));
    if let Some(found) = fault.findings.first().and_then(|finding| fault.found(finding)) {
        text.push_str(&format!(", found {found}"));
    }
    if let Some(remedy) = &fault.remedy {
        text.push_str(&format!(". To mend it: {remedy}"));
    }
    let mut places = fault.findings.iter().map(|finding| location(&finding.place));
    json!({
        "ruleId": fault.clause,
        "level": if fault.known { "note" } else { "error" },
        "message": { "text": text },
        "occurrenceCount": fault.count,
        "locations": places.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": places.collect::<Vec<_>>(),
        // The same cause in another file is the same to whoever tracks it.
        "partialFingerprints": { "cause/v1": format!("{} {at}{}", fault.clause, fault.expected) },
    })
}
