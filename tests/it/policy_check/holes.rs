//! Policies that look restrictive but allow access, policies that look correct but have no effect, and correct policies
//! in unusual spellings.

use std::collections::BTreeSet;

use mp_forwarding::access::lint::{Expectations, lint};
use mp_forwarding::access::{Catalogue, Partition, Policy, Roles};
use serde_json::{Value, json};

use super::{BUCKET, bucket, expectations, fixture, rules, with};

fn us1() -> Roles {
    Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws)
}

fn deny(condition: Value) -> Value {
    json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [BUCKET, format!("{BUCKET}/*")], "Condition": condition})
}

fn set<'a>(rules: &[&'a str]) -> BTreeSet<&'a str> {
    rules.iter().copied().collect()
}

/// Both statements on TLS, with the same change.
fn tls(change: impl Fn(&mut Value)) -> Value {
    bucket(|document| (2..=3).for_each(|index| change(&mut document["Statement"][index])))
}

#[test]
fn an_incomplete_requirement_of_tls_is_found() {
    let condition = |operator: &'static str, key: &'static str, value: &'static str| {
        tls(move |statement| statement["Condition"][operator] = json!({ key: value }))
    };
    for (what, document) in [
        ("only some rights", tls(|one| one["Action"] = json!(["s3:PutObject", "s3:ListBucket"]))),
        ("not for one account", condition("StringNotEquals", "aws:PrincipalAccount", "999999999999")),
        ("not for one role", condition("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::999999999999:role/x*")),
        ("not through one endpoint", condition("StringNotEquals", "aws:SourceVpce", "vpce-1a2b3c4d")),
        ("not in one network", condition("NotIpAddress", "aws:SourceIp", "10.0.0.0/8")),
        ("only for one account", tls(|one| one["Principal"] = json!({"AWS": "arn:aws:iam::123456789012:root"}))),
        ("only for mParticle", tls(|one| one["Principal"] = json!({"AWS": "583371261087"}))),
    ] {
        assert_eq!(rules(&document, &expectations()), set(&["half-tls"]), "{what}");
    }
    let of_service = tls(|one| one["Condition"]["BoolIfExists"] = json!({"aws:PrincipalIsAWSService": "false"}));
    assert_eq!(rules(&of_service, &expectations()), set(&[]));
}

#[test]
fn only_fixed_values_restrict_everyone() {
    let allow = |condition: Value| {
        with(
            json!({"Sid": "A", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*"), "Condition": condition}),
        )
    };
    for (condition, is_confined) in [
        (json!({"Null": {"aws:PrincipalOrgID": "false"}}), false),
        (json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:*"}}), false),
        (json!({"StringLike": {"aws:PrincipalAccount": "?*"}}), false),
        (json!({"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}), false),
        (json!({"IpAddress": {"aws:SourceIp": "1.2.3.4/0"}}), false),
        (json!({"StringEquals": {"aws:PrincipalOrgID": "${aws:PrincipalOrgID}"}}), false),
        (json!({"StringLike": {"aws:userid": "*:ada"}}), false),
        (json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}), false),
        (json!({"StringEquals": {"aws:PrincipalOrgID": "o-acme123456"}}), true),
        (json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-acme123456/*"}}), true),
        (json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}}), true),
        (json!({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-logs"}}), true),
        (json!({"StringLike": {"aws:userid": "AROAEXAMPLEEXAMPLE123:*"}}), true),
        (json!({"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}), true),
    ] {
        let expected = if is_confined { set(&["others-read"]) } else { set(&["wildcard-principal"]) };
        assert_eq!(rules(&allow(condition.clone()), &expectations()), expected, "{condition}");
    }
}

#[test]
fn another_accounts_root_is_broad_and_the_owners_is_not() {
    let root = json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "S3:?*", "Resource": [BUCKET, format!("{BUCKET}/*")]});
    assert_eq!(rules(&with(root.clone()), &expectations()), set(&["broad-action", "others-change"]));
    let owner = Expectations { owner: Some("111122223333".parse().unwrap()), ..expectations() };
    assert_eq!(rules(&with(root), &owner), set(&[]));
    let mut key = fixture("strict/key.json");
    assert_eq!(rules(&key, &owner), set(&[]));
    key["Statement"][0]["Principal"] = json!({"AWS": ["111122223333", "arn:aws:iam::444455556666:root"]});
    assert_eq!(rules(&key, &owner), set(&["broad-action", "others-change"]));
}

#[test]
fn a_deny_with_an_unknown_condition_does_not_lock_out() {
    for condition in [
        json!({"StringNotEquals": {"s3:signatureversion": "AWS4-HMAC-SHA256"}}),
        json!({"StringNotEquals": {"s3:authType": "REST-HEADER"}}),
        json!({"StringNotEquals": {"aws:ResourceAccount": "111122223333"}}),
        json!({"StringNotEquals": {"aws:RequestedRegion": "us-east-1"}}),
        json!({"DateGreaterThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"}}),
    ] {
        assert_eq!(rules(&with(deny(condition.clone())), &expectations()), set(&[]), "{condition}");
    }
}

#[test]
fn an_exception_for_mparticles_roles_does_not_reach_their_sessions() {
    let roles = expectations().roles.unwrap();
    let mut statement = deny(json!({"Bool": {"aws:SecureTransport": "true"}}));
    statement.as_object_mut().unwrap().remove("Principal");
    statement["NotPrincipal"] = json!({"AWS": [roles.writer, roles.verify, "arn:aws:iam::583371261087:root"]});
    assert_eq!(rules(&with(statement), &expectations()), set(&["denies-mparticle"]));
}

#[test]
fn a_mix_of_kinds_is_reported_and_not_evaluated() {
    let mixed = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Principal": {"AWS": us1().writer}, "Action": "s3:PutObject", "Resource": format!("{BUCKET}/*")},
        {"Sid": "B", "Effect": "Allow", "Action": "s3:PutObject", "Resource": format!("{BUCKET}/*")},
    ]});
    assert_eq!(rules(&mixed, &Expectations { roles: Some(us1()), ..expectations() }), set(&["refused"]));
    let star = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "A", "Effect": "Allow", "Principal": {"AWS": us1().writer}, "Action": "s3:PutObject", "Resource": "*"}]});
    assert_eq!(rules(&star, &Expectations { roles: Some(us1()), ..expectations() }), set(&["refused"]));
}

#[test]
fn a_users_policy_reaches_one_bucket() {
    let user = |action: Value, resource: &str| {
        let mut document = fixture("strict/user.json");
        let more = json!({"Sid": "A", "Effect": "Allow", "Action": action, "Resource": resource});
        document["Statement"].as_array_mut().unwrap().push(more);
        rules(&document, &expectations())
    };
    assert_eq!(user(json!(["s3:PutObject", "s3:GetObject"]), "arn:aws:s3:::*/*"), set(&["other-bucket"]));
    assert_eq!(user(json!(["s3:Put*", "s3:Delete*"]), "*"), set(&["other-bucket"]));
    assert_eq!(user(json!("S3:*"), "*"), set(&["broad-action"]));
    assert_eq!(user(json!("s3:?*"), "*"), set(&["broad-action"]));
    assert_eq!(user(json!("s3:ObjectOwnerOverrideToBucketOwner"), &format!("{BUCKET}/*")), set(&[]));
    let key = "arn:aws:kms:eu-central-1:111122223333:key/a";
    assert_eq!(user(json!(["kms:Decrypt", "kms:Generate*"]), key), set(&[]));
}

#[test]
fn a_key_must_let_the_pods_roles_encrypt() {
    let change = |change: fn(&mut Value)| {
        let mut document = fixture("strict/key.json");
        change(&mut document);
        rules(&document, &expectations())
    };
    assert_eq!(change(|d| d["Statement"][1]["Action"] = json!("kms:Decrypt")), set(&["no-data-key"]));
    assert_eq!(change(|d| d["Statement"][1]["Action"] = json!("kms:GenerateDataKey")), set(&["no-data-key"]));
    let account = |document: &mut Value, account: &str| {
        let text = document.to_string().replace("583371261087", account);
        serde_json::from_str(&text).unwrap()
    };
    let mut other_owner = fixture("strict/key.json");
    other_owner = account(&mut other_owner, "583371261088");
    assert_eq!(rules(&other_owner, &expectations()), set(&["no-data-key", "others-read"]));
    let mut other_pod = fixture("strict/key.json");
    other_pod = account(&mut other_pod, "338661164609");
    assert_eq!(rules(&other_pod, &expectations()), set(&["no-data-key", "wrong-role"]));
    assert_eq!(change(|d| d["Statement"][1]["Resource"] = json!("alias/foo")), set(&["refused"]));
    // A resource of S3 makes it the policy of a bucket, which has no actions of KMS.
    let on_bucket = change(|d| d["Statement"][1]["Resource"] = json!("arn:aws:s3:::mp-forwarding-acme/*"));
    assert_eq!(on_bucket, set(&["refused"]));
    let denied = change(|d| {
        let deny = json!({"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:*", "Resource": "*",
            "Condition": {"StringNotEquals": {"kms:CallerAccount": "111122223333"}}});
        d["Statement"].as_array_mut().unwrap().push(deny);
    });
    assert_eq!(denied, set(&["denies-mparticle"]));
    let open = change(|d| {
        let open = json!({"Sid": "O", "Effect": "Allow", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"});
        d["Statement"].as_array_mut().unwrap().push(open);
    });
    assert_eq!(open, set(&["wildcard-principal"]));
}

#[test]
fn a_message_names_the_principal_that_is_allowed() {
    let document = tls(|one| one["Condition"]["StringNotEquals"] = json!({"aws:PrincipalAccount": "999999999999"}));
    let faults = lint(&Policy::from_value(&document).unwrap(), 1, &expectations());
    assert!(faults[0].message.contains("denied except to `arn:aws:iam::999999999999:user/outsider`"), "{faults:?}");
}
