//! Preflight with the role that the Terraform module `reader` makes with `preflight = true`: good and broken buckets on moto. One test
//! lets Terraform make the roles with AWS's provider; the others make them with the rendered policy, which is the same.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, ObjectOwnership, ServerSideEncryption as Sse,
};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use serde_json::{Value, json};

use super::moto::{Aws, key_policy, without};
use super::{Outcome, policy, preflight_of, program, settings};
use crate::support::servers::{Server, url_decoded};
use crate::terraform_apply::Applied;

const USER: &str = "mparticle-export";

/// The policy of a role that runs preflight, as it is rendered.
fn rendered(bucket: &str, role: &str, key: Option<&str>) -> Value {
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    inputs.kms_key_arn = key.map(|key| key.parse().unwrap());
    inputs.iam_role = Some(role.parse().unwrap());
    inputs.iam_user = Some(USER.parse().unwrap());
    render(Kind::Preflight, Edition::Strict, &inputs).unwrap()
}

/// A policy as moto can evaluate it. moto applies a Deny also where its condition is not met, so the two about TLS are left out. It
/// asks for `s3:HeadBucket`, which AWS does not have. It compares requests to KMS and IAM with the resource `*`.
fn for_moto(mut document: Value) -> Value {
    let statements = document["Statement"].as_array_mut().unwrap();
    statements.retain(|statement| statement["Effect"] == "Allow");
    for statement in statements {
        let actions = statement["Action"].as_array_mut().unwrap();
        match actions[0].as_str().unwrap().split(':').next() {
            Some("s3") if actions.contains(&"s3:ListBucket".into()) => actions.push("s3:HeadBucket".into()),
            Some("iam" | "kms") => statement["Resource"] = "*".into(),
            _ => {}
        }
    }
    document
}

/// A bucket, and what preflight has to say about it.
struct Case {
    bucket: &'static str,
    /// More settings of the tables `connection`, `configuration` and `engine`.
    settings: [&'static str; 3],
    /// The checks that fail. The first has the message.
    fails: &'static [&'static str],
    message: &'static str,
}

const fn case(bucket: &'static str, fails: &'static [&'static str], message: &'static str) -> Case {
    Case { bucket, settings: ["", "", ""], fails, message }
}

const fn asking(settings: [&'static str; 3], case: Case) -> Case {
    Case { settings, ..case }
}

const KMS: &str = "server_side_encryption_method = \"aws:kms\"";
const BY_USER: &str = "iam_user = \"mparticle-export\"";

const CASES: &[Case] = &[
    case("mp-forwarding-good", &[], ""),
    case("mp-forwarding-good-key", &[], ""),
    asking(["", "", BY_USER], case("user-good", &[], "")),
    case("mp-forwarding-missing", &["bucket"], "does not exist"),
    case("mp-forwarding-elsewhere", &["region"], "is in `eu-central-1`"),
    case("mp-forwarding-no-policy", &["may-write"], "mParticle's roles may not write"),
    case("mp-forwarding-no-verifier", &["may-write", "policy-drift"], "is not allowed s3:PutObject"),
    case("mp-forwarding-more", &["policy-drift", "exposure"], "more than expected"),
    case("mp-forwarding-open", &["exposure", "policy-status"], "it allows everyone"),
    case("mp-forwarding-switch", &["public-access"], "off: BlockPublicPolicy"),
    case("mp-forwarding-owner", &["ownership"], "belong to mParticle's account"),
    case("mp-forwarding-short", &["lifecycle"], "after 1 day"),
    case("mp-forwarding-aws-key", &["encryption"], "cannot use from their account"),
    case("mp-forwarding-alias", &["encryption"], "is an alias or a bare id"),
    asking([KMS, "", ""], case("mp-forwarding-no-key", &["encryption"], "without a key selects")),
    asking(
        [KMS, "", "sse_kms_key_id = \"alias/export\""],
        case("mp-forwarding-named", &["encryption"], "`engine.sse_kms_key_id` is `alias/export`"),
    ),
    case("mp-forwarding-closed-key", &["key"], "may not call kms:GenerateDataKey"),
    case("mp-forwarding-off-key", &["key"], "is `Disabled`"),
];

/// Makes the bucket of a case. Returns its key, if it has one.
async fn make(aws: &Aws, bucket: &str) -> Option<String> {
    let documented = || policy(Kind::Bucket, Edition::Documented, bucket);
    let changed = |change: fn(&mut Vec<Value>)| {
        let mut document = documented();
        change(document["Statement"].as_array_mut().unwrap());
        document
    };
    match bucket.trim_start_matches("mp-forwarding-") {
        "missing" => return None,
        "elsewhere" => {
            let place = CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::EuCentral1);
            aws.s3.create_bucket().bucket(bucket).create_bucket_configuration(place.build()).send().await.unwrap();
            aws.public_access(bucket, true).await;
            aws.ownership(bucket, ObjectOwnership::BucketOwnerEnforced).await;
            aws.encryption(bucket, Sse::Aes256, None).await;
            aws.policy(bucket, &documented()).await;
        }
        "user-good" | "no-policy" => aws.bucket(bucket, None).await,
        "no-verifier" => aws.bucket(bucket, Some(changed(|all| drop(all.remove(1))))).await,
        "more" => {
            let more = changed(|all| all[0]["Action"].as_array_mut().unwrap().push("s3:DeleteObject".into()));
            aws.bucket(bucket, Some(more)).await;
        }
        "open" => {
            let open = changed(|all| {
                let mut open = all[0].clone();
                (open["Sid"], open["Principal"], open["Action"]) =
                    ("Everyone".into(), "*".into(), "s3:GetObject".into());
                all.push(open);
            });
            aws.bucket(bucket, Some(open)).await;
        }
        _ => aws.bucket(bucket, Some(documented())).await,
    }
    let mut key = None;
    match bucket.trim_start_matches("mp-forwarding-") {
        "switch" => aws.public_access(bucket, false).await,
        "owner" => aws.ownership(bucket, ObjectOwnership::ObjectWriter).await,
        "short" => aws.lifecycle(bucket, Some(1)).await,
        "aws-key" => aws.encryption(bucket, Sse::AwsKms, None).await,
        "alias" => aws.encryption(bucket, Sse::AwsKms, Some("alias/export")).await,
        name @ ("good-key" | "closed-key" | "off-key") => {
            let mut document = key_policy(bucket);
            if name == "closed-key" {
                document["Statement"].as_array_mut().unwrap().remove(1);
            }
            let arn = aws.key(&document).await;
            aws.encryption(bucket, Sse::AwsKms, Some(&arn)).await;
            if name == "off-key" {
                aws.kms.disable_key().key_id(arn.rsplit('/').next().unwrap()).send().await.unwrap();
            }
            key = Some(arn);
        }
        _ => {}
    }
    key
}

#[tokio::test]
async fn the_role_of_the_module_reader_finds_each_fault_of_a_bucket() {
    let Some(server) = Server::moto() else { return };
    let aws = Aws::of(&server);
    aws.user(USER, &policy(Kind::User, Edition::Strict, "user-good")).await;
    let mut sessions = Vec::new();
    for case in CASES {
        let key = make(&aws, case.bucket).await;
        let role = format!("reader-of-{}", case.bucket);
        let arn = format!("arn:aws:iam::123456789012:role/{role}");
        let rights = for_moto(rendered(case.bucket, &role, key.as_deref()));
        sessions.push(server.keys_of_role(&arn, Some(&rights)).await);
    }
    find_each_fault(&server, sessions);
}

/// Terraform makes the roles. Their policies are the rendered ones, to the last statement.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_role_that_terraform_applies_finds_each_fault_of_a_bucket() {
    let Some(applied) = Applied::new("reader-for-preflight") else { return };
    let server = &applied.server;
    let aws = Aws::of(server);
    aws.user(USER, &policy(Kind::User, Edition::Strict, "user-good")).await;
    let mut keys = BTreeMap::new();
    for case in CASES {
        keys.insert(case.bucket, make(&aws, case.bucket).await);
    }
    let buckets: String = keys
        .iter()
        .map(|(bucket, key)| format!("    {bucket:?} = {:?}\n", key.as_deref().unwrap_or_default()))
        .collect();
    applied.write(&format!(
        "provider \"aws\" {{\n  region = \"us-east-1\"\n}}\n\nmodule \"reader\" {{\n  source = \"../../modules/reader\"\n  \
         for_each = {{\n{buckets}  }}\n  bucket_name = each.key\n  kms_key_arn = each.value\n  \
         role_name = \"reader-of-${{each.key}}\"\n  \
         trusted_principal_arns = [\"arn:aws:iam::123456789012:role/loader\"]\n  preflight = true\n  \
         preflight_user = {USER:?}\n}}\n"
    ));
    applied.terraform.init(&applied.folder);
    applied.apply();
    applied.step(&["plan", "-detailed-exitcode", "-input=false"], true);

    let iam = server.iam(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY, None);
    let mut sessions = Vec::new();
    for case in CASES {
        let role = format!("reader-of-{}", case.bucket);
        let key = keys[case.bucket].as_deref();
        let mut inputs = Inputs::new(case.bucket.parse().unwrap());
        inputs.kms_key_arn = key.map(|key| key.parse().unwrap());
        let reader = render(Kind::Reader, Edition::Strict, &inputs).unwrap();
        for (name, expected) in [("preflight", rendered(case.bucket, &role, key)), ("read-export", reader)] {
            let found = iam.get_role_policy().role_name(&role).policy_name(name).send().await.unwrap();
            let found: Value = serde_json::from_str(&url_decoded(&found.policy_document)).unwrap();
            assert_eq!(found, expected, "{role}: {name}");
            let put = iam.put_role_policy().role_name(&role).policy_name(name);
            put.policy_document(for_moto(found).to_string()).send().await.unwrap();
        }
        sessions.push(server.assume_role(&format!("arn:aws:iam::123456789012:role/{role}")).await);
    }
    println!("{} roles have the rendered policies", sessions.len());
    find_each_fault(server, sessions);
}

/// Runs preflight of each bucket in its session, and prints what it found.
fn find_each_fault(server: &Server, sessions: Vec<(String, String, String)>) {
    server.ask_for_keys();
    println!("| bucket | expected | printed |\n| --- | --- | --- |");
    for (case, session) in CASES.iter().zip(sessions) {
        let outcome = inspect(server, case, session);
        let printed = outcome.text.lines().next().unwrap_or_default();
        let missing: Vec<&Value> =
            outcome.checks().iter().filter_map(|check| check.get("missing_permission")).collect();
        assert_eq!(missing, [&Value::Null; 0], "{}: {printed}", case.bucket);
        match case.fails {
            [] => outcome.is_healthy(&["may-write"]),
            fails => outcome.is_broken(fails, case.message),
        }
        let messages: Vec<&str> =
            case.fails.iter().flat_map(|id| outcome.findings(id)).filter_map(|one| one["message"].as_str()).collect();
        println!(
            "| `{}` | {} | exit {}: {} |",
            case.bucket,
            case.fails.join(", "),
            outcome.code.unwrap(),
            messages.join("; ")
        );
    }
}

/// A preflight by the role of a session.
fn inspect(server: &Server, case: &Case, (id, secret, token): (String, String, String)) -> Outcome {
    let [connection, configuration, engine] = case.settings;
    let file = settings(case.bucket, connection, configuration, engine);
    let by_role: &[&str] = if case.settings[2] == BY_USER { &[] } else { &["--pod", "us1"] };
    let mut program = program(&[by_role, &["--cleanup"]].concat());
    program.env("AWS_ACCESS_KEY_ID", id).env("AWS_SECRET_ACCESS_KEY", secret).env("AWS_SESSION_TOKEN", token);
    preflight_of(program, case.bucket, server, &file)
}

/// Without the right to read the bucket's policy, whether mParticle may write is not known.
#[tokio::test]
async fn a_role_that_may_not_read_the_policy_gets_no_verdict() {
    let Some(server) = Server::moto() else { return };
    let aws = Aws::of(&server);
    let case = case("mp-forwarding-good", &[], "");
    let key = make(&aws, case.bucket).await;
    let blind = without(&for_moto(rendered(case.bucket, "blind", key.as_deref())), "s3:GetBucketPolicy");
    let session = server.keys_of_role("arn:aws:iam::123456789012:role/blind", Some(&blind)).await;
    server.ask_for_keys();
    let outcome = inspect(&server, &case, session);
    assert_eq!(outcome.code, Some(1), "{}", outcome.text);
    assert_eq!(outcome.check("may-write")["missing_permission"], json!("s3:GetBucketPolicy"), "{}", outcome.text);
    let why = outcome.report["incomplete"].as_str().unwrap();
    assert!(why.contains("is not known"), "{why}");
}
