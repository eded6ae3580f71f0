//! Merges a policy of this program with a deployed one and keeps the other statements.

use serde_json::{Map, Value};

use super::policy::{Policy, PolicyError, Statement};
use super::policy_kind::PolicyKind;
use super::{Catalogue, canonical, documents};
use crate::arn::Arn;

/// A policy with the statements of this program and the other statements of the deployed policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The document.
    pub document: Value,
    /// How many other statements it keeps.
    pub kept: usize,
    /// How many statements of this program were replaced.
    pub replaced: usize,
    /// The replaced statements that differ from every new one, with their resources.
    pub changed: Vec<String>,
}

/// Why two policies cannot be merged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// The deployed policy cannot be read.
    #[error("failed to read the policy to merge with")]
    Policy(#[from] PolicyError),
    /// Version 2008-10-17 reads `${` as plain text; version 2012-10-17 reads it as the start of a variable.
    #[error(
        "the policy to merge with is of version 2008-10-17 and holds `${{`, which version 2012-10-17 reads as a variable: change its version first"
    )]
    OldVersion,
    /// The policies have different kinds. AWS refuses a policy with statements of both kinds.
    #[error("the policy to merge with is a {} policy, and the new one is a {} policy", deployed.as_str(), ours.as_str())]
    OtherKind {
        /// The kind of the deployed policy.
        deployed: PolicyKind,
        /// The kind of the new policy.
        ours: PolicyKind,
    },
}

/// Adds the new statements `ours` to `deployed`. A deployed statement is replaced if it has the Sid of a new statement
/// or is equal to one. If the new statements allow mParticle to put objects, mParticle's published grants, which have
/// no Sid, are removed too (ACC-3): otherwise the grants of another pod or edition would remain.
///
/// The result can be a policy that AWS refuses: [`super::refusal::refused`] says so.
///
/// # Errors
/// If `deployed` is not a policy or has another kind, or if changing its version would change its meaning.
pub fn merge(deployed: &str, ours: &Value) -> Result<Merged, MergeError> {
    let mut document = single(deployed)?;
    let read = Policy::from_value(&document)?;
    if document.get("Version").and_then(Value::as_str) != Some("2012-10-17") && has_variable(&document) {
        return Err(MergeError::OldVersion);
    }
    if let Ok(made) = Policy::from_value(ours)
        && made.kind() != read.kind()
    {
        return Err(MergeError::OtherKind { deployed: read.kind(), ours: made.kind() });
    }
    let others = statements(document.get_mut("Statement").map(Value::take));
    let ours = statements(ours.get("Statement").cloned());
    let before = others.len();
    let grants_anew = ours.iter().any(|our| accounts_that_may_put(our).is_some());
    let is_ours =
        |other: &Value| ours.iter().any(|our| is_same(our, other)) || grants_anew && is_published_grant(other, &ours);
    let is_said = |other: &Value| ours.iter().any(|our| canonical(our) == canonical(other));
    let gone = others.iter().zip(&read.statements).filter(|(other, _)| is_ours(other) && !is_said(other));
    let changed = gone.map(|(_, statement)| label(statement)).collect();
    let mut all: Vec<Value> = others.into_iter().filter(|other| !is_ours(other)).collect();
    let kept = all.len();
    all.extend(ours);
    let mut joined = Map::new();
    joined.insert("Version".to_owned(), "2012-10-17".into());
    if let Some(id) = document.get("Id") {
        joined.insert("Id".to_owned(), id.clone());
    }
    joined.insert("Statement".to_owned(), all.into());
    Ok(Merged { document: joined.into(), kept, replaced: before - kept, changed })
}

/// The only policy in the text.
fn single(text: &str) -> Result<Value, PolicyError> {
    let mut found = documents(text)?.found;
    match (found.pop(), found.is_empty()) {
        (Some(one), true) => Ok(one.value),
        _ => Err(PolicyError::Form {
            pointer: String::new(),
            message: "the file has several policies: save the one to merge with in a file of its own".to_owned(),
        }),
    }
}

/// Whether any text would become a variable.
fn has_variable(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("${"),
        Value::Array(items) => items.iter().any(has_variable),
        Value::Object(members) => members.values().any(has_variable),
        _ => false,
    }
}

fn label(statement: &Statement) -> String {
    let resources = statement.resources.iter().flat_map(|scope| &scope.patterns);
    let resources: Vec<_> = resources.map(|text| format!("`{}`", text.escape_debug())).collect();
    format!("{} on {}", statement.name(), resources.join(" and "))
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

/// Whether the statement only allows mParticle's roles of any pod to put objects. The roles belong to the known
/// accounts, or to the accounts that the new statements name.
fn is_published_grant(other: &Value, ours: &[Value]) -> bool {
    let is_mparticle = |account: &String| {
        Catalogue::built_in().of_account(account).is_some()
            || ours.iter().filter_map(accounts_that_may_put).any(|accounts| accounts.contains(account))
    };
    other.get("Sid").is_none() && accounts_that_may_put(other).is_some_and(|accounts| accounts.iter().all(is_mparticle))
}

/// The accounts whose roles an Allow without conditions names, if it only allows putting objects.
fn accounts_that_may_put(statement: &Value) -> Option<Vec<String>> {
    let texts = |value: &Value| match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(list) => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    let known = ["Sid", "Effect", "Principal", "Action", "Resource"];
    let is_plain = statement.as_object()?.keys().all(|name| known.contains(&name.as_str()));
    let puts = |action: &String| ["s3:PutObject", "s3:PutObjectAcl"].contains(&action.as_str());
    if !is_plain || statement.get("Effect")? != "Allow" || !texts(statement.get("Action")?)?.iter().all(puts) {
        return None;
    }
    let principal = statement.get("Principal")?.as_object().filter(|principal| principal.len() == 1)?;
    texts(principal.get("AWS")?)?
        .iter()
        .map(|text| {
            let arn = Arn::parse(text).ok().filter(|arn| arn.service == "iam" && arn.name_of("role").is_some());
            arn.map(|arn| arn.account.to_owned())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn statement(sid: &str, action: &str) -> Value {
        json!({"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"})
    }

    #[test]
    fn other_statements_are_kept_and_ours_replaced() {
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

    fn grant(account: &str, role: &str, action: &str) -> Value {
        let principal = json!({ "AWS": [format!("arn:aws:iam::{account}:role/{role}")] });
        json!({"Effect": "Allow", "Principal": principal, "Action": [action], "Resource": "arn:aws:s3:::b/*"})
    }

    #[test]
    fn only_grants_of_another_pod_are_replaced() {
        let old = || grant("338661164609", "role-lambda-verifyrequest", "s3:PutObject");
        let with = |mut statement: Value, name: &str, value: Value| {
            statement[name] = value;
            statement
        };
        let theirs = [
            grant("111122223333", "loader", "s3:PutObject"),
            grant("338661164609", "Prod-Role-DG12-Default", "s3:GetObject"),
            with(old(), "Sid", "Named".into()),
            with(old(), "Condition", json!({"Bool": {"aws:SecureTransport": "true"}})),
            with(old(), "Principal", "*".into()),
            with(old(), "Effect", "Deny".into()),
        ];
        let statements = [&[old(), grant("526464060896", "any", "s3:PutObjectAcl")], &theirs[..]].concat();
        let deployed = json!({ "Statement": statements });
        let new = [grant("583371261087", "Prod-Role-DG12-Default", "s3:PutObject")];
        let merged = merge(&deployed.to_string(), &json!({ "Statement": new })).unwrap();
        assert_eq!((merged.kept, merged.replaced), (theirs.len(), 2));
        assert_eq!(merged.document["Statement"], Value::from([&theirs[..], &new].concat()));

        // Accounts that occur only in the new statements.
        let moved = |role: &str| json!({ "Statement": [grant("444455556666", role, "s3:PutObject")] });
        assert_eq!(
            merge(&moved("old").to_string(), &moved("new")).unwrap().document["Statement"],
            moved("new")["Statement"]
        );
        // Without a new grant no old grant is removed.
        let deny = json!({"Statement": [statement("Deny", "s3:DeleteObject")]});
        assert_eq!(merge(&deployed.to_string(), &deny).unwrap().replaced, 0);
    }

    #[test]
    fn a_statement_that_said_otherwise_is_named_and_another_kind_is_refused() {
        let ours = json!({"Statement": [statement("DenyInsecureTransport", "s3:*"), statement("Same", "s3:*")]});
        let theirs = json!({"Statement": [statement("DenyInsecureTransport", "s3:Get*"), statement("Same", "s3:*")]});
        let merged = merge(&theirs.to_string(), &ours).unwrap();
        assert_eq!((merged.replaced, merged.changed), (2, vec!["`DenyInsecureTransport` on `*`".to_owned()]));
        let user = json!({"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
        let refused = merge(&user.to_string(), &ours).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the policy to merge with is a user policy, and the new one is a bucket policy"
        );
    }

    #[test]
    fn what_would_change_its_meaning_is_refused() {
        let old = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/${x}"}}"#;
        assert!(matches!(merge(old, &json!({"Statement": []})), Err(MergeError::OldVersion)));
        let escaped = old.replace('$', "\\u0024");
        assert!(matches!(merge(&escaped, &json!({"Statement": []})), Err(MergeError::OldVersion)));
        assert!(matches!(merge("[]", &json!({"Statement": []})), Err(MergeError::Policy(_))));
    }
}
