//! `conform --policy`: policies that S3 refuses, that depend on the ACL, or whose key refuses.

use serde_json::{Value, json};

use super::conform_with;

const SETTINGS: &str =
    "[connection]\ns3_bucket_name = \"mp-forwarding-acme\"\nstore_data_in_folders_by_date = \"none\"\n";

/// A policy that lets both roles of us1 write, with a condition, and one more statement.
fn writes(condition: &Value, more: Option<Value>) -> String {
    let role = |name: &str| format!("arn:aws:iam::338661164609:role/{name}");
    let objects = "arn:aws:s3:::mp-forwarding-acme/*";
    let own = json!({"Sid": "W", "Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": objects,
        "Principal": {"AWS": [role("Prod-Role-DG12-Default"), role("role-lambda-verifyrequest")]}, "Condition": condition});
    let statements: Vec<Value> = [own].into_iter().chain(more).collect();
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

/// The checks and findings of a run.
fn report(settings: &str, policies: &[(&str, String)]) -> Value {
    let (code, shown) = conform_with(settings, policies, &["--format", "json"]);
    assert!(matches!(code, Some(0 | 1)), "{shown}");
    let start = shown.find('{').unwrap();
    serde_json::Deserializer::from_str(&shown[start..]).into_iter().next().unwrap().unwrap()
}

/// The findings of a check.
fn findings<'a>(report: &'a Value, check: &str) -> Vec<&'a Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["check"] == check).collect()
}

/// Bug: `conform` evaluated the policy of another bucket, and said that it does not allow mParticle's write.
#[test]
fn acc_9_the_policy_of_another_bucket_is_refused_whole() {
    let settings = SETTINGS.replace("acme", "hunt");
    let (code, shown) = conform_with(&settings, &[("bucket.json", writes(&json!({}), None))], &[]);
    assert_eq!(code, Some(2), "{shown}");
    assert!(shown.contains("S3 refuses the whole policy") && shown.contains("`mp-forwarding-hunt`"), "{shown}");
    assert!(!shown.contains("FAIL"), "{shown}");
}

/// Bug: a policy that denies the ACL `private` was blamed, because its 403 is not the 400 of a bucket with ACLs off.
#[test]
fn acc_7_a_refusal_by_the_policy_is_a_refusal_of_the_acl() {
    let deny = json!({"Sid": "NoAcl", "Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject", "s3:PutObjectAcl"],
        "Resource": "arn:aws:s3:::mp-forwarding-acme/*",
        "Condition": {"StringEquals": {"s3:x-amz-acl": ["private", "public-read"]}}});
    let report = report(SETTINGS, &[("bucket.json", writes(&json!({}), Some(deny)))]);
    let check = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "acl").unwrap();
    assert_eq!(check["outcome"], "pass", "{report:#}");
    assert_eq!(report["findings"], json!([]), "{report:#}");
}

/// Bug: where the answer depends on the ACL, the finding said that `s3:PutObject` is not granted.
#[test]
fn acc_7_an_answer_that_depends_on_the_acl_says_so() {
    let null = json!({"Sid": "NoAcl", "Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject", "s3:PutObjectAcl"],
        "Resource": "arn:aws:s3:::mp-forwarding-acme/*", "Condition": {"Null": {"s3:x-amz-acl": "false"}}});
    let owner = json!({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}});
    for (policy, check, other) in [
        (writes(&json!({}), Some(null)), "acl", "without an ACL it is granted"),
        (writes(&owner, None), "roles", "with the ACL bucket-owner-full-control it is granted"),
    ] {
        let report = report(SETTINGS, &[("bucket.json", policy)]);
        let [finding] = findings(&report, check)[..] else { panic!("{report:#}") };
        let message = finding["message"].as_str().unwrap();
        assert!([other, "`s3:x-amz-acl`", "U-2"].iter().all(|part| message.contains(part)), "{message}");
        assert!(!message.contains("grant `s3:PutObject`"), "{message}");
        assert_eq!((&finding["severity"], &finding["clause"]), (&json!("warning"), &json!("ACC-7")));
        assert!(finding["remedy"].as_str().unwrap().contains("remove the condition on `s3:x-amz-acl`"), "{finding:#}");
    }
}

/// Bug: where the key's policy refuses mParticle, the finding was one of ACC-3, and its remedy was the policy of the bucket.
#[test]
fn acc_5_a_refusal_by_the_key_names_the_policy_of_the_key() {
    let key = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let settings = format!("{SETTINGS}[engine]\ndefault_encryption = \"aws:kms\"\ndefault_key = \"{key}\"\n");
    let administered = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Administer", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]});
    let policies = [("bucket.json", writes(&json!({}), None)), ("key.json", administered.to_string())];
    let report = report(&settings, &policies);
    let [finding] = findings(&report, "roles")[..] else { panic!("{report:#}") };
    assert_eq!(finding["clause"], "ACC-5", "{finding:#}");
    assert!(finding["remedy"].as_str().unwrap().contains("`policy render key --pod POD`"), "{finding:#}");
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("`policy render key`") && !message.contains("s3:PutObject` on the bucket"), "{message}");
}
