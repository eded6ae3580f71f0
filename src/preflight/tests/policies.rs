//! What is said about deployed policies that S3 refuses, that have unique ids, or that depend on the ACL.

use super::*;
use crate::report::model::Severity;

const OBJECTS: &str = "arn:aws:s3:::mp-forwarding-acme/*";
const WRITER: &str = "arn:aws:iam::338661164609:role/Prod-Role-DG12-Default";
const VERIFIER: &str = "arn:aws:iam::338661164609:role/role-lambda-verifyrequest";

/// A bucket whose policy lets both roles write in one statement, and has the rules on TLS and one more statement.
fn deployed(more: Value) -> Snapshot {
    let mut snapshot = by_roles();
    deploy(&mut snapshot, |statements| {
        let both = json!({"Sid": "W", "Effect": "Allow", "Principal": {"AWS": [WRITER, VERIFIER]},
            "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": OBJECTS});
        statements.splice(..2, [both]);
        statements.push(more);
    });
    snapshot
}

/// Bug: besides "S3 refuses the whole policy", `policy-drift` said that it allows mParticle more than expected, and the
/// finding was one of ACC-5.
#[test]
fn acc_9_a_refused_policy_has_no_other_verdict() {
    let snapshot = deployed(json!({"Sid": "Q", "Effect": "Allow", "Principal": {"AWS": [WRITER]},
        "Action": ["s3:GetObject", "sqs:SendMessage"], "Resource": OBJECTS}));
    let (checks, findings) = evaluate(&snapshot);
    assert_eq!(failed(&checks), ["policy-lint"]);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert!(finding.message.starts_with("S3 refuses the whole policy: `Q`"), "{finding:?}");
    assert_eq!(finding.clause.as_deref(), Some("ACC-9"));
    for id in ["may-write", "policy-drift", "exposure", "tls"] {
        let outcome = outcome(&snapshot, id);
        assert!(outcome.is_like(&Outcome::skip("")), "{id}: {outcome:?}");
        assert!(outcome.reason().unwrap().starts_with("S3 refuses the whole policy"), "{id}: {outcome:?}");
    }
}

/// Bug: `key` said that mParticle may use a key whose policy KMS refuses.
#[test]
fn acc_9_a_refused_policy_of_a_key_has_no_other_verdict() {
    let mut snapshot = by_roles();
    let mut text = policy(Kind::Key, "mp-forwarding-acme");
    text["Statement"].as_array_mut().unwrap().remove(0);
    snapshot.key.as_mut().unwrap().policy = Ok(text.to_string());
    let (checks, findings) = evaluate(&snapshot);
    assert_eq!(failed(&checks), ["key"]);
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert!(finding.message.contains("KMS refuses the whole policy"), "{finding:?}");
}

/// Bug: the remedy for drift was to merge with a policy that has the unique id of a deleted principal, which `policy render
/// --merge` refuses. `exposure` said that this id may write, and `policy-lint` that the statement does not apply to it.
#[test]
fn a_unique_id_applies_to_no_principal_and_is_replaced_before_merging() {
    let mut snapshot = by_roles();
    deploy(&mut snapshot, |statements| {
        statements[0]["Principal"] = json!({"AWS": "AROAEXAMPLE1234567890"});
        statements[1]["Principal"] = json!({"AWS": [VERIFIER, "AIDAEXAMPLE1234567890"]});
    });
    let (checks, findings) = evaluate(&snapshot);
    assert_eq!(failed(&checks), ["may-write", "policy-drift", "policy-lint"]);
    let drift: Vec<_> = findings.iter().filter(|one| one.check == "policy-drift" && one.remedy.is_some()).collect();
    let fix = "in deployed.json, at /Statement/0/Principal and /Statement/1/Principal: write the principal's ARN, or remove \
               the statement; then deploy the policy that `mp-forwarding policy render bucket";
    assert!(!drift.is_empty());
    for finding in drift {
        assert!(finding.remedy.as_deref().unwrap().starts_with(fix), "{finding:?}");
    }
}

/// Bug: for a Deny under a condition on the ACL, `policy-drift` said that the grants of mParticle's roles are missing, and that
/// the statement with them allows more than expected; `may-write` said "not allowed" where one ACL is allowed.
#[test]
fn acc_7_an_answer_that_depends_on_the_acl_is_one_warning() {
    let rule = |action: Value, condition: Value| json!({"Sid": "Acl", "Effect": "Deny", "Principal": "*", "Action": action, "Resource": OBJECTS, "Condition": condition});
    let puts = || json!(["s3:PutObject", "s3:PutObjectAcl"]);
    let owner = || json!({"s3:x-amz-acl": "bucket-owner-full-control"});
    let mut with_condition = deployed(rule(json!("s3:DeleteObject"), json!({})));
    deploy(&mut with_condition, |statements| statements[0]["Condition"] = json!({"StringEquals": owner()}));
    for snapshot in [
        deployed(rule(json!("s3:*"), json!({"StringNotEquals": owner()}))),
        deployed(rule(puts(), json!({"Null": {"s3:x-amz-acl": "false"}}))),
        with_condition,
    ] {
        let (checks, findings) = evaluate(&snapshot);
        assert_eq!(failed(&checks), ["may-write"], "{findings:#?}");
        let [finding] = findings.iter().filter(|one| one.severity != Severity::Note).collect::<Vec<_>>()[..] else {
            panic!("{findings:#?}")
        };
        assert_eq!((finding.severity, finding.clause.as_deref()), (Severity::Warning, Some("ACC-7")));
        assert!(finding.message.contains("`s3:x-amz-acl`") && finding.message.contains("U-2"), "{finding:?}");
        let check = checks.iter().find(|check| check.id == "may-write").unwrap();
        assert_eq!(check.seen, "it depends on the ACL");
    }
    // A grant that is missing with every ACL is missing.
    let mut without = deployed(rule(json!("s3:DeleteObject"), json!({})));
    deploy(&mut without, |statements| statements[0]["Principal"] = json!({"AWS": WRITER}));
    assert_eq!(failed(&evaluate(&without).0), ["may-write", "policy-drift"]);
}

/// Bug: with user-based access the check of the prefix passed for a name without it.
#[test]
fn acc_2_the_prefix_does_not_apply_to_user_based_access() {
    let outcome = outcome(&by_user(), "bucket-name");
    assert_eq!(outcome, Outcome::not_applicable("user-based access needs no prefix"));
}
