//! What AWS alone can answer: every check is shown a bucket that is as it should be, and one that is broken for it alone.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Unanswered;
use super::check::{CHECKS, judge};
use super::sight::{AccessKey, Caller, Expected, Key, KeySight, NamedText, Sight, Simulated, UserSight, Write};
use crate::access::render::{Edition, Inputs, Kind, render};
use crate::access::{Catalogue, Partition};
use crate::report::{PreflightCheck, Status};
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

/// A bucket of AWS that is as it should be, encrypted with a key of its owner's.
fn sight(settings: Settings, bucket_policy: Option<Value>, key_policy: Value, writer: &str) -> Sight {
    let mut expected = Expected::new(settings);
    expected.pod = Catalogue::built_in().find("us1").ok();
    expected.roles = expected.pod.map(|pod| pod.roles(Partition::Aws));
    let as_mparticle = !expected.is_role_based();
    let key = Key { arn: KEY.into(), state: "Enabled".into(), encrypts: true, of_aws: false };
    Sight {
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
        key: Some(KeySight { id: KEY.into(), key: Ok(key), policy: Ok(key_policy.to_string()) }),
        inspector: Ok(Caller { arn: "arn:aws:sts::111122223333:assumed-role/platform/ada".into() }),
        user: None,
        write: Ok(Write {
            key: "mParticle_Bucket_Verification_20260301-000000.txt".into(),
            caller: Ok(Caller { arn: writer.into() }),
            as_mparticle,
            outcome: Ok(()),
            kept: Ok(Some(StoredEncryption { method: "aws:kms".into(), key_id: Some(KEY.into()) })),
            removed: None,
        }),
    }
}

fn by_roles() -> Sight {
    let bucket = "mp-forwarding-acme";
    let writer = "arn:aws:sts::338661164609:assumed-role/role-lambda-verifyrequest/verify";
    let mut sight = sight(settings(bucket, ""), Some(policy(Kind::Bucket, bucket)), policy(Kind::Key, bucket), writer);
    sight.write.as_mut().unwrap().as_mparticle = true;
    sight
}

fn by_user() -> Sight {
    let bucket = "acme-events";
    let keys = "[configuration]\naccess_key_id = \"AKIAEXAMPLE\"\nsecret_access_key = \"hush\"\n";
    let own = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Account", "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}]});
    let mut sight = sight(settings(bucket, keys), None, own, USER);
    let allowed = || Simulated { action: "s3:PutObject".into(), resource: "r".into(), decision: "allowed".into() };
    sight.user = Some(UserSight {
        caller: Ok(Caller { arn: USER.into() }),
        arn: Ok(USER.into()),
        key_id: Some("AKIAEXAMPLE".into()),
        policies: Ok(vec![NamedText { name: "export".into(), text: policy(Kind::User, bucket).to_string() }]),
        keys: Ok(vec![AccessKey { id: "AKIAEXAMPLE".into(), active: true, created: Some(days_ago(1)) }]),
        simulated: Ok(vec![allowed(), allowed()]),
    });
    sight
}

fn days_ago(days: i64) -> Timestamp {
    let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    now - jiff::SignedDuration::from_hours(24 * days)
}

fn failed(checks: &[PreflightCheck]) -> Vec<&str> {
    checks.iter().filter(|check| check.status == Status::Fail).map(|check| check.id.as_str()).collect()
}

/// Changes the deployed policy.
fn deploy(sight: &mut Sight, change: impl FnOnce(&mut Vec<Value>)) {
    let text = sight.policy.clone().unwrap().unwrap();
    let mut policy: Value = serde_json::from_str(&text).unwrap();
    change(policy["Statement"].as_array_mut().unwrap());
    sight.policy = Ok(Some(policy.to_string()));
}

#[test]
fn what_is_as_it_should_be_passes_every_check() {
    for (what, sight) in [("roles", by_roles()), ("user", by_user())] {
        let checks = judge(&sight);
        for check in &checks {
            let without_policy = check.status == Status::NotApplicable && what == "user" && check.id == "policy-lint";
            assert!(check.status == Status::Pass || without_policy, "{what}: {check:?}");
            assert!(check.findings.is_empty(), "{what}: {check:?}");
        }
        assert!(checks.len() >= 16, "{what}");
    }
}

/// What breaks a bucket, the check that must say so first, and what it must say.
type Broken = (&'static [&'static str], &'static str, fn(&mut Sight));

const BROKEN_BY_ROLES: &[Broken] = &[
    (&["bucket"], "there is no bucket `mp-forwarding-acme`", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Missing, region: None });
        let absent = || Unanswered::NotAsked("there is no bucket".into());
        s.policy = Err(absent());
    }),
    (&["region"], "is in `eu-west-1`, and mParticle is told `us-east-1`", |s| {
        s.whereabouts = Ok(Whereabouts { presence: Presence::Elsewhere, region: Some("eu-west-1".into()) });
        s.key = None;
    }),
    (&["may-write"], "nothing lets mParticle's roles write", |s| {
        s.policy = Ok(None);
        // Nothing demands TLS either; that is `tls`'s own case.
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
    (&["exposure"], "[wildcard-principal]", |s| {
        deploy(s, |statements| {
            statements.push(json!({"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::mp-forwarding-acme/*"}));
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
    (&["policy-drift", "exposure"], "which allows more than is expected", |s| {
        deploy(s, |statements| {
            statements[0]["Action"] = json!(["s3:PutObject", "s3:PutObjectAcl", "s3:DeleteObject", "s3:GetObject"]);
        });
    }),
    (&["policy-drift", "exposure"], "extra: `More` allows mParticle more than is expected", |s| {
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
    (&["key"], "lacks kms:GenerateDataKey", |s| {
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
    (&["ownership"], "belongs to mParticle's account", |s| s.ownership = Ok(None)),
    (&["encryption"], "aws/s3", |s| {
        s.encryption = Ok(Some(DefaultEncryption { method: "aws:kms".into(), key_id: None, bucket_key: true }));
        s.key = None;
    }),
    (&["encryption"], "objects do not get the bucket's `aws:kms`", |s| {
        s.expected.settings = settings("mp-forwarding-acme", "server_side_encryption_method = \"AES256\"");
        s.key = None;
        s.write.as_mut().unwrap().kept = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
    }),
    (&["key"], "the key is `PendingDeletion`", |s| {
        if let Some(KeySight { key: Ok(key), .. }) = &mut s.key {
            key.state = "PendingDeletion".into();
        }
    }),
    (&["key"], "the key is in `eu-west-1` and the bucket in `us-east-1`", |s| {
        if let Some(KeySight { key: Ok(key), .. }) = &mut s.key {
            key.arn = key.arn.replace("us-east-1", "eu-west-1");
        }
    }),
    (&["key"], "lacks kms:GenerateDataKey", |s| {
        if let Some(key) = &mut s.key {
            key.policy = Ok(policy(Kind::Key, "mp-forwarding-other").to_string());
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
        write.kept = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
    (&["stored"], "`aws:kms` was asked for, and it is kept AES256", |s| {
        s.expected.settings = settings(
            "mp-forwarding-acme",
            &format!("server_side_encryption_method = \"aws:kms\"\n[engine]\nsse_kms_key_id = \"{KEY}\""),
        );
        s.write.as_mut().unwrap().kept = Ok(Some(StoredEncryption { method: "AES256".into(), key_id: None }));
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
    (&["user"], "is the account's root", |s| {
        s.user.as_mut().unwrap().caller = Ok(Caller { arn: "arn:aws:iam::111122223333:root".into() });
    }),
    (&["user-policy"], "asks for s3:ListAllMyBuckets", |s| {
        let text = policy(Kind::User, "acme-events").to_string().replace("s3:ListAllMyBuckets", "s3:ListAllMyThings");
        s.user.as_mut().unwrap().policies = Ok(vec![NamedText { name: "export".into(), text }]);
    }),
    (&["access-key"], "is 91 days old, 90 are allowed", |s| {
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
        write.kept = Err(Unanswered::NotAsked("no verification object was written".into()));
    }),
];

/// The published policy, which demands no TLS.
fn documented() -> Value {
    let mut inputs = Inputs::new("mp-forwarding-acme".parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    render(Kind::Bucket, Edition::Documented, &inputs).unwrap()
}

#[test]
fn what_is_broken_is_caught_by_its_own_check_alone() {
    let roles = BROKEN_BY_ROLES.iter().map(|broken| (by_roles(), broken));
    let users = BROKEN_BY_USER.iter().map(|broken| (by_user(), broken));
    let mut caught = Vec::new();
    for (mut sight, (ids, message, change)) in roles.chain(users) {
        change(&mut sight);
        let checks = judge(&sight);
        assert_eq!(failed(&checks), *ids, "{message}: {checks:#?}");
        let check = checks.iter().find(|check| check.id == ids[0]).unwrap();
        let told = check.findings.iter().find(|finding| finding.message.contains(message));
        assert!(told.is_some_and(|finding| !finding.remedy.is_empty()), "{message}: {check:#?}");
        caught.extend_from_slice(ids);
    }
    // Whatever can fail has been seen to fail.
    for check in CHECKS.iter().filter(|check| !["bucket-name", "home-region"].contains(&check.id)) {
        assert!(caught.contains(&check.id), "{}", check.id);
    }
}

#[test]
fn another_principals_success_is_no_pass_for_mparticle() {
    let mut sight = by_roles();
    sight.write.as_mut().unwrap().as_mparticle = false;
    let status = |sight: &Sight| judge(sight).into_iter().find(|check| check.id == "write").unwrap();
    let write = status(&sight);
    assert!(write.status == Status::Skip && write.reason.unwrap().contains("who is not mParticle"));
    // And its refusal for want of a right is no failure.
    sight.write.as_mut().unwrap().outcome =
        Err(StoreError::answered("PutObject", "k", 403, Some("AccessDenied"), "no"));
    let write = status(&sight);
    assert_eq!((write.status, write.missing_right.as_deref()), (Status::Skip, Some("s3:PutObject")));
}

#[test]
fn what_is_not_known_is_skipped_and_never_passed() {
    let mut sight = by_roles();
    let forbidden =
        || Unanswered::Forbidden { right: "s3:GetBucketPolicy", words: "GetBucketPolicy: status 403".into() };
    sight.policy = Err(forbidden());
    for check in judge(&sight) {
        if ["may-write", "policy-drift", "policy-lint", "exposure", "tls"].contains(&check.id.as_str()) {
            assert_eq!(check.missing_right.as_deref(), Some("s3:GetBucketPolicy"), "{}", check.id);
        }
    }
    // What AWS would not store does nothing.
    let mut sight = by_roles();
    deploy(&mut sight, |statements| drop(statements[3].as_object_mut().unwrap().remove("Principal")));
    for check in judge(&sight) {
        if ["may-write", "exposure", "tls"].contains(&check.id.as_str()) {
            assert_eq!(check.status, Status::Skip, "{check:?}");
        }
    }
    let mut sight = by_user();
    let unread = Unanswered::Forbidden { right: "iam:ListUserPolicies", words: "ListUserPolicies: status 403".into() };
    sight.user.as_mut().unwrap().policies = Err(unread);
    let checks = judge(&sight);
    let check = checks.iter().find(|check| check.id == "may-write").unwrap();
    assert_eq!((check.status, check.missing_right.as_deref()), (Status::Skip, Some("iam:ListUserPolicies")));
    // Nor when the bucket's policy allows it: a Deny among the user's may refuse it.
    let allow = json!({"Version": "2012-10-17", "Statement": [{"Sid": "User", "Effect": "Allow", "Principal": {"AWS": USER},
        "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-events/*"}]});
    sight.policy = Ok(Some(allow.to_string()));
    let check = judge(&sight).into_iter().find(|check| check.id == "may-write").unwrap();
    assert_eq!(check.status, Status::Skip, "{check:?}");
}

#[test]
fn a_rule_for_other_keys_deletes_no_export() {
    for (folder, prefix, expected) in [
        ("", "mParticle_Bucket_Verification_", Status::Pass),
        ("", "athena-results/", Status::Pass),
        ("", "", Status::Fail),
        ("", "app_", Status::Fail),
        ("", "2026-01-02/", Status::Fail),
        ("exports", "exports/athena/", Status::Pass),
        ("exports", "other/", Status::Pass),
        ("exports", "exp", Status::Fail),
        ("exports", "exports/2026-01-02/a", Status::Fail),
    ] {
        let mut sight = by_roles();
        if !folder.is_empty() {
            sight.expected.settings.connection.folder_name = Some(folder.parse().unwrap());
        }
        let (prefix, expiry) = (prefix.to_owned(), Some(Expiry::Days(1)));
        sight.lifecycle.as_mut().unwrap().push(LifecycleRule { prefix, expiry, ..LifecycleRule::default() });
        let check = judge(&sight).into_iter().find(|check| check.id == "lifecycle").unwrap();
        assert_eq!(check.status, expected, "{folder} {:?}", sight.lifecycle);
    }
}
