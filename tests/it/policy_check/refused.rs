//! ACC-9: what AWS refuses to store is one error, and nothing else is said about the policy.

use std::collections::BTreeSet;
use std::process::Output;

use mp_forwarding::access::Policy;
use mp_forwarding::access::lint::lint;
use mp_forwarding::access::refusal::{Terms, refused};
use serde_json::{Value, json};

use super::{BUCKET, GITHUB, bucket, expectations, fixture, rules, trust, user, with};
use crate::policy::{policy, stderr};

fn objects() -> String {
    format!("{BUCKET}/*")
}

/// A statement of a bucket policy for a role of the bucket's owner.
fn allow(action: Value, resource: Value, condition: Value) -> Value {
    let role = json!({"AWS": "arn:aws:iam::111122223333:role/loader"});
    json!({"Sid": "A", "Effect": "Allow", "Principal": role, "Action": action, "Resource": resource, "Condition": condition})
}

fn by(principal: Value) -> Value {
    json!({"Sid": "A", "Effect": "Deny", "Principal": principal, "Action": "s3:GetObject", "Resource": objects()})
}

/// The message, if AWS refuses the policy.
fn message(document: &Value) -> Option<String> {
    let terms = Terms { bytes: Some(document.to_string().len()), ..Terms::default() };
    refused(&Policy::from_value(document).unwrap(), &terms).map(|refused| refused.to_string())
}

/// The words of S3 for each kind of refusal.
const WORDS: [&str; 6] = [
    "Policy has invalid action",
    "Action does not apply to any resource(s) in statement",
    "Conditions do not apply to combination of actions and resources in statement",
    "Policy has an invalid condition key",
    "Policy has invalid resource",
    "Invalid principal in policy",
];

/// Statements for which S3 refuses a bucket policy, the index of its words, and a part of the message.
fn refused_statements() -> Vec<(Value, usize, &'static str)> {
    let none = || json!({});
    vec![
        (
            allow(json!(["s3:GetObject", "sqs:SendMessage"]), json!(objects()), none()),
            0,
            "`sqs:SendMessage` is not an action of S3",
        ),
        (allow(json!("kms:Decrypt"), json!(objects()), none()), 0, "`kms:Decrypt` is not an action of S3"),
        (allow(json!("s3:PutObjct"), json!(objects()), none()), 0, "`s3:PutObjct` is not an action of S3"),
        (allow(json!("s3:Pot*"), json!(objects()), none()), 0, "`s3:Pot*` matches no action of S3"),
        (allow(json!("s3:ListBucket"), json!(objects()), none()), 1, "`s3:ListBucket` is an action on the bucket"),
        (
            allow(json!(["s3:ListBucket", "s3:GetObject"]), json!(BUCKET), none()),
            1,
            "`s3:GetObject` is an action on objects",
        ),
        (
            allow(json!("s3:ListAllMyBuckets"), json!([BUCKET, objects()]), none()),
            1,
            "neither to a bucket nor to its objects",
        ),
        (allow(json!("s3:CreateBucket"), json!(BUCKET), none()), 1, "`s3:CreateBucket`"),
        (allow(json!("s3:*AllMyBuckets"), json!(BUCKET), none()), 1, "`s3:*AllMyBuckets`"),
        (
            allow(json!("s3:GetObject"), json!(objects()), json!({"StringLike": {"s3:prefix": "a/*"}})),
            2,
            "requests for s3:GetObject have no `s3:prefix`",
        ),
        (
            allow(
                json!(["s3:GetObject", "s3:PutObject"]),
                json!(objects()),
                json!({"StringEquals": {"s3:x-amz-acl": "private"}}),
            ),
            2,
            "s3:GetObject",
        ),
        (
            allow(json!("s3:GetObject"), json!(objects()), json!({"StringEquals": {"aws:SourceVPCs": "vpc-1"}})),
            3,
            "`aws:SourceVPCs`",
        ),
        (
            allow(
                json!("s3:GetObject"),
                json!(objects()),
                json!({"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}),
            ),
            3,
            "`kms:ViaService`",
        ),
        (allow(json!("s3:GetObject"), json!("*"), none()), 4, "`*` is not the bucket or its objects"),
        (allow(json!("s3:GetObject"), json!("arn:aws:s3:::*/*"), none()), 4, "does not name the bucket in full"),
        (allow(json!("s3:GetObject"), json!("arn:aws:s3:::other/*"), none()), 4, "is of the bucket `other` instead of"),
        (
            allow(json!("s3:GetObject"), json!("arn:aws:s3:::mp-forwarding-acme2/*"), none()),
            4,
            "is of the bucket `mp-forwarding-acme2`",
        ),
        (
            allow(json!("s3:GetObject"), json!("arn:aws:s3:us-east-1:111122223333:accesspoint/a/object/*"), none()),
            4,
            "is not the bucket",
        ),
        (by(json!({"AWS": "arn:aws-cn:iam::111122223333:root"})), 5, "is of the partition `aws-cn`"),
        (by(json!({"AWS": " arn:aws:iam::111122223333:root"})), 5, "` arn:aws:iam::111122223333:root`"),
        (by(json!({"AWS": "arn:aws:iam::111122223333:role/my role"})), 5, "contains a blank"),
        (by(json!({"AWS": "arn:aws:iam::111122223333:role/*"})), 5, "role/*"),
        (by(json!({"AWS": "111122223333 "})), 5, "111122223333 "),
        (by(json!({"Service": "logging.s3.amazonaws.com "})), 5, "logging.s3"),
    ]
}

/// Bucket policies, and the words of S3 if it refuses them.
pub(crate) fn bucket_policies() -> Vec<(Value, Option<&'static str>)> {
    let refused = refused_statements().into_iter().map(|(statement, word, _)| (with(statement), Some(WORDS[word])));
    refused.chain(stored_statements().into_iter().map(|statement| (with(statement), None))).collect()
}

#[test]
fn acc_9_a_bucket_policy_is_refused_whole() {
    for (statement, word, expected) in refused_statements() {
        let document = with(statement);
        let found = message(&document).unwrap_or_else(|| panic!("stored: {document}"));
        assert!(found.starts_with("S3 refuses the whole policy: `A`: "), "{found}");
        assert!(found.contains(WORDS[word]) && found.contains(expected), "{expected}: {found}");
        // No other verdict is given.
        assert_eq!(rules(&document, &expectations()), BTreeSet::from(["refused"]), "{document}");
        assert_eq!(lint(&Policy::from_value(&document).unwrap(), 1, &expectations()).len(), 1);
    }
    let long = with(allow(json!(vec!["s3:GetObject"; 1_500]), json!(objects()), json!({})));
    assert!(message(&long).unwrap().contains("more than the 20480 that S3 allows"));
}

/// Statements that S3 stores.
fn stored_statements() -> Vec<Value> {
    vec![
        allow(json!("*"), json!([BUCKET, objects()]), json!({})),
        allow(json!("s3:*"), json!([BUCKET, objects()]), json!({"StringNotEquals": {"s3:x-amz-acl": "private"}})),
        allow(json!("s3:PutObject*"), json!(objects()), json!({"StringEquals": {"S3:X-Amz-Acl": "private"}})),
        allow(
            json!(["s3:listbucket", "s3:ListBucketVersions"]),
            json!(BUCKET),
            json!({"StringLike": {"s3:prefix": "a/*"}}),
        ),
        allow(json!("s3:GetObject"), json!(format!("{BUCKET}*")), json!({})),
        allow(json!(["s3:ListBucket", "s3:GetObject"]), json!(format!("{BUCKET}*")), json!({})),
        allow(
            json!("s3:GetObject"),
            json!(objects()),
            json!({"StringEquals": {"aws:PrincipalTag/team": "x", "s3:ExistingObjectTag/a": "b"}}),
        ),
        allow(json!("s3:GetObject"), json!(format!("{BUCKET}/${{aws:username}}/*")), json!({})),
        by(json!({"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"})),
        by(json!({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"})),
        by(json!({"AWS": "AROAEXAMPLE1234567890"})),
    ]
}

#[test]
fn what_s3_stores_is_not_refused() {
    for statement in stored_statements() {
        assert_eq!(message(&with(statement)), None);
    }
    for file in [
        "strict/bucket.json",
        "documented/bucket.us1.json",
        "documented/user.json",
        "strict/user.json",
        "strict/key.json",
    ] {
        assert_eq!(message(&fixture(file)), None, "{file}");
    }
}

#[test]
fn acc_9_users_keys_and_roles_have_rules_of_their_own() {
    let administers = |change: Value| {
        let mut key = fixture("strict/key.json");
        key["Statement"][0] = change;
        key
    };
    let root = "arn:aws:iam::111122223333:root";
    let github = || json!({"Federated": format!("arn:aws:iam::111122223333:oidc-provider/{GITHUB}")});
    let web = "sts:AssumeRoleWithWebIdentity";
    for (document, expected) in [
        (
            user(|d| d["Statement"][0]["Sid"] = json!("Find buckets")),
            "IAM refuses the whole policy: `Find buckets`: the Sid contains ` `",
        ),
        (user(|d| d["Statement"][0]["Sid"] = json!("Find-Buckets")), "must be alpha-numeric"),
        (user(|d| d["Statement"][1]["Sid"] = json!("FindBuckets")), "must be unique"),
        (
            user(|d| d["Statement"][1]["Resource"] = json!("arn:aws-cn:s3:::mp-forwarding-acme")),
            "is of the partition `aws`, and others are of `aws-cn`",
        ),
        (
            user(|d| d["Statement"][1]["Resource"] = json!("arn:aws:s3:us-east-1::mp-forwarding-acme")),
            "neither a region nor an account",
        ),
        (
            administers(
                json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": root}, "Action": "kms:Decrypt", "Resource": "*"}),
            ),
            "KMS refuses the whole policy: no principal may change it",
        ),
        (
            {
                let mut key = fixture("strict/key.json");
                let deny =
                    json!({"Sid": "D", "Effect": "Deny", "Principal": "*", "Action": "kms:Put*", "Resource": "*"});
                key["Statement"].as_array_mut().unwrap().push(deny);
                key
            },
            "no principal may change it",
        ),
        (
            trust(json!({"AWS": root}), "sts:GetCallerIdentity", json!({})),
            "AssumeRole policy may only specify STS AssumeRole actions",
        ),
        (
            trust(json!({"AWS": root}), "sts:TagSessions", json!({})),
            "`sts:TagSessions` is not an action of a trust policy",
        ),
        (trust(json!({"AWS": "arn:aws:iam::111122223333:role/a b"}), "sts:AssumeRole", json!({})), "contains a blank"),
        (trust(github(), web, json!({})), "has no condition on `token.actions.githubusercontent.com:sub`"),
        (trust(github(), web, json!({"StringLike": {format!("{GITHUB}:sub"): "*"}})), "every repository of GitHub"),
        (
            {
                let mut role = trust(json!({"AWS": root}), "sts:AssumeRole", json!({}));
                role["Statement"][0]["Resource"] = json!("*");
                role
            },
            "Has prohibited field Resource",
        ),
    ] {
        let found = message(&document).unwrap_or_else(|| panic!("stored: {document}"));
        assert!(found.contains(expected), "{expected}: {found}");
    }
    for (principal, action) in [
        (json!({"Service": "glue.amazonaws.com"}), "sts:AssumeRole"),
        (json!({"AWS": root}), "sts:*"),
        (json!({"AWS": root}), "sts:TagSession"),
    ] {
        assert_eq!(message(&trust(principal, action, json!({}))), None);
    }
    let somebody = administers(
        json!({"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/admin"}, "Action": ["kms:Put*", "kms:Describe*"], "Resource": "*"}),
    );
    assert_eq!(message(&somebody), None);
}

#[test]
fn acc_9_the_way_out_does_not_lead_into_the_next_refusal() {
    // Bug: the remedy for KMS on an ARN of S3 was a statement of its own, which S3 refuses too.
    let kms = with(
        json!({"Sid": "K", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555"}),
    );
    let fault = &lint(&Policy::from_value(&kms).unwrap(), 1, &expectations())[0];
    assert!(fault.remedy.contains("remove it here, and allow it in the key's own policy"), "{fault:?}");
    let fixed = bucket(|_| {});
    assert_eq!(message(&fixed), None);
}

/// Runs the program on a policy in a file.
fn run(arguments: &[&str], document: &Value) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.json");
    std::fs::write(&file, document.to_string()).unwrap();
    let path = file.to_str().unwrap();
    let arguments: Vec<&str> = arguments.iter().map(|one| if *one == "FILE" { path } else { one }).collect();
    policy(&arguments)
}

#[test]
fn acc_9_every_command_says_the_same() {
    let document = with(allow(json!(["s3:PutObject", "sqs:SendMessage"]), json!(objects()), json!({})));
    let expected =
        "S3 refuses the whole policy: `A`: `sqs:SendMessage` is not an action of S3 (Policy has invalid action)";
    let check = run(&["check", "FILE", "--format", "json"], &document);
    let report: Value = serde_json::from_slice(&check.stdout).unwrap();
    assert_eq!((check.status.code(), report["findings"].as_array().unwrap().len()), (Some(1), 1));
    assert!(report["findings"][0]["message"].as_str().unwrap().starts_with(expected), "{report}");
    let outcomes = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "pass").count();
    assert_eq!(outcomes, 0, "no other verdict: {report}");
    let writer = "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default";
    let object = format!("{BUCKET}/a.txt");
    let can = ["can", "FILE", "--principal", writer, "--action", "s3:PutObject", "--resource", &object];
    let merge = ["render", "bucket", "--bucket", "mp-forwarding-acme", "--pod", "eu1", "--merge", "FILE"];
    for arguments in [&can[..], &merge[..]] {
        let output = run(arguments, &document);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    // S3 shows the unique id of a principal that was deleted, and refuses it in a new policy.
    let stale = with(by(json!({"AWS": "AROAEXAMPLE1234567890"})));
    assert_eq!(rules(&stale, &expectations()), BTreeSet::from(["deleted-principal"]));
    let output = run(&merge, &stale);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`AROAEXAMPLE1234567890` is the unique id of a principal"), "{}", stderr(&output));
}

#[test]
fn policies_are_read_as_the_aws_cli_and_terraform_print_them() {
    let strict = fixture("strict/bucket.json");
    let cli = json!({ "Policy": strict.to_string() });
    let output = run(&["check", "FILE", "--pod", "eu1"], &cli);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let resource = json!({"address": "module.export.aws_s3_bucket_policy.this", "mode": "managed", "type": "aws_s3_bucket_policy",
        "values": {"policy": with(allow(json!("sqs:SendMessage"), json!(objects()), json!({}))).to_string()}});
    let plan = json!({"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [{"resources": [resource]}]}}});
    let output = run(&["check", "FILE", "--format", "json"], &plan);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let place = report["findings"][0]["places"][0]["object"].as_str().unwrap();
    assert!(place.ends_with("policy.json: module.export.aws_s3_bucket_policy.this"), "{place}");
}
