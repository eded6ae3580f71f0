//! What others than mParticle may do, and what mParticle may do beyond writing.

use std::collections::BTreeSet;

use mp_forwarding::access::Policy;
use mp_forwarding::access::lint::{Expectations, Fault, lint};
use serde_json::{Value, json};

use super::{BUCKET, bucket, expectations, fixture, rules, trust, user, with};
use crate::policy::{policy, stderr};

fn faults(document: &Value, expected: &Expectations) -> Vec<Fault> {
    lint(&Policy::from_value(document).unwrap(), 1, expected)
}

fn allow(principal: Value, action: Value, condition: Value) -> Value {
    json!({"Sid": "A", "Effect": "Allow", "Principal": principal, "Action": action,
        "Resource": [BUCKET, format!("{BUCKET}/*")], "Condition": condition})
}

#[test]
fn each_kind_of_outsider_is_reported_with_the_condition_that_decides() {
    let none = || json!({});
    let canonical = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";
    for (principal, action, condition, rule, message) in [
        (
            json!({"AWS": "444455556666"}),
            "s3:GetObject",
            none(),
            "others-read",
            "every principal of the account `444455556666`",
        ),
        (json!({"AWS": "arn:aws:iam::444455556666:root"}), "s3:Put*", none(), "others-change", "s3:PutBucketPolicy"),
        (
            json!({"AWS": "arn:aws:iam::444455556666:role/loader"}),
            "s3:DeleteObject",
            none(),
            "others-change",
            "role/loader` may call s3:DeleteObject",
        ),
        (json!({"CanonicalUser": canonical}), "s3:GetObject", none(), "others-read", "the canonical user"),
        (
            json!({"Federated": "cognito-identity.amazonaws.com"}),
            "s3:PutObject",
            none(),
            "others-change",
            "the identity provider `cognito-identity",
        ),
        (
            json!({"Service": "logging.s3.amazonaws.com"}),
            "s3:PutObject",
            none(),
            "others-change",
            "the service `logging.s3.amazonaws.com` for any account",
        ),
        (json!({"Service": "cloudfront.amazonaws.com"}), "s3:GetObject", none(), "others-read", "CloudFront"),
        (
            json!({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}),
            "s3:GetObject",
            none(),
            "others-read",
            "CloudFront",
        ),
        (
            json!("*"),
            "s3:GetObject",
            json!({"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}),
            "others-read",
            "if its condition on `aws:PrincipalOrgID` is met",
        ),
        (
            json!("*"),
            "s3:*",
            json!({"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}}),
            "others-change",
            "if its condition on `aws:SourceVpce` is met",
        ),
    ] {
        let document = with(allow(principal, json!(action), condition));
        let found = faults(&document, &expectations());
        let fault = found.iter().find(|fault| fault.rule.id() == rule).unwrap_or_else(|| panic!("{rule}: {found:#?}"));
        assert!(fault.message.contains(message), "{message}: {}", fault.message);
    }
    for (principal, condition) in [
        (
            json!({"Service": "logging.s3.amazonaws.com"}),
            json!({"StringEquals": {"aws:SourceAccount": "111122223333"}}),
        ),
        (
            json!({"Service": "cloudfront.amazonaws.com"}),
            json!({"ArnEquals": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1"}}),
        ),
        (json!({"AWS": "arn:aws:iam::111122223333:role/loader"}), none()),
        (json!("*"), json!({"StringEquals": {"aws:PrincipalAccount": "111122223333"}})),
    ] {
        let owner = Expectations { owner: Some("111122223333".parse().unwrap()), ..expectations() };
        let document = with(allow(principal, json!("s3:GetObject"), condition));
        assert_eq!(rules(&document, &owner), BTreeSet::new(), "{document}");
    }
    // A Deny takes the access away again.
    let mut denied = with(allow(json!({"AWS": "444455556666"}), json!("s3:GetObject"), none()));
    let deny =
        json!({"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "s3:Get*", "Resource": format!("{BUCKET}/*")});
    denied["Statement"].as_array_mut().unwrap().push(deny);
    assert_eq!(rules(&denied, &expectations()), BTreeSet::new());
}

/// Bug: the same report said of a unique id that the statement does not apply to it, and that it may put objects.
#[test]
fn acc_9_a_unique_id_applies_to_no_principal() {
    let id = "AROAEXAMPLE1234567890";
    for (principal, action, expected) in [
        (json!({ "AWS": id }), "s3:PutObject", &["deleted-principal"][..]),
        (json!({ "AWS": id }), "s3:*", &["deleted-principal"]),
        (json!({ "AWS": [id, "AIDAEXAMPLE1234567890"] }), "s3:GetObject", &["deleted-principal"]),
        (
            json!({ "AWS": [id, "arn:aws:iam::444455556666:role/a"] }),
            "s3:PutObject",
            &["deleted-principal", "others-change"],
        ),
    ] {
        let document = with(allow(principal, json!(action), json!({})));
        let found = faults(&document, &expectations());
        let ids: BTreeSet<_> = found.iter().map(|fault| fault.rule.id()).collect();
        assert_eq!(ids, expected.iter().copied().collect(), "{document}");
        let others = found.iter().filter(|fault| fault.rule.id() != "deleted-principal");
        assert_eq!(others.filter(|fault| fault.message.contains(id)).count(), 0, "{found:?}");
    }
    // The id is not the account that owns the key either.
    let mut key = fixture("strict/key.json");
    let stale = json!({"Sid": "Old", "Effect": "Allow", "Principal": {"AWS": id}, "Action": "kms:*", "Resource": "*"});
    key["Statement"].as_array_mut().unwrap().insert(0, stale);
    key["Statement"][2]["Resource"] = json!("*");
    assert_eq!(rules(&key, &expectations()), BTreeSet::from(["deleted-principal"]));
    let role = trust(json!({ "AWS": id }), "sts:AssumeRole", json!({}));
    assert_eq!(rules(&role, &expectations()), BTreeSet::from(["deleted-principal"]));
}

#[test]
fn mparticles_roles_are_asked_by_effect() {
    // Bug: `more-than-put` read only the names in `Principal`.
    let everyone = with(allow(
        json!("*"),
        json!(["s3:GetObject", "s3:ListBucket"]),
        json!({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::583371261087:role/*"}}),
    ));
    let found = faults(&everyone, &expectations());
    assert!(
        found.iter().any(|fault| fault.rule.id() == "more-than-put"
            && fault
                .message
                .contains("`s3:GetObject`, `s3:ListBucket`, if its condition on `aws:PrincipalArn` is met")),
        "{found:#?}"
    );
    let mut key = fixture("strict/key.json");
    key["Statement"][1]["Action"] = json!(["kms:GenerateDataKey", "kms:Decrypt", "kms:CreateGrant"]);
    let found = faults(&key, &expectations());
    assert!(
        found.iter().any(|one| one.rule.id() == "more-than-put" && one.message.contains("`kms:CreateGrant`")),
        "{found:#?}"
    );
    let mut key = fixture("strict/key.json");
    let other = json!({"Sid": "G", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
        "Action": ["kms:Decrypt", "kms:CreateGrant"], "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}});
    key["Statement"].as_array_mut().unwrap().push(other);
    let found = faults(&key, &expectations());
    assert!(
        found.iter().any(|one| one.rule.id() == "others-change"
            && one.message.contains("kms:CreateGrant")
            && one.message.contains("`kms:ViaService`")),
        "{found:#?}"
    );
}

#[test]
fn a_user_may_not_do_more_than_the_bucket_needs() {
    for (action, resource, message) in [
        ("sts:AssumeRole", "*", "sts:AssumeRole on"),
        ("sts:*", "arn:aws:iam::111122223333:role/*", "sts:AssumeRole on `arn:aws:iam::111122223333:role/another`"),
        ("iam:Attach*", "*", "iam:AttachUserPolicy on"),
        ("iam:*", "arn:aws:iam::111122223333:user/*", "iam:CreateAccessKey on"),
        ("secretsmanager:*", "*", "secretsmanager:GetSecretValue on"),
        ("kms:Decrypt", "*", "kms:Decrypt on"),
        ("kms:Decrypt", "arn:aws:kms:us-east-1:111122223333:key/*", "kms:Decrypt on"),
        ("kms:CreateGrant", "arn:aws:kms:us-east-1:111122223333:key/1234abcd", "kms:CreateGrant on"),
    ] {
        let document = user(|document| {
            let more = json!({"Sid": "A", "Effect": "Allow", "Action": action, "Resource": resource});
            document["Statement"].as_array_mut().unwrap().push(more);
        });
        let found = faults(&document, &Expectations { folder: Some("exports/eu".parse().unwrap()), ..expectations() });
        let fault = found.iter().find(|fault| fault.rule.id() == "more-than-needed");
        assert!(fault.is_some_and(|fault| fault.message.contains(message)), "{action} on {resource}: {found:#?}");
    }
}

#[test]
fn a_condition_on_the_acl_is_named_and_nothing_else() {
    let only = bucket(|document| {
        let condition = json!({"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}});
        (0..2).for_each(|index| document["Statement"][index]["Condition"] = condition.clone());
    });
    let every = json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, format!("{BUCKET}/*")],
        "Condition": {"StringNotEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}});
    let never = json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject", "s3:PutObjectAcl"],
        "Resource": format!("{BUCKET}/*"), "Condition": {"Null": {"s3:x-amz-acl": "false"}}});
    for document in [only, with(every), with(never)] {
        let found = faults(&document, &expectations());
        let ids: BTreeSet<&str> = found.iter().map(|fault| fault.rule.id()).collect();
        assert_eq!(ids, BTreeSet::from(["acl-dependent"]), "{found:#?}");
        assert!(found[0].message.contains("`s3:x-amz-acl`") && found[0].message.contains("U-2"), "{found:#?}");
        assert!(!found[0].remedy.contains("encrypt"), "{found:#?}");
    }
}

#[test]
fn an_address_of_mparticle_lets_a_rule_on_addresses_pass() {
    let only = with(
        json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": format!("{BUCKET}/*"),
        "Condition": {"NotIpAddress": {"aws:SourceIp": ["198.51.100.0/24", "192.0.2.0/25"]}}}),
    );
    let at = |addresses: &[&str]| Expectations {
        mparticle_addresses: addresses.iter().map(|one| one.parse().unwrap()).collect(),
        ..expectations()
    };
    assert_eq!(rules(&only, &at(&[])), BTreeSet::from(["denies-mparticle"]));
    assert_eq!(rules(&only, &at(&["198.51.100.1", "192.0.2.1"])), BTreeSet::new());
    assert_eq!(rules(&only, &at(&["198.51.100.1", "192.0.2.200"])), BTreeSet::from(["denies-mparticle"]));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    std::fs::write(&file, only.to_string()).unwrap();
    let check =
        |more: &[&str]| policy(&[&["check", file.to_str().unwrap(), "--pod", "eu1"], more].concat()).status.code();
    assert_eq!(check(&["--mparticle-cidr", "198.51.100.0/24", "--mparticle-cidr", "192.0.2.0/25"]), Some(0));
    assert_eq!(check(&["--mparticle-cidr", "198.51.100.0"]), Some(0));
    assert_eq!(check(&["--mparticle-cidr", "here"]), Some(2));
}

#[test]
fn a_policy_for_a_folder_passes_without_repeating_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["bucket", "user"] {
        let rendered =
            policy(&["render", kind, "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--folder", "exports/eu"]);
        let file = folder.path().join(kind);
        std::fs::write(&file, &rendered.stdout).unwrap();
        let checked = policy(&["check", file.to_str().unwrap(), "--bucket", "mp-forwarding-acme"]);
        assert_eq!(checked.status.code(), Some(0), "{kind}: {}", String::from_utf8_lossy(&checked.stdout));
    }
}

#[test]
fn the_severity_that_fails_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let check = |document: Value, fail_on: &str| {
        let file = folder.path().join("p.json");
        std::fs::write(&file, document.to_string()).unwrap();
        let output = policy(&["check", file.to_str().unwrap(), "--pod", "eu1", "--fail-on", fail_on]);
        (output.status.code(), stderr(&output))
    };
    let warned = || with(allow(json!({"AWS": "444455556666"}), json!("s3:DeleteObject"), json!({})));
    let noted = || with(allow(json!({"AWS": "444455556666"}), json!("s3:GetObject"), json!({})));
    for (document, fail_on, expected) in [
        (warned(), "error", 0),
        (warned(), "warning", 1),
        (noted(), "warning", 0),
        (noted(), "note", 1),
        (fixture("strict/bucket.json"), "note", 0),
    ] {
        let (code, said) = check(document, fail_on);
        assert_eq!(code, Some(expected), "--fail-on {fail_on}: {said}");
    }
}

#[test]
fn a_request_without_tls_has_no_version_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    // Denies whatever has a version: a request without TLS has none.
    let document = with(
        json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": format!("{BUCKET}/*"),
        "Condition": {"Null": {"s3:TlsVersion": "false"}}}),
    );
    let mut document = document;
    document["Statement"].as_array_mut().unwrap().drain(2..4);
    std::fs::write(&file, document.to_string()).unwrap();
    let can = |more: &[&str]| {
        let writer = "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default";
        let object = format!("{BUCKET}/a.txt");
        let asked =
            ["can", file.to_str().unwrap(), "--principal", writer, "--action", "s3:PutObject", "--resource", &object];
        policy(&[&asked[..], more].concat()).status.code()
    };
    assert_eq!(can(&[]), Some(1));
    assert_eq!(can(&["--context", "aws:SecureTransport=false"]), Some(0));
    assert_eq!(can(&["--context", "aws:SecureTransport=false", "--context", "s3:TlsVersion=1.2"]), Some(1));
}
