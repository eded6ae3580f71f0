//! `policy render` and `policy pods` as a user runs them: golden files, refusals, and no injection.

use std::path::{Path, PathBuf};
use std::process::Output;

use mp_forwarding::access::canonical;
use serde_json::Value;

use crate::support::program::program;

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/policies")
}

pub(crate) fn policy(arguments: &[&str]) -> Output {
    program().arg("policy").args(arguments).output().unwrap()
}

fn render(arguments: &[&str]) -> Output {
    policy(&[&["render"], arguments].concat())
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn golden(file: &str) -> String {
    let text = std::fs::read_to_string(fixtures().join(file)).unwrap();
    canonical(&serde_json::from_str::<Value>(&text).unwrap()) + "\n"
}

#[test]
fn the_documented_edition_is_what_is_published() {
    for pod in ["us1", "us2", "eu1", "au1"] {
        let arguments = ["bucket", "--bucket", "mp-forwarding-acme", "--pod", pod, "--edition", "documented"];
        let output = render(&[&arguments[..], &["--canonical"]].concat());
        assert_eq!(String::from_utf8_lossy(&output.stdout), golden(&format!("documented/bucket.{pod}.json")));
        assert!(stderr(&output).contains(&format!("{pod}: account and roles as of 2023-10")));
    }
    let output = render(&["user", "--bucket", "mp-forwarding-acme", "--edition", "documented", "--canonical"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), golden("documented/user.json"));
}

#[test]
fn the_other_editions_are_their_golden_files() {
    for (file, arguments) in [
        ("strict/bucket.json", &["bucket", "--pod", "eu1"][..]),
        (
            "strict/bucket.folder-and-endpoints.json",
            &[
                "bucket",
                "--pod",
                "us1",
                "--folder",
                "/exports/eu/",
                "--source-vpce",
                "vpce-0a1b2c3d4e5f67890",
                "--source-vpce",
                "vpce-1a2b3c4d",
            ],
        ),
        ("strict/user.json", &["user"]),
        ("strict/user.folder-and-key.json", &["user", "--folder", "exports/eu", "--kms-key-arn", KEY]),
        ("strict/key.json", &["key", "--pod", "eu1", "--owner", "111122223333"]),
        ("minio/bucket.folder.json", &["bucket", "--pod", "eu1", "--edition", "minio", "--folder", "exports"]),
        ("minio/user.json", &["user", "--edition", "minio"]),
    ] {
        let output = render(&[arguments, &["--bucket", "mp-forwarding-acme", "--canonical"]].concat());
        assert_eq!(String::from_utf8_lossy(&output.stdout), golden(file), "{file}");
    }
}

#[test]
fn limits_of_an_edition_are_printed_on_stderr() {
    let output = render(&["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--edition", "minio"]);
    assert!(stderr(&output).contains("left out because MinIO refuses it: s3:PutObjectAcl"));
    assert!(stderr(&output).contains("a run on MinIO does not test"));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("PutObjectAcl"));
}

#[test]
fn an_invalid_input_is_refused_with_a_remedy() {
    let long = "a".repeat(64);
    for (arguments, expected) in [
        (&["bucket", "--bucket", "acme-events", "--pod", "eu1"][..], "begins with `mp-forwarding-`; rename it, or use"),
        (&["bucket", "--bucket", "mp-forwarding-a.b", "--pod", "eu1"], "a dot breaks TLS"),
        (&["bucket", "--bucket", "Acme", "--pod", "eu1"], "only lower-case letters"),
        (&["bucket", "--bucket", &long, "--pod", "eu1"], "it has 64 characters, 3 to 63"),
        (
            &["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu2"],
            "known as of 2023-10: `us1`, `us2`, `eu1`, `au1`",
        ),
        (&["bucket", "--bucket", "mp-forwarding-acme"], "use --pod"),
        (&["bucket", "--bucket", "mp-forwarding-acme", "--account", "111122223333"], "no pod was given"),
        (&["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--writer-role", "a\",\"b"], "name of a role"),
        (&["bucket", "--bucket", "mp-forwarding-acme\",\"x", "--pod", "eu1"], "only lower-case letters"),
        (
            &["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder", "a/${aws:username}"],
            "because of its `$`",
        ),
        (&["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder", "a*"], "because of its `*`"),
        (
            &["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder", "a", "--edition", "documented"],
            "does not support a folder: use `strict`",
        ),
        (&["user", "--bucket", "acme", "--kms-key-arn", "alias/x"], "is an alias"),
        (&["user", "--bucket", "acme", "--source-vpce", "vpce-1a2b3c4d"], "they restrict reading"),
        (
            &["user", "--bucket", "acme", "--kms-key-arn", KEY, "--partition", "aws-cn"],
            "a policy applies to one partition",
        ),
        (&["key", "--bucket", "mp-forwarding-acme", "--pod", "eu1"], "give the account"),
        (
            &["key", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--kms-key-arn", KEY, "--owner", "999999999999"],
            "the given owner is `999999999999`",
        ),
        (
            &["key", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--edition", "documented"],
            "there is no documented edition of the key policy: use `strict`",
        ),
        (
            &["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--merge", "no-such-file"],
            "failed to merge with",
        ),
    ] {
        let output = render(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
    }
}

#[test]
fn merging_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let deployed = folder.path().join("deployed.json");
    let theirs = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow","Principal":{"AWS":"111122223333"},
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::mp-forwarding-acme/*"}]}"#;
    std::fs::write(&deployed, theirs).unwrap();
    let path = deployed.to_str().unwrap();
    let arguments = ["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--merge", path];
    let once = render(&arguments);
    assert!(stderr(&once).contains("kept 1 other statement, replaced 0 with new ones"));
    assert!(String::from_utf8_lossy(&once.stdout).contains("Theirs"));
    std::fs::write(&deployed, &once.stdout).unwrap();
    let twice = render(&arguments);
    assert!(stderr(&twice).contains("kept 1 other statement, replaced 4 with new ones"));
    assert_eq!(once.stdout, twice.stdout);
}

#[test]
fn a_change_of_the_pod_leaves_no_grant_of_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let deployed = folder.path().join("deployed.json");
    std::fs::copy(fixtures().join("documented/bucket.us1.json"), &deployed).unwrap();
    let path = deployed.to_str().unwrap();
    let arguments = ["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--merge", path];
    let changed = render(&[&arguments[..], &["--edition", "documented", "--canonical"]].concat());
    assert!(stderr(&changed).contains("kept 0 other statements, replaced 2 with new ones"), "{}", stderr(&changed));
    assert_eq!(String::from_utf8_lossy(&changed.stdout), golden("documented/bucket.eu1.json"));
    let strict = render(&[&arguments[..], &["--canonical"]].concat());
    assert_eq!(String::from_utf8_lossy(&strict.stdout), golden("strict/bucket.json"));
}

#[test]
fn statements_that_a_merge_removes_are_named() {
    let arguments = |folder: &str| {
        let arguments = ["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder"];
        render(&[&arguments[..], &[folder, "--merge", "-"]].concat())
    };
    let nothing = arguments("a");
    assert_eq!(nothing.status.code(), Some(2), "stdin is read, and an empty one is no policy");
    let folder = tempfile::tempdir().unwrap();
    let deployed = folder.path().join("deployed.json");
    let first = render(&["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder", "a"]);
    std::fs::write(&deployed, &first.stdout).unwrap();
    let path = deployed.to_str().unwrap();
    let second =
        render(&["bucket", "--bucket", "mp-forwarding-acme", "--pod", "us1", "--folder", "b", "--merge", path]);
    let expected = "`MParticleWriterPutsObjects` on `arn:aws:s3:::mp-forwarding-acme/a/*`";
    assert!(stderr(&second).contains(expected), "{}", stderr(&second));
    let user = render(&["user", "--bucket", "mp-forwarding-acme", "--merge", path]);
    assert_eq!(user.status.code(), Some(2));
    assert!(stderr(&user).contains("is a bucket policy, and the new one is a user policy"), "{}", stderr(&user));
}

#[test]
fn a_policy_over_the_limit_of_s3_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let deployed = folder.path().join("deployed.json");
    let actions = vec!["s3:GetObject"; 1_600];
    let statement = serde_json::json!({"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "arn:aws:s3:::mp-forwarding-acme/*"});
    std::fs::write(&deployed, serde_json::json!({ "Statement": [statement] }).to_string()).unwrap();
    let arguments = ["bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--merge", deployed.to_str().unwrap()];
    let output = render(&arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("bytes, more than the 20480 that S3 allows"), "{}", stderr(&output));
}

#[test]
fn the_pods_are_printed_with_their_date() {
    let output = policy(&["pods"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("as of 2023-10") && text.contains("arn:aws:iam::338661164609:role/role-lambda-verifyrequest")
    );
    let output = policy(&["pods", "--format", "json", "--partition", "aws-us-gov"]);
    let catalogue: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(catalogue["date"], "2023-10");
    assert_eq!(catalogue["pods"][2]["writer_role_arn"], "arn:aws-us-gov:iam::583371261087:role/Prod-Role-DG12-Default");
}
