//! Every check passes on a healthy AWS bucket, and fails on a bucket with one fault.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Unanswered;
use super::registry::{CHECKS, evaluate};
use super::snapshot::{
    AccessKey, Caller, Expected, Key, KeySnapshot, NamedText, Simulated, Snapshot, UserSnapshot, Write,
};
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::access::{Catalogue, Partition};
use crate::report::model::{Check, Finding, Outcome};
use crate::settings::Settings;
use crate::store::{
    DefaultEncryption, Expiry, LifecycleRule, Presence, PublicAccessBlock, StoreError, StoredEncryption, Whereabouts,
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
        key: Some(KeySnapshot { id: KEY.into(), key: Ok(key), policy: Ok(key_policy.to_string()) }),
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
    let allowed = || Simulated { action: "s3:PutObject".into(), resource: "r".into(), decision: "allowed".into() };
    snapshot.user = Some(UserSnapshot {
        caller: Ok(Caller { arn: USER.into() }),
        arn: Ok(USER.into()),
        key_id: Some("AKIAEXAMPLE".into()),
        policies: Ok(vec![NamedText { name: "export".into(), text: policy(Kind::User, bucket).to_string() }]),
        keys: Ok(vec![AccessKey { id: "AKIAEXAMPLE".into(), active: true, created: Some(days_ago(1)) }]),
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
            let without_policy = what == "user" && check.id == "policy-lint";
            assert_eq!(check.outcome == Outcome::Pass, !without_policy, "{what}: {check:?}");
        }
        assert!(checks.len() >= 16 && findings.is_empty(), "{what}: {findings:?}");
    }
}

/// A fault: the checks that find it, the message of the first check, and a function that adds the fault to the bucket.
type Broken = (&'static [&'static str], &'static str, fn(&mut Snapshot));

const BROKEN_BY_ROLES: &[Broken] = &[
    (&["bucket"], "the bucket `mp-forwarding-acme` does not exist", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Missing, region: None });
        let absent = || Unanswered::NotAsked("the bucket does not exist".into());
        s.policy = Err(absent());
    }),
    (&["region"], "is in `eu-west-1`, but mParticle is configured for `us-east-1`", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Elsewhere, region: Some("eu-west-1".into()) });
        s.key = None;
    }),
    (&["may-write"], "mParticle's roles may not write", |s| {
        s.policy = Ok(None);
        // Without a policy TLS is not required either; this is tested in the case of `tls`.
        s.is_plain_http = true;
    }),
    (&["may-write"], "[denies-mparticle]", |s| {
        deploy(s, |statements| {
            statements.push(json!({"Sid": "OwnNetwork", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
                "Resource": ["arn:aws:s3:::mp-forwarding-acme/*"],
                "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-1a2b3c4d"}}}));
        });
    }),
    (&["policy-drift"], "missing: `DenyReadsOutsideEndpoints`", |s| {
        s.expected.edition = Some(Edition::Strict);
        s.expected.source_vpces = vec!["vpce-1a2b3c4d".parse().unwrap()];
    }),
    (&["policy-lint"], "[duplicate-sid]", |s| {
        deploy(s, |statements| {
            let mut twin = statements[2].clone();
            twin["Resource"] = "arn:aws:s3:::mp-forwarding-acme/*".into();
            statements.push(twin);
        });
    }),
    (&["exposure"], "the key's policy, `Open`: it allows everyone", |s| {
        let mut open = policy(Kind::Key, "mp-forwarding-acme");
        open["Statement"].as_array_mut().unwrap().push(
            json!({"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}),
        );
        s.key.as_mut().unwrap().policy = Ok(open.to_string());
    }),
    (&["exposure"], "the bucket policy, `Theirs`: `s3:*` allows every action", |s| {
        deploy(s, |statements| {
            statements.push(
                json!({"Sid": "Theirs", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
                "Action": "s3:*", "Resource": "*"}),
            );
        });
    }),
    (&["policy-drift", "exposure"], "which allows more than expected", |s| {
        deploy(s, |statements| {
            statements[0]["Action"] = json!(["s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:GetObject"]);
        });
    }),
    (&["policy-drift", "exposure"], "extra: `More` allows mParticle more than expected", |s| {
        deploy(s, |statements| {
            let mut more = statements[0].clone();
            (more["Sid"], more["Action"]) = ("More".into(), "s3:DeleteObject".into());
            statements.push(more);
        });
    }),
    (&["policy-drift", "tls"], "changed: `DenyInsecureTransport`: Action has", |s| {
        s.expected.edition = Some(Edition::Strict);
        deploy(s, |statements| statements[2]["Action"] = json!(["s3:GetObject", "s3:PutObject", "s3:ListBucket"]));
    }),
    (&["policy-lint"], "`DenyTlsBelow12`: it names no principal", |s| {
        deploy(s, |statements| drop(statements[3].as_object_mut().unwrap().remove("Principal")));
    }),
    (&["key"], "may not call kms:GenerateDataKey", |s| {
        // With a bucket key S3 sends the bucket's ARN.
        let mut key = policy(Kind::Key, "mp-forwarding-acme");
        key["Statement"][1]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"] =
            json!(["arn:aws:s3:::mp-forwarding-acme/*"]);
        s.key.as_mut().unwrap().policy = Ok(key.to_string());
    }),
    (&["public-access"], "off: RestrictPublicBuckets", |s| {
        if let Ok(Some(block)) = &mut s.public_access_block {
            block.restrict_public_buckets = false;
        }
    }),
    (&["tls"], "[no-tls]", |s| {
        s.policy = Ok(Some(documented().to_string()));
    }),
    (&["ownership"], "belong to mParticle's account", |s| s.ownership = Ok(None)),
    (&["encryption"], "aws/s3", |s| {
        s.encryption = Ok(Some(DefaultEncryption { method: "aws:kms".into(), key_id: None, bucket_key: true }));
        s.key = None;
    }),
    (&["encryption"], "objects do not get the bucket's `aws:kms`", |s| {
        s.expected.settings = settings("mp-forwarding-acme", "server_side_encryption_method = \"AES256\"");
        s.key = None;
        s.write.as_mut().unwrap().stored = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
    }),
    (&["key"], "the key is in `eu-west-1` and the bucket in `us-east-1`", |s| {
        if let Some(KeySnapshot { key: Ok(key), .. }) = &mut s.key {
            key.arn = key.arn.replace("us-east-1", "eu-west-1");
        }
    }),
    (&["lifecycle"], "`old` deletes the export as soon as it is written", |s| {
        let expiry = Some(Expiry::Date("2025-01-01T00:00:00Z".into()));
        s.lifecycle.as_mut().unwrap().push(LifecycleRule { id: "old".into(), expiry, ..LifecycleRule::default() });
    }),
    (&["lifecycle"], "moves the export to GLACIER after 3 days", |s| {
        let archives = vec![(3, "GLACIER".into())];
        s.lifecycle.as_mut().unwrap().push(LifecycleRule { archives, ..LifecycleRule::default() });
    }),
    (&["write"], "KMS.DisabledException (400)", |s| {
        let write = s.write.as_mut().unwrap();
        write.outcome = Err(StoreError::answered("PutObject", "k", 400, Some("KMS.DisabledException"), "disabled"));
        write.stored = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
    (&["stored"], "expected the encryption `aws:kms`, found AES256", |s| {
        s.expected.settings = settings(
            "mp-forwarding-acme",
            &format!("server_side_encryption_method = \"aws:kms\"\n[engine]\nsse_kms_key_id = \"{KEY}\""),
        );
        s.write.as_mut().unwrap().stored = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
    }),
];

const BROKEN_BY_USER: &[Broken] = &[
    (&["may-write"], "may not put files", |s| {
        let text = policy(Kind::User, "acme-events").to_string().replace("\"s3:PutObject\"", "\"s3:GetObject\"");
        s.user.as_mut().unwrap().policies = Ok(vec![NamedText { name: "export".into(), text }]);
    }),
    (&["exposure"], "s3:PutBucketPolicy", |s| {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Own","Effect":"Allow","Action":"s3:PutBucketPolicy","Resource":"arn:aws:s3:::acme-events"}]}"#;
        s.user.as_mut().unwrap().policies.as_mut().unwrap().push(NamedText { name: "own".into(), text: text.into() });
    }),
    (&["user"], "is the account root's", |s| {
        s.user.as_mut().unwrap().caller = Ok(Caller { arn: "arn:aws:iam::111122223333:root".into() });
    }),
    (&["user-policy"], "requires s3:ListAllMyBuckets", |s| {
        let text = policy(Kind::User, "acme-events").to_string().replace("s3:ListAllMyBuckets", "s3:ListAllMyThings");
        s.user.as_mut().unwrap().policies = Ok(vec![NamedText { name: "export".into(), text }]);
    }),
    (&["access-key"], "is 91 days old, more than the limit of 90", |s| {
        s.user.as_mut().unwrap().keys.as_mut().unwrap()[0].created = Some(days_ago(91));
    }),
    (&["access-key"], "the user has no key `AKIA…MPLE`", |s| s.user.as_mut().unwrap().keys = Ok(Vec::new())),
    (&["simulation"], "explicitDeny", |s| {
        s.user.as_mut().unwrap().simulated.as_mut().unwrap()[1].decision = "explicitDeny".into();
    }),
    (&["ownership"], "the user's policy grants no s3:PutObjectAcl", |s| {
        s.expected.settings.engine.acl = Some(crate::settings::Acl::BucketOwnerFullControl);
    }),
    (&["write"], "AccessDenied (403)", |s| {
        let write = s.write.as_mut().unwrap();
        write.outcome = Err(StoreError::answered("PutObject", "k", 403, Some("AccessDenied"), "no"));
        write.stored = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
];

/// The published policy, which does not require TLS.
fn documented() -> Value {
    let mut inputs = Inputs::new("mp-forwarding-acme".parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    render(Kind::Bucket, Edition::Documented, &inputs).unwrap()
}

#[test]
fn each_fault_is_found_by_its_own_check_alone() {
    let roles = BROKEN_BY_ROLES.iter().map(|broken| (by_roles(), broken));
    let users = BROKEN_BY_USER.iter().map(|broken| (by_user(), broken));
    let mut caught = Vec::new();
    for (mut snapshot, (ids, message, change)) in roles.chain(users) {
        change(&mut snapshot);
        let (checks, findings) = evaluate(&snapshot);
        assert_eq!(failed(&checks), *ids, "{message}: {checks:#?}");
        let is_this = |finding: &&Finding| finding.check == ids[0] && finding.message.contains(message);
        assert!(findings.iter().find(is_this).is_some_and(|one| one.remedy.is_some()), "{message}: {findings:#?}");
        caught.extend_from_slice(ids);
    }
    // Every check that can fail has failed once.
    for check in CHECKS.iter().filter(|check| !["bucket-name", "home-region"].contains(&check.id)) {
        assert!(caught.contains(&check.id), "{}", check.id);
    }
}

#[test]
fn a_write_by_another_principal_does_not_pass() {
    let mut snapshot = by_roles();
    snapshot.write.as_mut().unwrap().as_mparticle = false;
    let write = outcome(&snapshot, "write");
    assert!(write.is_like(&Outcome::skip("")) && write.reason().unwrap().contains("not by mParticle"));
    // The check does not fail either if that principal lacks the permission.
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
