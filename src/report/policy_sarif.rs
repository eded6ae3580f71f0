//! Faults of policies for code hosts.

use std::io::{self, Write};

use serde_json::json;

use super::PolicyReport;
use super::sarif::{self, Run, index_of, location};

/// Writes one SARIF document: a result a fault.
///
/// # Errors
/// If `out` cannot be written.
pub fn write_policies(report: &PolicyReport, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Vec::new();
    let mut results = Vec::new();
    for fault in &report.faults {
        let level = fault.severity.as_str();
        let rule = || {
            json!({
                "id": fault.rule,
                "shortDescription": { "text": fault.title },
                "defaultConfiguration": { "level": level },
            })
        };
        results.push(json!({
            "ruleId": fault.rule,
            "ruleIndex": index_of(&mut rules, &fault.rule, rule),
            "level": level,
            "message": { "text": format!("{}. To mend it: {}", fault.message, fault.fix) },
            "locations": [location(&fault.place)],
        }));
    }
    sarif::write(&Run { tool: &report.tool, rules, results, errors: &[] }, out)
}
