//! Writes files for independent programs (tests/iam): policies with the findings of `policy check`, and requests
//! with the decisions of `policy can`.

use std::path::Path;

use mp_forwarding::access::Policy;
use mp_forwarding::access::evaluate::{Context, Identity, Policies, Principal, Reason, Request, decide};
use mp_forwarding::access::lint::Expectations;
use serde_json::{Value, json};

use crate::policy::fixtures;
use crate::policy_check::{expectations, faulty, rules};
use crate::support::tools::skip;

const OWNER: &str = "111122223333";
const BUCKET: &str = "arn:aws:s3:::mp-forwarding-acme";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ADA: &str = "arn:aws:iam::111122223333:user/ada";

const PRINCIPALS: [&str; 8] = [
    ADA,
    "arn:aws:iam::111122223333:user/bob",
    "arn:aws:sts::111122223333:assumed-role/loader/job-7",
    "arn:aws:sts::583371261087:assumed-role/Prod-Role-DG12-Default/upload-7",
    "arn:aws:sts::583371261087:assumed-role/verifyrequest_lambda/verify-7",
    "arn:aws:sts::444455556666:assumed-role/outsider/s",
    "arn:aws:iam::444455556666:user/eve",
    "*",
];

fn golden(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixtures().join(file)).unwrap()).unwrap()
}

/// A policy with one statement. `more` adds or replaces members.
fn policy(effect: &str, action: Value, resource: Value, more: Value) -> Value {
    let mut statement = json!({"Sid": "One", "Effect": effect, "Action": action, "Resource": resource});
    for (name, value) in more.as_object().unwrap() {
        statement.as_object_mut().unwrap().remove(name.trim_start_matches("Not"));
        statement[name] = value.clone();
    }
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

/// The same policy with another statement before it.
fn and(first: Value, mut second: Value) -> Value {
    let statements = second["Statement"].as_array_mut().unwrap();
    statements.insert(0, first["Statement"][0].clone());
    statements[0]["Sid"] = "Other".into();
    second
}

fn buckets() -> Vec<Value> {
    let objects = || json!(format!("{BUCKET}/*"));
    let both = || json!([BUCKET, format!("{BUCKET}/*")]);
    let anyone = |effect: &str, action: &str, resource: Value, condition: Value| {
        policy(effect, json!(action), resource, json!({"Principal": "*", "Condition": condition}))
    };
    let open = || policy("Allow", json!("s3:*"), both(), json!({"Principal": {"AWS": [OWNER, "444455556666"]}}));
    vec![
        Value::Null,
        golden("documented/bucket.eu1.json"),
        golden("strict/bucket.json"),
        golden("strict/bucket.folder-and-endpoints.json"),
        golden("minio/bucket.folder.json"),
        policy("Allow", json!("s3:GetObject"), objects(), json!({"Principal": "*"})),
        policy("Allow", json!(["s3:PutObject", "s3:List*"]), both(), json!({"Principal": {"AWS": ADA}})),
        open(),
        and(
            open(),
            anyone(
                "Deny",
                "s3:PutObject",
                objects(),
                json!({"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}),
            ),
        ),
        and(
            open(),
            anyone("Deny", "s3:*", both(), json!({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.1"]}})),
        ),
        and(
            open(),
            anyone("Deny", "s3:*", both(), json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/*"}})),
        ),
        and(
            open(),
            anyone(
                "Deny",
                "s3:Delete*",
                both(),
                json!({"StringNotEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}}),
            ),
        ),
        and(
            open(),
            policy(
                "Deny",
                json!("s3:*"),
                both(),
                json!({"NotPrincipal": {"AWS": [ADA, format!("arn:aws:iam::{OWNER}:root")]}}),
            ),
        ),
        and(
            open(),
            anyone("Deny", "s3:PutObject", objects(), json!({"Null": {"s3:x-amz-server-side-encryption": "true"}})),
        ),
        policy(
            "Allow",
            json!(null),
            objects(),
            json!({"NotAction": ["s3:Delete*", "s3:GetBucket*"], "Principal": {"AWS": "*"}}),
        ),
        policy(
            "Allow",
            json!("s3:GetObject"),
            json!(null),
            json!({"NotResource": format!("{BUCKET}/private/*"), "Principal": {"AWS": [ADA, "arn:aws:iam::444455556666:root"]}}),
        ),
    ]
}

fn identities() -> Vec<Value> {
    let objects = |folder: &str| json!(format!("{BUCKET}/{folder}*"));
    vec![
        Value::Null,
        golden("documented/user.json"),
        golden("strict/user.json"),
        golden("strict/user.folder-and-key.json"),
        golden("minio/user.json"),
        policy("Allow", json!("*"), json!("*"), json!({})),
        and(
            policy("Allow", json!("s3:*"), json!("*"), json!({})),
            policy("Deny", json!(["s3:Delete*", "s3:PutObjectAcl"]), json!("*"), json!({})),
        ),
        policy("Allow", json!(["s3:GetObject", "s3:PutObject"]), objects("${aws:username, 'default'}/"), json!({})),
        policy("Allow", json!(null), json!("*"), json!({"NotAction": "s3:Get*"})),
        policy(
            "Allow",
            json!("s3:ListBucket"),
            json!(BUCKET),
            json!({"Condition": {"StringLike": {"s3:prefix": ["exports/*", ""]}}}),
        ),
    ]
}

fn keys() -> Vec<Value> {
    let account = || json!({"Principal": {"AWS": format!("arn:aws:iam::{OWNER}:root")}});
    vec![
        golden("strict/key.json"),
        policy("Allow", json!("kms:*"), json!("*"), account()),
        policy(
            "Allow",
            json!("kms:Decrypt"),
            json!("*"),
            json!({"Principal": {"AWS": [ADA, "arn:aws:iam::444455556666:root"]}}),
        ),
    ]
}

/// An action, a resource, and changes of the context. A key without a value is removed.
type Asked = (&'static str, String, Vec<(&'static str, &'static str)>);

fn requests() -> Vec<Asked> {
    let plain = || vec![("aws:SecureTransport", "false"), ("s3:TlsVersion", "")];
    let inside = || vec![("aws:SourceVpce", "vpce-1a2b3c4d"), ("aws:SourceIp", "10.1.2.3")];
    let put = |name: &str| ("s3:PutObject", format!("{BUCKET}/{name}"));
    let mut all = Vec::new();
    for ((action, resource), of) in [
        (put("exports/eu/a.txt"), 7),
        (put("exports/b.txt"), 1),
        (put("ada/a.txt"), 1),
        (put("mParticle_Bucket_Verification_20260101-000000.txt"), 1),
        (("s3:PutObject", "arn:aws:s3:::mp-forwarding-other/a.txt".to_owned()), 1),
        (("s3:PutObjectAcl", format!("{BUCKET}/exports/eu/a.txt")), 3),
        (("s3:GetObject", format!("{BUCKET}/exports/eu/a.txt")), 4),
        (("s3:GetObject", format!("{BUCKET}/private/a.txt")), 1),
        (("s3:DeleteObject", format!("{BUCKET}/exports/eu/a.txt")), 3),
        (("s3:ListBucket", BUCKET.to_owned()), 3),
        (("s3:GetBucketLocation", BUCKET.to_owned()), 3),
        (("s3:ListAllMyBuckets", "*".to_owned()), 1),
    ] {
        let contexts = [
            vec![],
            plain(),
            vec![("s3:TlsVersion", "1.1")],
            inside(),
            vec![("s3:x-amz-server-side-encryption", "aws:kms")],
            vec![("s3:x-amz-server-side-encryption", "AES256")],
            [inside(), vec![("s3:x-amz-server-side-encryption", "aws:kms")]].concat(),
        ];
        for mut context in contexts.into_iter().take(of) {
            if action == "s3:ListBucket" {
                context.push(("s3:prefix", "exports/eu/"));
            }
            all.push((action, resource.clone(), context));
        }
    }
    all
}

fn requests_of_keys() -> Vec<Asked> {
    let through =
        vec![("kms:ViaService", "s3.eu-central-1.amazonaws.com"), ("kms:EncryptionContext:aws:s3:arn", BUCKET)];
    ["kms:Decrypt", "kms:GenerateDataKey"]
        .into_iter()
        .flat_map(|action| [(action, KEY.to_owned(), vec![]), (action, KEY.to_owned(), through.clone())])
        .collect()
}

/// The text of a document; null for none.
fn read(documents: &[Value]) -> Vec<Option<Policy>> {
    let policies =
        documents.iter().map(|document| (!document.is_null()).then(|| Policy::from_value(document).unwrap()));
    policies.collect()
}

/// The decision of `policy can`, and the context of the request.
fn decision(
    principal: &str,
    identity: Option<&Policy>,
    resource: Option<&Policy>,
    action: &str,
    arn: &str,
    changes: &[(&str, &str)],
) -> (Value, &'static str) {
    let principal: Principal = principal.parse().unwrap();
    let mut context = Context::of(&principal);
    let mut names = vec![
        "aws:SecureTransport",
        "aws:ViaAWSService",
        "aws:PrincipalIsAWSService",
        "aws:PrincipalArn",
        "aws:PrincipalAccount",
        "aws:PrincipalType",
        "aws:username",
    ];
    if action.starts_with("s3:") {
        names.push("s3:TlsVersion");
    } else {
        context.remove("s3:TlsVersion");
    }
    for (name, value) in changes {
        match *value {
            "" => context.remove(name),
            value => context.set(name, [value]),
        }
        names.push(name);
    }
    let own: Vec<(&str, &Policy)> = identity.iter().map(|policy| ("own", *policy)).collect();
    let attached: serde_json::Map<String, Value> = names
        .into_iter()
        .filter_map(|name| context.get(name).map(|values| (name.to_owned(), json!(values[0]))))
        .collect();
    let request = Request { principal, action: action.to_owned(), resource: arn.to_owned(), context };
    let policies = Policies { identity: Identity::Known(&own), resource, owner: Some(OWNER) };
    let verdict = match decide(&request, &policies).unwrap().reason {
        Reason::ExplicitDeny(_) => "denied by a statement",
        Reason::NoAllow { .. } => "not allowed by a statement",
        _ => "allowed",
    };
    (attached.into(), verdict)
}

fn all_requests() -> Value {
    let (buckets, identities, keys) = (buckets(), identities(), keys());
    let policies = read(&identities);
    let mut asked = Vec::new();
    for (kind, resources, requests) in [("bucket", &buckets, requests()), ("key", &keys, requests_of_keys())] {
        for (resource, document) in read(resources).iter().enumerate() {
            for (identity, own) in policies.iter().enumerate() {
                // The anonymous caller has no policies. An action without a resource is not in the bucket's policy.
                for principal in PRINCIPALS.into_iter().filter(|principal| *principal != "*" || own.is_none()) {
                    for (action, arn, changes) in &requests {
                        if *action == "s3:ListAllMyBuckets" && (principal == "*" || document.is_some()) {
                            continue;
                        }
                        let (context, verdict) =
                            decision(principal, own.as_ref(), document.as_ref(), action, arn, changes);
                        asked.push(json!({
                            "kind": kind, "resource_policy": resource, "identity_policy": identity, "principal": principal,
                            "action": action, "resource": arn, "context": context, "we": verdict,
                        }));
                    }
                }
            }
        }
    }
    json!({ "owner": OWNER, "bucket": buckets, "key": keys, "identity": identities, "requests": asked })
}

/// Policies by name, with the rules of `policy check` that report something.
fn all_policies() -> Value {
    let golden_files =
        ["us1", "us2", "eu1", "au1"].map(|pod| format!("documented/bucket.{pod}.json")).into_iter().chain(
            [
                "documented/user.json",
                "strict/bucket.json",
                "strict/bucket.folder-and-endpoints.json",
                "strict/user.json",
                "strict/user.folder-and-key.json",
                "strict/key.json",
                "minio/bucket.folder.json",
                "minio/user.json",
            ]
            .map(str::to_owned),
        );
    let mut all = Vec::new();
    for name in golden_files {
        let folder = name.contains("folder").then(|| if name.starts_with("minio") { "exports" } else { "exports/eu" });
        let expected = Expectations { folder: folder.map(|folder| folder.parse().unwrap()), ..Expectations::default() };
        let policy = golden(&name);
        all.push(json!({ "name": name, "rules": rules(&policy, &expected), "policy": policy }));
    }
    for (rule, policy) in faulty() {
        all.push(
            json!({ "name": format!("fault: {rule}"), "rules": rules(&policy, &expectations()), "policy": policy }),
        );
    }
    all.into()
}

/// Writes the files to the folder in `MP_FORWARDING_INSTANCES`.
#[test]
fn policies_and_requests_for_other_programs() {
    let Some(directory) = std::env::var_os("MP_FORWARDING_INSTANCES") else {
        return skip("MP_FORWARDING_INSTANCES names no folder to write policies and requests to");
    };
    std::fs::create_dir_all(&directory).unwrap();
    let requests = all_requests();
    let asked = requests["requests"].as_array().unwrap();
    for verdict in ["allowed", "denied by a statement", "not allowed by a statement"] {
        let count = asked.iter().filter(|request| request["we"] == verdict).count();
        assert!(count > 1_000, "{count} of {} requests are {verdict}", asked.len());
    }
    std::fs::write(Path::new(&directory).join("requests.json"), requests.to_string()).unwrap();
    std::fs::write(Path::new(&directory).join("policies.json"), all_policies().to_string()).unwrap();
}
