//! Every check passes on a healthy AWS bucket, and fails on a bucket with one fault.

mod broken;
mod policies;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Unanswered;
use super::registry::{CHECKS, evaluate};
use super::snapshot::{
    AccessKey, Caller, Expected, Key, KeySnapshot, KeyUse, NamedText, Role, RoleSnapshot, Simulated, Snapshot,
    UserSnapshot, Write,
};
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::access::{Catalogue, Partition};
use crate::report::model::{Check, Finding, Outcome};
use crate::settings::Settings;
use crate::store::{
    DefaultEncryption, Expiry, Grant, LifecycleRule, ObjectLock, Presence, PublicAccessBlock, StoreError,
    StoredEncryption, Whereabouts,
};

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const USER: &str = "arn:aws:iam::111122223333:user/mparticle";

fn policy(kind: Kind, bucket: &str) -> Value {
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    inputs.owner_account = Some("111122223333".parse().unwrap());
    if kind == Kind::User {
        inputs.kms_key_arn = Some(KEY.parse().unwrap());
    }
    render(kind, Edition::Strict, &inputs).unwrap()
}

fn settings(bucket: &str, more: &str) -> Settings {
    let text = format!("[connection]\ns3_bucket_name = \"{bucket}\"\nstore_data_in_folders_by_date = \"none\"\n{more}");
    Settings::from_toml(&text).unwrap()
}

/// A healthy bucket of AWS, encrypted with a key of its owner.
fn snapshot(settings: Settings, bucket_policy: Option<Value>, key_policy: Value, writer: &str) -> Snapshot {
    let mut expected = Expected::new(settings);
    expected.pod = Catalogue::built_in().find("us1").ok();
    expected.roles = expected.pod.map(|pod| pod.roles(Partition::Aws));
    let as_mparticle = !expected.is_role_based();
    let key = Key { arn: KEY.into(), state: "Enabled".into(), encrypts: true, of_aws: false };
    Snapshot {
        expected,
        is_aws: true,
        is_plain_http: false,
        at: "2026-03-01T00:00:00Z".parse().unwrap(),
        whereabouts: Ok(Whereabouts { presence: Presence::There, region: Some("us-east-1".into()) }),
        location: Ok("us-east-1".into()),
        policy: Ok(bucket_policy.map(|policy| policy.to_string())),
        public_access_block: Ok(Some(PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        })),
        ownership: Ok(Some("BucketOwnerEnforced".into())),
        encryption: Ok(Some(DefaultEncryption {
            method: "aws:kms".into(),
            key_id: Some(KEY.into()),
            bucket_key: true,
        })),
        lifecycle: Ok(vec![LifecycleRule { abort_uploads_after_days: Some(7), ..LifecycleRule::default() }]),
        requester_pays: Ok(false),
        grants: Ok(Vec::new()),
        policy_is_public: Ok(Some(false)),
        object_lock: Ok(None),
        is_versioned: Ok(true),
        key: Some(KeySnapshot { id: KEY.into(), key: Ok(key), policy: Ok(key_policy.to_string()) }),
        role: Some(reader()),
        inspector: Ok(Caller { arn: "arn:aws:sts::111122223333:assumed-role/platform/ada".into() }),
        user: None,
        write: Ok(Write {
            key: "mParticle_Bucket_Verification_20260301-000000.txt".into(),
            caller: Ok(Caller { arn: writer.into() }),
            as_mparticle,
            outcome: Ok(()),
            stored: Ok(Some(StoredEncryption { method: "aws:kms".into(), key_id: Some(KEY.into()) })),
            removed: None,
        }),
    }
}

fn by_roles() -> Snapshot {
    let bucket = "mp-forwarding-acme";
    let writer = "arn:aws:sts::338661164609:assumed-role/role-lambda-verifyrequest/verify";
    let mut snapshot =
        snapshot(settings(bucket, ""), Some(policy(Kind::Bucket, bucket)), policy(Kind::Key, bucket), writer);
    snapshot.write.as_mut().unwrap().as_mparticle = true;
    snapshot
}

fn by_user() -> Snapshot {
    let bucket = "acme-events";
    let keys = "[configuration]\naccess_key_id = \"AKIAEXAMPLE\"\nsecret_access_key = \"hush\"\n";
    let own = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Account", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]});
    let mut snapshot = snapshot(settings(bucket, keys), None, own, USER);
    let allowed = || Simulated {
        action: "s3:PutObject".into(),
        resource: "r".into(),
        decision: "allowed".into(),
        missing_context: Vec::new(),
    };
    snapshot.user = Some(UserSnapshot {
        caller: Ok(Caller { arn: USER.into() }),
        arn: Ok(USER.into()),
        boundary: Ok(None),
        key_id: Some("AKIAEXAMPLE".into()),
        policies: Ok(vec![NamedText { name: "export".into(), text: policy(Kind::User, bucket).to_string() }]),
        keys: Ok(vec![AccessKey {
            id: "AKIAEXAMPLE".into(),
            active: true,
            created: Some(days_ago(1)),
            used: Ok(None),
        }]),
        simulated: Ok(vec![allowed(), allowed()]),
    });
    snapshot
}

fn days_ago(days: i64) -> Timestamp {
    let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    now - jiff::SignedDuration::from_hours(24 * days)
}

fn failed(checks: &[Check]) -> Vec<&str> {
    checks.iter().filter(|check| check.outcome == Outcome::Fail).map(|check| check.id.as_str()).collect()
}

/// The outcome of one check.
fn outcome(snapshot: &Snapshot, id: &str) -> Outcome {
    evaluate(snapshot).0.into_iter().find(|check| check.id == id).unwrap().outcome
}

/// The permission whose absence causes the skip.
fn missing(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Skip { missing_permission, .. } => missing_permission.as_deref(),
        _ => None,
    }
}

/// The write is refused to another principal than mParticle.
fn refuse(snapshot: &mut Snapshot, status: u16, code: &str, detail: &str) {
    let write = snapshot.write.as_mut().unwrap();
    write.as_mparticle = false;
    write.outcome = Err(StoreError::answered("PutObject", "k", status, Some(code), detail));
    write.stored = Err(Unanswered::NotAsked("no verification object was written".into()));
}

/// The role of the module `reader`.
fn reader() -> RoleSnapshot {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Sid": "TrustedPrincipals", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:role/ci"}, "Action": "sts:AssumeRole"}]});
    let role = Role { arn: "arn:aws:iam::111122223333:role/reader".into(), trust: trust.to_string(), boundary: None };
    let text =
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    RoleSnapshot { role: Ok(role), policies: Ok(vec![NamedText { name: "read-export".into(), text: text.into() }]) }
}

/// Changes the deployed policy.
fn deploy(snapshot: &mut Snapshot, change: impl FnOnce(&mut Vec<Value>)) {
    let text = snapshot.policy.clone().unwrap().unwrap();
    let mut policy: Value = serde_json::from_str(&text).unwrap();
    change(policy["Statement"].as_array_mut().unwrap());
    snapshot.policy = Ok(Some(policy.to_string()));
}

#[test]
fn a_healthy_bucket_passes_every_check() {
    for (what, snapshot) in [("roles", by_roles()), ("user", by_user())] {
        let (checks, findings) = evaluate(&snapshot);
        for check in &checks {
            // A user needs neither a bucket policy nor the prefix.
            let needs_none = what == "user" && ["policy-lint", "bucket-name"].contains(&check.id.as_str());
            assert_eq!(check.outcome == Outcome::Pass, !needs_none, "{what}: {check:?}");
        }
        assert!(checks.len() >= 16 && findings.is_empty(), "{what}: {findings:?}");
    }
}

#[test]
fn a_write_by_another_principal_does_not_pass() {
    let mut snapshot = by_roles();
    snapshot.write.as_mut().unwrap().as_mparticle = false;
    let write = outcome(&snapshot, "write");
    assert!(write.is_like(&Outcome::skip("")) && write.reason().unwrap().contains("not by mParticle"));
    // The check does not fail either if that principal lacks the permission, and the right is named.
    refuse(
        &mut snapshot,
        403,
        "AccessDenied",
        "not authorized to perform: kms:GenerateDataKey on resource: \"k\" because no identity-based policy allows the kms:GenerateDataKey action",
    );
    assert_eq!(missing(&outcome(&snapshot, "write")), Some("kms:GenerateDataKey"));
    snapshot.write.as_mut().unwrap().outcome =
        Err(StoreError::answered("PutObject", "k", 403, Some("AccessDenied"), "no"));
    assert_eq!(missing(&outcome(&snapshot, "write")), Some("s3:PutObject"));
}

#[test]
fn what_could_not_be_read_is_skipped_and_never_passes() {
    let mut snapshot = by_roles();
    let words = "GetBucketPolicy: status 403".to_owned();
    snapshot.policy = Err(Unanswered::Forbidden { permission: "s3:GetBucketPolicy", words });
    for id in ["may-write", "policy-drift", "policy-lint", "exposure", "tls"] {
        assert_eq!(missing(&outcome(&snapshot, id)), Some("s3:GetBucketPolicy"), "{id}");
    }
    // A policy that AWS would not store has no effect.
    let mut snapshot = by_roles();
    deploy(&mut snapshot, |statements| drop(statements[3].as_object_mut().unwrap().remove("Principal")));
    for id in ["may-write", "exposure", "tls"] {
        assert!(outcome(&snapshot, id).is_like(&Outcome::skip("")), "{id}");
    }
    let mut snapshot = by_user();
    let words = "ListUserPolicies: status 403".to_owned();
    let unread = Unanswered::Forbidden { permission: "iam:ListUserPolicies", words };
    snapshot.user.as_mut().unwrap().policies = Err(unread);
    assert_eq!(missing(&outcome(&snapshot, "may-write")), Some("iam:ListUserPolicies"));
    // The check is also skipped if the bucket's policy allows the write: one of the user's policies may deny it.
    let allow = json!({"Version": "2012-10-17", "Statement": [{"Sid": "User", "Effect": "Allow", "Principal": {"AWS": USER},
        "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-events/*"}]});
    snapshot.policy = Ok(Some(allow.to_string()));
    assert!(outcome(&snapshot, "may-write").is_like(&Outcome::skip("")));
}

#[test]
fn a_lifecycle_rule_for_other_keys_passes() {
    for (folder, prefix, expected) in [
        ("", "mParticle_Bucket_Verification_", Outcome::Pass),
        ("", "athena-results/", Outcome::Pass),
        ("", "", Outcome::Fail),
        ("", "app_", Outcome::Fail),
        ("", "2026-01-02/", Outcome::Fail),
        ("exports", "exports/athena/", Outcome::Pass),
        ("exports", "other/", Outcome::Pass),
        ("exports", "exp", Outcome::Fail),
        ("exports", "exports/2026-01-02/a", Outcome::Fail),
    ] {
        let mut snapshot = by_roles();
        if !folder.is_empty() {
            snapshot.expected.settings.connection.folder_name = Some(folder.parse().unwrap());
        }
        let (prefix, expiry) = (prefix.to_owned(), Some(Expiry::Days(1)));
        snapshot.lifecycle.as_mut().unwrap().push(LifecycleRule { prefix, expiry, ..LifecycleRule::default() });
        assert_eq!(outcome(&snapshot, "lifecycle"), expected, "{folder} {:?}", snapshot.lifecycle);
    }
}

#[test]
fn without_an_answer_to_the_main_question_the_report_is_incomplete() {
    let report = |snapshot: &Snapshot| super::report(snapshot, "b".into(), snapshot.at, 1);
    let mut snapshot = by_roles();
    assert_eq!(report(&snapshot).incomplete, None);
    let words = "GetBucketPolicy: status 403".to_owned();
    snapshot.policy = Err(Unanswered::Forbidden { permission: "s3:GetBucketPolicy", words });
    snapshot.write.as_mut().unwrap().as_mparticle = false;
    let reason = report(&snapshot).incomplete.unwrap();
    assert!(reason.contains("whether mParticle may write is not known") && reason.contains("s3:GetBucketPolicy"));
    // A write by mParticle itself is an answer.
    snapshot.write.as_mut().unwrap().as_mparticle = true;
    assert_eq!(report(&snapshot).incomplete, None);
}

#[test]
fn the_key_that_mparticle_uses_is_told() {
    let mut snapshot = by_user();
    let at = days_ago(2);
    let used = Ok(Some(KeyUse { at, service: "s3".into(), region: "us-east-1".into() }));
    let other = AccessKey { id: "AKIAOTHEREXAMPLE".into(), active: true, created: Some(days_ago(1)), used };
    snapshot.user.as_mut().unwrap().keys.as_mut().unwrap().push(other);
    let (_, findings) = evaluate(&snapshot);
    let finding = findings.iter().find(|one| one.check == "access-key").unwrap();
    assert!(finding.message.contains("was last used on 2026-02-27 00:00 UTC for s3 in us-east-1"), "{finding:?}");
    assert!(finding.message.contains("was never used"), "{finding:?}");
    snapshot.user.as_mut().unwrap().simulated.as_mut().unwrap()[0].missing_context = vec!["aws:SourceVpce".into()];
    let (_, findings) = evaluate(&snapshot);
    assert!(findings.iter().any(|one| one.check == "simulation" && one.message.contains("`aws:SourceVpce`")));
}
