//! Joins a policy of ours with one that is already deployed, and keeps the statements of others.

use serde_json::{Map, Value};

use super::policy::{Policy, PolicyError};
use super::{canonical, json};

/// A policy that holds the statements of others and ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The document.
    pub document: Value,
    /// How many statements of others it keeps.
    pub kept: usize,
    /// How many statements were ours already, by Sid or to the letter, and gave way to the new ones.
    pub replaced: usize,
}

/// Why two policies cannot be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// The deployed policy cannot be read.
    #[error("failed to read the policy to merge with")]
    Policy(#[from] PolicyError),
    /// In the old language `${` is plain text; in a document of the new version it would become a variable.
    #[error(
        "the policy to merge with is of version 2008-10-17 and holds `${{`, which version 2012-10-17 reads as a variable: bring it to that version first"
    )]
    OldVersion,
}

/// Puts `ours` behind the statements of `deployed` that are not ours.
///
/// # Errors
/// If `deployed` is not a policy, or cannot be brought to our version without changing what it means.
pub fn merge(deployed: &str, ours: &Value) -> Result<Merged, MergeError> {
    let mut document = json::read(deployed).map_err(PolicyError::from)?;
    Policy::from_value(&document)?;
    if document.get("Version").and_then(Value::as_str) != Some("2012-10-17") && deployed.contains("${") {
        return Err(MergeError::OldVersion);
    }
    let others = statements(document.get_mut("Statement").map(Value::take));
    let ours = statements(ours.get("Statement").cloned());
    let before = others.len();
    let mut all: Vec<Value> = others.into_iter().filter(|other| !ours.iter().any(|our| is_same(our, other))).collect();
    let kept = all.len();
    all.extend(ours);
    let mut joined = Map::new();
    joined.insert("Version".to_owned(), "2012-10-17".into());
    if let Some(id) = document.get("Id") {
        joined.insert("Id".to_owned(), id.clone());
    }
    joined.insert("Statement".to_owned(), all.into());
    Ok(Merged { document: joined.into(), kept, replaced: before - kept })
}

fn statements(value: Option<Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(list)) => list,
        Some(one) => vec![one],
        None => Vec::new(),
    }
}

fn is_same(our: &Value, other: &Value) -> bool {
    let sid = our.get("Sid");
    (sid.is_some() && sid == other.get("Sid")) || canonical(our) == canonical(other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn statement(sid: &str, action: &str) -> Value {
        json!({"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"})
    }

    #[test]
    fn statements_of_others_stay_and_ours_are_renewed() {
        let deployed = json!({"Version": "2012-10-17", "Id": "x", "Statement": [statement("Ours", "s3:Old"), statement("Theirs", "s3:*")]});
        let ours = json!({"Version": "2012-10-17", "Statement": [statement("Ours", "s3:New")]});
        let merged = merge(&deployed.to_string(), &ours).unwrap();
        assert_eq!((merged.kept, merged.replaced), (1, 1));
        let expected = json!({"Version": "2012-10-17", "Id": "x", "Statement": [statement("Theirs", "s3:*"), statement("Ours", "s3:New")]});
        assert_eq!(merged.document, expected);
        assert_eq!(merge(&merged.document.to_string(), &ours).unwrap().document, expected);
    }

    #[test]
    fn a_statement_without_sid_is_ours_only_to_the_letter() {
        let plain = json!({"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"});
        let turned = json!({"Resource": "*", "Action": "s3:GetObject", "Principal": "*", "Effect": "Allow"});
        let merged = merge(&json!({"Statement": turned}).to_string(), &json!({"Statement": [plain]})).unwrap();
        assert_eq!((merged.kept, merged.replaced), (0, 1));
    }

    #[test]
    fn what_would_change_its_meaning_is_refused() {
        let old = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${x}"}}"#;
        assert!(matches!(merge(old, &json!({"Statement": []})), Err(MergeError::OldVersion)));
        assert!(matches!(merge("[]", &json!({"Statement": []})), Err(MergeError::Policy(_))));
    }
}
