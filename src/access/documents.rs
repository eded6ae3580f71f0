//! Finds the policies in a file: a policy itself, the output of the AWS CLI, or of `terraform show -json`.

use serde_json::{Map, Value};

use super::policy::{PolicyError, refuse_long};
use crate::json;

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The resource in Terraform that has the policy, for instance `module.export.aws_s3_bucket_policy.this`. None if the
    /// file has a single policy.
    pub name: Option<String>,
    /// The document.
    pub value: Value,
}

/// The policies of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    /// The policies, in the order of the file. There is at least one, unless `unknown` has some.
    pub found: Vec<Document>,
    /// The resources of a plan whose policy is known only after the apply.
    pub unknown: Vec<String>,
}

/// The resources of Terraform with a policy, and its attribute.
const RESOURCES: [(&str, &str); 11] = [
    ("aws_s3_bucket_policy", "policy"),
    ("aws_s3_bucket", "policy"),
    ("aws_iam_policy", "policy"),
    ("aws_iam_user_policy", "policy"),
    ("aws_iam_group_policy", "policy"),
    ("aws_iam_role_policy", "policy"),
    ("aws_iam_role", "assume_role_policy"),
    ("aws_kms_key", "policy"),
    ("aws_kms_external_key", "policy"),
    ("aws_kms_replica_key", "policy"),
    ("aws_kms_key_policy", "policy"),
];
/// The members in which commands of the AWS CLI return a policy: `get-bucket-policy` and `get-key-policy`,
/// `get-user-policy` and `get-role-policy`, `get-policy-version`, `get-role`.
const MEMBERS: [&[&str]; 4] =
    [&["Policy"], &["PolicyDocument"], &["PolicyVersion", "Document"], &["Role", "AssumeRolePolicyDocument"]];

/// Finds the policies in the text of a file.
///
/// # Errors
/// If the text is not JSON, contains no policy, or one that is longer than 256 KiB.
pub fn documents(text: &str) -> Result<Documents, PolicyError> {
    let value = json::read(text)?;
    // Only a plan or a state is longer than its policies.
    if value.as_object().and_then(root_of).is_none() {
        refuse_long(text)?;
    }
    let single = |value: Value| Documents { found: vec![Document { name: None, value }], unknown: Vec::new() };
    let Value::Object(members) = &value else { return Ok(single(value)) };
    if members.contains_key("Statement") || members.contains_key("Version") {
        return Ok(single(value));
    }
    if let Some(root) = root_of(members) {
        return of_terraform(root, members);
    }
    for path in MEMBERS {
        let inner = path.iter().try_fold(&value, |value, name| value.get(name));
        match inner {
            Some(Value::String(text)) => return Ok(single(json::read(text)?)),
            Some(document @ Value::Object(_)) => return Ok(single(document.clone())),
            _ => {}
        }
    }
    Ok(single(value))
}

/// The root module of a plan or of a state.
fn root_of(members: &Map<String, Value>) -> Option<&Value> {
    let values = members.get("planned_values").or_else(|| members.get("values"))?;
    values.get("root_module").filter(|_| members.contains_key("format_version"))
}

fn of_terraform(root: &Value, members: &Map<String, Value>) -> Result<Documents, PolicyError> {
    let mut documents = Documents::default();
    collect(root, &mut documents)?;
    // A value that is not known yet is missing in the planned values, and `true` in the changes.
    let changes = members.get("resource_changes").and_then(Value::as_array).into_iter().flatten();
    for change in changes {
        let text = |name: &str| change.get(name).and_then(Value::as_str);
        let attribute = text("type").and_then(attribute_of);
        let unknown = change.get("change").and_then(|change| change.get("after_unknown"));
        let is_unknown = attribute.and_then(|name| unknown?.get(name)) == Some(&Value::Bool(true));
        if is_unknown && !documents.found.iter().any(|one| one.name.as_deref() == text("address")) {
            documents.unknown.extend(text("address").map(str::to_owned));
        }
    }
    match documents.found.is_empty() && documents.unknown.is_empty() {
        true => Err(PolicyError::Form {
            pointer: String::new(),
            message: "the plan or state has no resource with a policy".to_owned(),
        }),
        false => Ok(documents),
    }
}

fn attribute_of(resource_type: &str) -> Option<&'static str> {
    RESOURCES.iter().find(|(known, _)| *known == resource_type).map(|(_, attribute)| *attribute)
}

fn collect(module: &Value, documents: &mut Documents) -> Result<(), PolicyError> {
    let list = |name: &str| module.get(name).and_then(Value::as_array).into_iter().flatten();
    for resource in list("resources") {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
        let managed = resource.get("mode").and_then(Value::as_str).is_none_or(|mode| mode == "managed");
        let (address, Some(values)) = (text("address"), resource.get("values").filter(|_| managed)) else { continue };
        if let Some(policy) = attribute_of(text("type")).and_then(|name| values.get(name)?.as_str())
            && !policy.trim().is_empty()
        {
            documents.found.push(Document { name: Some(address.to_owned()), value: json::read(refuse_long(policy)?)? });
        }
        // The policies inside a role.
        for inline in values.get("inline_policy").and_then(Value::as_array).into_iter().flatten() {
            let Some(policy) = inline.get("policy").and_then(Value::as_str) else { continue };
            let name = inline.get("name").and_then(Value::as_str).unwrap_or_default();
            documents
                .found
                .push(Document { name: Some(format!("{address}.{name}")), value: json::read(refuse_long(policy)?)? });
        }
    }
    list("child_modules").try_for_each(|child| collect(child, documents))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_output_of_the_aws_cli_is_read_as_it_comes() {
        let policy = json!({"Version": "2012-10-17", "Statement": []});
        for document in [
            policy.clone(),
            json!({ "Policy": policy.to_string() }),
            json!({ "Policy": policy.to_string(), "PolicyName": "default" }),
            json!({ "UserName": "a", "PolicyName": "b", "PolicyDocument": policy }),
            json!({ "PolicyVersion": { "Document": policy, "VersionId": "v1" } }),
            json!({ "Role": { "RoleName": "a", "AssumeRolePolicyDocument": policy } }),
        ] {
            let found = documents(&document.to_string()).unwrap().found;
            assert_eq!(found, [Document { name: None, value: policy.clone() }], "{document}");
        }
        // Any other text is left to the reader of policies, which says what is wrong.
        assert_eq!(documents(r#"{"hello": 1}"#).unwrap().found[0].value, json!({"hello": 1}));
        assert!(documents(r#"{"Policy": "{"}"#).is_err());
    }

    #[test]
    fn a_plan_has_the_policies_of_all_modules() {
        let text = r#"{"Version":"2012-10-17","Statement":[]}"#;
        let bucket = json!({"address": "module.export.aws_s3_bucket_policy.this", "mode": "managed",
            "type": "aws_s3_bucket_policy", "values": {"bucket": "b", "policy": text}});
        let role = json!({"address": "aws_iam_role.reader", "mode": "managed", "type": "aws_iam_role",
            "values": {"assume_role_policy": text, "inline_policy": [{"name": "read", "policy": text}]}});
        let data = json!({"address": "data.aws_iam_policy.x", "mode": "data", "type": "aws_iam_policy", "values": {"policy": text}});
        let later = json!({"address": "aws_kms_key.this", "mode": "managed", "type": "aws_kms_key", "values": {"description": "x"}});
        let plan = json!({"format_version": "1.2", "planned_values": {"root_module": {
            "resources": [role, data, later], "child_modules": [{"resources": [bucket]}]}},
            "resource_changes": [{"address": "aws_kms_key.this", "type": "aws_kms_key", "change": {"after_unknown": {"policy": true}}}]});
        let read = documents(&plan.to_string()).unwrap();
        let names: Vec<_> = read.found.iter().filter_map(|one| one.name.as_deref()).collect();
        assert_eq!(
            names,
            ["aws_iam_role.reader", "aws_iam_role.reader.read", "module.export.aws_s3_bucket_policy.this"]
        );
        assert_eq!(read.unknown, ["aws_kms_key.this"]);
        let empty = json!({"format_version": "1.0", "values": {"root_module": {"resources": []}}});
        assert!(documents(&empty.to_string()).unwrap_err().to_string().contains("no resource with a policy"));
    }
}
