//! `conform` on the built-in S3 as a user runs it: the access checks, and the user's own policies.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::program;

/// Runs `conform` with these arguments. Returns its exit code, its report and its stderr.
fn conform(folder: &Path, arguments: &[&str]) -> (i32, Value, String) {
    let output = program()
        .current_dir(folder)
        .args(["conform", "--batches", "60", "--format", "json"])
        .args(arguments)
        .output()
        .unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    (output.status.code().unwrap(), report, String::from_utf8(output.stderr).unwrap())
}

/// The checks of a clause: title, outcome and all messages.
fn rows(report: &Value, clause: &str) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["clause"] == clause);
    let findings = |check: &Value| {
        let all = report["findings"].as_array().unwrap().iter();
        all.filter(|finding| finding["check"] == check["id"]).map(Value::to_string).collect::<String>()
    };
    checks.map(|check| (text(&check["title"]), text(&check["outcome"]), check.to_string() + &findings(check))).collect()
}

fn render(kind: &str, edition: &str, more: &[&str]) -> String {
    let mut arguments = vec!["policy", "render", kind, "--bucket", "mp-forwarding-acme", "--edition", edition];
    if kind == "bucket" {
        arguments.extend(["--pod", "eu1"]);
    }
    arguments.extend(more);
    let output = program().args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn access_is_tested_in_a_run_without_options() {
    let folder = TempDir::new().unwrap();
    let (code, report, said) = conform(folder.path(), &[]);
    assert_eq!(code, 0, "{said}{report:#}");
    for clause in ["ACC-1", "ACC-3", "ACC-4", "ACC-5", "ACC-6", "ACC-7", "ACC-8"] {
        let rows = rows(&report, clause);
        assert!(!rows.is_empty() && rows.iter().all(|(_, status, _)| status == "pass"), "{clause}: {rows:#?}");
    }
}

#[test]
fn access_with_the_user_s_own_policies() {
    let folder = TempDir::new().unwrap();
    for (kind, edition, own, other) in [
        ("bucket", "strict", "ACC-3", "ACC-4"),
        ("bucket", "documented", "ACC-3", "ACC-4"),
        ("user", "strict", "ACC-4", "ACC-7"),
        ("user", "documented", "ACC-4", "ACC-7"),
    ] {
        fs::write(folder.path().join("own.json"), render(kind, edition, &[])).unwrap();
        let (code, report, said) = conform(folder.path(), &["--policy", "own.json"]);
        assert_eq!(code, 0, "{kind} {edition}: {said}{report:#}");
        assert!(rows(&report, own).iter().all(|(_, status, _)| status == "pass"), "{kind} {edition}");
        assert!(rows(&report, other).iter().all(|(_, status, _)| status == "not_applicable"), "{kind} {edition}");
        let tls = &rows(&report, "ACC-5")[0];
        let wanted = if edition == "strict" { "pass" } else { "not_applicable" };
        assert_eq!(tls.1, wanted, "the published policies have no rule on TLS: {tls:?}");
    }
}

/// ACC-9: nothing is tested with a policy that S3 does not store.
#[test]
fn access_policies_that_s3_refuses_are_not_tested() {
    let folder = TempDir::new().unwrap();
    let strict = render("bucket", "strict", &[]);
    for (typo, with, expected) in [
        (
            "mp-forwarding-acme/*",
            "mp-forwarding-acne/*",
            "is of the bucket `mp-forwarding-acne` instead of `mp-forwarding-acme`",
        ),
        ("s3:PutObject\"", "s3:PutObjekt\"", "`s3:PutObjekt` is not an action of S3"),
    ] {
        assert!(strict.contains(typo), "{typo} in {strict}");
        fs::write(folder.path().join("own.json"), strict.replacen(typo, with, 1)).unwrap();
        let (code, _, said) = conform(folder.path(), &["--policy", "own.json"]);
        assert_eq!(code, 2, "{with}: {said}");
        assert!(said.contains("S3 refuses the whole policy") && said.contains(expected), "{said}");
    }
}

#[test]
fn access_lost_to_a_typo_fails_the_run_with_the_request_and_the_statement() {
    let folder = TempDir::new().unwrap();
    let strict = render("bucket", "strict", &[]);
    for (typo, with, expected) in [
        (
            "\"aws:SecureTransport\": \"false\"",
            "\"aws:SecureTransport\": \"true\"",
            "denied by `DenyInsecureTransport`",
        ),
        ("Prod-Role-DG12-Default", "Prod-Role-DG12-Defualt", "the resource's policy does not allow it"),
    ] {
        let typo = typo.replace("\\\"", "\"");
        let with = with.replace("\\\"", "\"");
        assert!(strict.contains(&typo), "{typo} in {strict}");
        fs::write(folder.path().join("own.json"), strict.replacen(&typo, &with, 1)).unwrap();
        let (code, report, said) = conform(folder.path(), &["--policy", "own.json"]);
        assert_eq!(code, 1, "{with}: {said}");
        let roles = &rows(&report, "ACC-3")[0];
        assert_eq!(roles.1, "fail", "{with}: {roles:?}");
        assert!(roles.2.contains("`s3:PutObject` on `arn:aws:s3:::mp-forwarding-acme/"), "{with}: {}", roles.2);
        assert!(roles.2.contains(expected), "{with}: {}", roles.2);
        let names = &rows(&report, "NAME-1")[0];
        assert_eq!(names.1, "skip", "what could not be run is no pass: {names:?}");
    }
}

#[test]
fn access_with_an_acl_that_an_iam_user_may_not_send_fails() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = \"mp-forwarding-acme\"\nstore_data_in_folders_by_date = \"none\"\n\
                    [configuration]\naccess_key_id = \"AKIA1\"\nsecret_access_key = \"hush\"\n[engine]\nacl = \"bucket-owner-full-control\"\n";
    fs::write(folder.path().join("connection.toml"), settings).unwrap();
    let (code, report, said) = conform(folder.path(), &["--settings", "connection.toml"]);
    assert_eq!(code, 1, "{said}");
    let user = &rows(&report, "ACC-4")[0];
    assert!(user.1 == "fail" && user.2.contains("s3:PutObjectAcl"), "{user:?}");
    assert!(!report.to_string().contains("hush") && !said.contains("hush"));
}

#[test]
fn access_policies_that_cannot_be_used_are_refused_at_once() {
    let folder = TempDir::new().unwrap();
    for (text, expected) in [
        ("{", "not JSON"),
        ("{}", "not a policy"),
        (
            r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringMatches":{"a:b":"c"}}}]}"#,
            "not a condition operator",
        ),
    ] {
        fs::write(folder.path().join("own.json"), text).unwrap();
        let (code, _, said) = conform(folder.path(), &["--policy", "own.json"]);
        assert!(code == 2 && said.contains(expected), "{text}: {code} {said}");
    }
    let (code, _, said) = conform(folder.path(), &["--policy", "missing.json"]);
    assert!(code == 2 && said.contains("missing.json"), "{said}");
}

#[test]
fn access_without_permission_to_list_has_no_verdict_and_names_the_permission() {
    let folder = TempDir::new().unwrap();
    let mut policy: Value = serde_json::from_str(&render("bucket", "strict", &[])).unwrap();
    policy["Statement"].as_array_mut().unwrap().push(serde_json::json!({
        "Sid": "DenyList", "Effect": "Deny", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::mp-forwarding-acme",
    }));
    fs::write(folder.path().join("own.json"), policy.to_string()).unwrap();
    let (code, report, said) = conform(folder.path(), &["--policy", "own.json"]);
    assert_eq!(code, 3, "{said}");
    let reason = report["incomplete"].as_str().unwrap();
    assert!(reason.contains("denied by `DenyList`") && reason.contains("grant `s3:ListBucket`"), "{reason}");
}
