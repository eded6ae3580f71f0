//! Preflight with the role that the Terraform module `reader` makes with `preflight = true`: good and broken buckets on moto. The
//! module and `policy render preflight` give the same text, which another test compares.

use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, ObjectOwnership, ServerSideEncryption as Sse,
};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use serde_json::{Value, json};

use super::moto::{Aws, key_policy, without};
use super::{Outcome, policy, preflight_of, program, settings};
use crate::support::servers::Server;

const USER: &str = "mparticle-export";

/// The rights of the role for a bucket. moto refuses a statement with a condition, so the two about TLS are left out. It asks for
/// `s3:HeadBucket`, which AWS does not have, and compares requests to KMS and IAM with the resource `*`.
fn rights(bucket: &str, role: &str, key: Option<&str>) -> Value {
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    inputs.kms_key_arn = key.map(|key| key.parse().unwrap());
    inputs.iam_role = Some(role.parse().unwrap());
    inputs.iam_user = Some(USER.parse().unwrap());
    let mut document = render(Kind::Preflight, Edition::Strict, &inputs).unwrap();
    let statements = document["Statement"].as_array_mut().unwrap();
    statements.retain(|statement| statement["Effect"] == "Allow");
    statements[0]["Action"].as_array_mut().unwrap().push("s3:HeadBucket".into());
    for statement in &mut statements[2..] {
        statement["Resource"] = "*".into();
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
        let rights = rights(case.bucket, &role, key.as_deref());
        sessions.push(server.keys_of_role(&arn, Some(&rights)).await);
    }
    server.ask_for_keys();
    println!("| bucket | expected | printed |\n| --- | --- | --- |");
    for (case, session) in CASES.iter().zip(sessions) {
        let outcome = inspect(&server, case, session);
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
    let blind = without(&rights(case.bucket, "blind", key.as_deref()), "s3:GetBucketPolicy");
    let session = server.keys_of_role("arn:aws:iam::123456789012:role/blind", Some(&blind)).await;
    server.ask_for_keys();
    let outcome = inspect(&server, &case, session);
    assert_eq!(outcome.code, Some(1), "{}", outcome.text);
    assert_eq!(outcome.check("may-write")["missing_permission"], json!("s3:GetBucketPolicy"), "{}", outcome.text);
    let why = outcome.report["incomplete"].as_str().unwrap();
    assert!(why.contains("could not be judged"), "{why}");
}
