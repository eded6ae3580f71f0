//! `policy check`: one fault for each rule, which only this rule finds, and no finding in a correct policy.

mod holes;
mod reach;
pub(crate) mod refused;
mod templates;

use std::collections::BTreeSet;

use mp_forwarding::access::lint::{Expectations, Rule, lint};
use mp_forwarding::access::{Catalogue, Partition, Policy, canonical};
use mp_forwarding::settings::ServerSideEncryption;
use serde_json::{Value, json};

use crate::policy::{fixtures, policy, stderr};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const GITHUB: &str = "token.actions.githubusercontent.com";
pub(crate) const BUCKET: &str = "arn:aws:s3:::mp-forwarding-acme";

pub(crate) fn fixture(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixtures().join(file)).unwrap()).unwrap()
}

pub(crate) fn expectations() -> Expectations {
    Expectations {
        bucket: Some("mp-forwarding-acme".parse().unwrap()),
        roles: Some(Catalogue::built_in().find("eu1").unwrap().roles(Partition::Aws)),
        ..Expectations::default()
    }
}

pub(crate) fn rules(document: &Value, expected: &Expectations) -> BTreeSet<&'static str> {
    let policy = Policy::from_value(document).unwrap();
    lint(&policy, canonical(document).len(), expected).iter().map(|fault| fault.rule.id()).collect()
}

/// The strict bucket policy with one change.
pub(crate) fn bucket(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = fixture("strict/bucket.json");
    change(&mut document);
    document
}

pub(crate) fn with(statement: Value) -> Value {
    bucket(|document| document["Statement"].as_array_mut().unwrap().push(statement))
}

pub(crate) fn user(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = fixture("strict/user.folder-and-key.json");
    change(&mut document);
    document
}

fn deny(sid: &str, condition: Value) -> Value {
    json!({"Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": format!("{BUCKET}/*"), "Condition": condition})
}

/// A statement that allows another principal.
fn others(principal: &str, action: &str) -> Value {
    json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": format!("{BUCKET}/*")})
}

/// The trust policy of a role.
pub(crate) fn trust(principal: Value, action: &str, condition: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Principal": principal, "Action": action, "Condition": condition}]})
}

/// Policies with one fault each, and the rule that finds it.
pub(crate) fn faulty() -> Vec<(&'static str, Value)> {
    let role = |name: &str| json!({ "AWS": format!("arn:aws:iam::583371261087:role/{name}") });
    vec![
        ("kms-on-s3-arn", user(|d| d["Statement"][5]["Resource"] = json!(format!("{BUCKET}/*")))),
        ("kms-alias", user(|d| d["Statement"][5]["Resource"] = json!("arn:aws:kms:eu-central-1:111122223333:alias/a"))),
        ("no-data-key", user(|d| d["Statement"][5]["Action"] = json!("kms:Decrypt"))),
        ("bucket-action-on-objects", user(|d| d["Statement"][2]["Resource"] = json!(format!("{BUCKET}/*")))),
        (
            "object-action-on-bucket",
            user(|d| {
                let more = json!({"Sid": "A", "Effect": "Allow", "Action": "s3:GetObject", "Resource": BUCKET});
                d["Statement"].as_array_mut().unwrap().push(more);
            }),
        ),
        ("account-action-on-arn", user(|d| d["Statement"][0]["Resource"] = json!("arn:aws:s3:::*"))),
        ("no-tls", bucket(|d| drop(d["Statement"].as_array_mut().unwrap().remove(2)))),
        ("old-tls", bucket(|d| drop(d["Statement"].as_array_mut().unwrap().remove(3)))),
        ("half-tls", bucket(|d| d["Statement"][2]["Resource"] = json!(format!("{BUCKET}/*")))),
        ("half-tls", bucket(|d| d["Statement"][3]["Resource"] = json!(BUCKET))),
        (
            "wildcard-principal",
            with(
                json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*")}),
            ),
        ),
        (
            "wrong-role",
            with(
                json!({"Sid": "A", "Effect": "Allow", "Principal": role("role-lambda-verifyrequest"), "Action": "s3:PutObject", "Resource": format!("{BUCKET}/*")}),
            ),
        ),
        ("missing-writer-role", bucket(|d| drop(d["Statement"].as_array_mut().unwrap().remove(0)))),
        ("missing-writer-role", bucket(|d| d["Statement"][0]["Action"] = json!("s3:PutObject"))),
        ("missing-verify-role", bucket(|d| drop(d["Statement"].as_array_mut().unwrap().remove(1)))),
        ("denies-mparticle", with(deny("A", json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}})))),
        ("denies-mparticle", with(deny("A", json!({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}})))),
        ("denies-mparticle", with(deny("A", json!({"StringNotEquals": {"aws:PrincipalOrgID": "o-acme"}})))),
        ("denies-unencrypted", with(deny("A", json!({"Null": {"s3:x-amz-server-side-encryption": "true"}})))),
        (
            "denies-unencrypted",
            with(deny("A", json!({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}))),
        ),
        (
            "other-bucket",
            user(|d| {
                let other = json!({"Sid": "A", "Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::mp-forwarding-acne/*"});
                d["Statement"].as_array_mut().unwrap().push(other);
            }),
        ),
        (
            "more-than-put",
            bucket(|d| d["Statement"][0]["Action"] = json!(["s3:PutObject", "s3:PutObjectAcl", "s3:GetObject"])),
        ),
        ("cannot-put", user(|d| d["Statement"][3]["Action"] = json!("s3:GetObject"))),
        ("refused", bucket(|d| drop(d["Statement"][2].as_object_mut().unwrap().remove("Principal")))),
        ("refused", bucket(|d| d["Statement"][0]["Principal"] = json!({"AWS": ":role/*"}))),
        ("refused", bucket(|d| d["Statement"][0]["Action"] = json!(["s3:PutObject", "PutObjectAcl"]))),
        ("refused", bucket(|d| d["Statement"][0]["Resource"] = json!("mp-forwarding-acme/*"))),
        ("refused", bucket(|d| drop(d["Statement"][0].as_object_mut().unwrap().remove("Resource")))),
        ("refused", with(deny("A", json!({"StringEquals": {"aws:PrincipalOrgID": []}})))),
        ("broad-action", user(|d| d["Statement"][3]["Action"] = json!("s3:*"))),
        (
            "allow-not",
            with(
                json!({"Sid": "A", "Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*")}),
            ),
        ),
        (
            "allow-not",
            user(|d| {
                d["Statement"]
                    .as_array_mut()
                    .unwrap()
                    .push(json!({"Sid": "A", "Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}))
            }),
        ),
        ("refused", with(deny("A", json!({"StringMatches": {"aws:username": "a"}})))),
        ("refused", with(deny("A", json!({"Bool": {"aws:SecureTransport": "no"}})))),
        (
            "duplicate-sid",
            with(
                json!({"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": format!("{BUCKET}/*")}),
            ),
        ),
        ("no-sid", bucket(|d| drop(d["Statement"][2].as_object_mut().unwrap().remove("Sid")))),
        ("old-version", bucket(|d| drop(d.as_object_mut().unwrap().remove("Version")))),
        (
            "too-long",
            user(|d| {
                let long = json!({"Sid": "A", "Effect": "Deny", "Action": vec!["s3:GetObject"; 600], "Resource": format!("{BUCKET}/*")});
                d["Statement"].as_array_mut().unwrap().push(long);
            }),
        ),
        (
            "unknown-action",
            user(|d| d["Statement"][3]["Action"] = json!(["s3:PutObject", "s3:GetObject", "s3:PutObjct"])),
        ),
        (
            "deleted-principal",
            with(
                json!({"Sid": "A", "Effect": "Deny", "Principal": {"AWS": "AROAEXAMPLE1234567890"}, "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*")}),
            ),
        ),
        ("acl-dependent", with(deny("A", json!({"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}})))),
        ("acl-dependent", with(deny("A", json!({"Null": {"s3:x-amz-acl": "false"}})))),
        ("others-read", with(others("arn:aws:iam::111122223333:role/loader", "s3:GetObject"))),
        ("others-change", with(others("arn:aws:iam::111122223333:root", "s3:PutObject"))),
        (
            "more-than-needed",
            user(|d| {
                let more = json!({"Sid": "A", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"});
                d["Statement"].as_array_mut().unwrap().push(more);
            }),
        ),
        (
            "trust-subject",
            trust(
                json!({"Federated": format!("arn:aws:iam::111122223333:oidc-provider/{GITHUB}")}),
                "sts:AssumeRoleWithWebIdentity",
                json!({"StringLike": {format!("{GITHUB}:sub"): "repo:acme/*"}, "StringEquals": {format!("{GITHUB}:aud"): "sts.amazonaws.com"}}),
            ),
        ),
        ("trust-external-id", trust(json!({"AWS": "arn:aws:iam::444455556666:root"}), "sts:AssumeRole", json!({}))),
    ]
}

#[test]
fn each_fault_is_found_by_its_own_rule_and_no_other() {
    let cases = faulty();
    let mut seen: BTreeSet<&str> = cases.iter().map(|(rule, _)| *rule).collect();
    let folder = Expectations { folder: Some("exports/eu".parse().unwrap()), ..expectations() };
    for (rule, document) in cases {
        let is_user = !Policy::from_value(&document).unwrap().is_of_resource();
        let expected = if is_user { &folder } else { &expectations() };
        assert_eq!(rules(&document, expected), BTreeSet::from([rule]), "{document}");
    }
    let named = Expectations { bucket: Some("acme-events".parse().unwrap()), ..expectations() };
    let renamed =
        serde_json::from_str(&fixture("strict/bucket.json").to_string().replace("mp-forwarding-acme", "acme-events"));
    assert_eq!(rules(&renamed.unwrap(), &named), BTreeSet::from(["bucket-prefix"]));
    seen.insert("bucket-prefix");
    let all: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
    assert_eq!(seen, all, "every rule has a case");
}

#[test]
fn a_correct_policy_has_no_finding() {
    let folder = Expectations { folder: Some("exports/eu".parse().unwrap()), ..Expectations::default() };
    for (file, expected) in [
        ("strict/bucket.json", &expectations()),
        ("strict/bucket.json", &Expectations::default()),
        ("strict/bucket.folder-and-endpoints.json", &folder),
        ("strict/user.json", &expectations()),
        ("strict/user.folder-and-key.json", &folder),
        ("strict/key.json", &expectations()),
    ] {
        assert_eq!(rules(&fixture(file), expected), BTreeSet::new(), "{file}");
    }
    let demanded = with(deny("A", json!({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}})));
    let sent = Expectations { encryption: Some(ServerSideEncryption::AwsKms), ..expectations() };
    assert_eq!(rules(&demanded, &sent), BTreeSet::new());
    let excepted = deny(
        "A",
        json!({
            "StringNotEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"},
            "ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::583371261087:role/Prod-Role-DG12-Default", "arn:aws:iam::583371261087:role/verifyrequest_lambda"]}
        }),
    );
    assert_eq!(rules(&with(excepted), &expectations()), BTreeSet::new());
}

#[test]
fn the_published_user_policy_has_the_documented_faults() {
    let expected = BTreeSet::from([
        "account-action-on-arn",
        "bucket-action-on-objects",
        "kms-on-s3-arn",
        "no-data-key",
        "no-sid",
        "no-tls",
        "old-tls",
    ]);
    assert_eq!(rules(&fixture("documented/user.json"), &Expectations::default()), expected);
    let expected = BTreeSet::from(["no-sid", "no-tls", "old-tls"]);
    for pod in ["us1", "us2", "eu1", "au1"] {
        assert_eq!(
            rules(&fixture(&format!("documented/bucket.{pod}.json")), &Expectations::default()),
            expected,
            "{pod}"
        );
    }
    let us1 = fixture("documented/bucket.us1.json");
    assert!(rules(&us1, &expectations()).is_superset(&BTreeSet::from([
        "wrong-role",
        "missing-writer-role",
        "missing-verify-role"
    ])));
}

#[test]
fn a_reader_may_decrypt_without_a_data_key() {
    let reader = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY},
        {"Sid": "B", "Effect": "Allow", "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*")},
    ]});
    assert_eq!(rules(&reader, &Expectations::default()), BTreeSet::from(["no-tls", "old-tls"]));
}

#[test]
fn the_program_reports_in_every_format_and_exits_by_its_findings() {
    let folder = tempfile::tempdir().unwrap();
    let sarif = folder.path().join("faults.sarif");
    let documented = fixtures().join("documented/user.json");
    let output =
        policy(&["check", documented.to_str().unwrap(), "--format", "json", "--report", sarif.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["check"] == "kms-on-s3-arn"
        && finding["place"] == "/Statement/*/Resource"
        && finding["places"][0]["pointer"] == "/Statement/2/Resource"));
    let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "fail").count();
    assert_eq!((report["checks"].as_array().unwrap().len(), failed), (Rule::ALL.len(), 5));
    let sarif: Value = serde_json::from_slice(&std::fs::read(sarif).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), findings.len());
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    let strict = fixtures().join("strict/bucket.json");
    let output = policy(&["check", strict.to_str().unwrap(), "--pod", "eu1", "--bucket", "mp-forwarding-acme"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("ok: "));
}

#[test]
fn a_text_that_is_not_a_policy_is_refused() {
    for (text, expected) in [
        ("{", "not JSON: EOF"),
        (r#"{"Statement":[],"Statement":[]}"#, "`Statement` is given twice"),
        ("[]", "not a policy: an object is expected"),
        (r#"{"hello": 1}"#, "not a policy: `hello` is unknown (known: Version, Id, Statement)"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("p.json");
        std::fs::write(&file, text).unwrap();
        let output = policy(&["check", file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn the_documentation_lists_every_rule() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md")).unwrap();
    for rule in Rule::ALL {
        let clause = if rule.clause().is_empty() { "AWS" } else { rule.clause() };
        let row = format!("| `{rule}` | {} | {clause} | {} |", rule.severity().as_str(), rule.title());
        assert!(text.contains(&row), "{row}");
    }
}

#[test]
fn an_upload_that_is_also_denied_over_tls_does_not_require_tls() {
    let mut document = fixture("documented/bucket.eu1.json");
    let condition = json!({"Null": {"s3:x-amz-server-side-encryption": "true"}});
    document["Statement"].as_array_mut().unwrap().push(deny("A", condition));
    let found = rules(&document, &expectations());
    assert!(found.contains("no-tls") && found.contains("old-tls") && !found.contains("half-tls"), "{found:?}");
}
