//! Preflight on moto, which answers for S3, IAM, STS and KMS like AWS. It ignores `Condition`, so a policy that refuses
//! requests without TLS refuses everything. Therefore the bucket has the documented edition.

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint, CreateBucketConfiguration,
    ExpirationStatus, LifecycleExpiration, LifecycleRule, LifecycleRuleFilter, ObjectOwnership, OwnershipControls,
    OwnershipControlsRule, PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule,
};
use mp_forwarding::access::render::{Edition, Kind};
use serde_json::{Value, json};

use super::{assert_golden, keys, policy, preflight, settings, shown};
use crate::support::servers::Server;

pub(super) struct Aws {
    pub(super) s3: aws_sdk_s3::Client,
    iam: aws_sdk_iam::Client,
    pub(super) kms: aws_sdk_kms::Client,
}

impl Aws {
    pub(super) fn of(server: &Server) -> Self {
        let credentials = || Credentials::new(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY, None, None, "root");
        let iam = aws_sdk_iam::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(credentials())
            .endpoint_url(server.endpoint())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .build();
        Self { s3: server.client(), iam: aws_sdk_iam::Client::from_conf(iam), kms: server.kms("us-east-1") }
    }

    /// A healthy bucket with this policy.
    pub(super) async fn bucket(&self, bucket: &str, policy: Option<Value>) {
        self.s3.create_bucket().bucket(bucket).send().await.unwrap();
        self.public_access(bucket, true).await;
        self.ownership(bucket, ObjectOwnership::BucketOwnerEnforced).await;
        self.encryption(bucket, ServerSideEncryption::Aes256, None).await;
        self.lifecycle(bucket, None).await;
        if let Some(policy) = policy {
            self.policy(bucket, &policy).await;
        }
    }

    pub(super) async fn policy(&self, bucket: &str, policy: &Value) {
        self.s3.put_bucket_policy().bucket(bucket).policy(policy.to_string()).send().await.unwrap();
    }

    pub(super) async fn public_access(&self, bucket: &str, block_policy: bool) {
        let block = PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(block_policy)
            .restrict_public_buckets(true)
            .build();
        self.s3.put_public_access_block().bucket(bucket).public_access_block_configuration(block).send().await.unwrap();
    }

    pub(super) async fn ownership(&self, bucket: &str, ownership: ObjectOwnership) {
        let rule = OwnershipControlsRule::builder().object_ownership(ownership).build().unwrap();
        let controls = OwnershipControls::builder().rules(rule).build().unwrap();
        self.s3.put_bucket_ownership_controls().bucket(bucket).ownership_controls(controls).send().await.unwrap();
    }

    pub(super) async fn encryption(&self, bucket: &str, method: ServerSideEncryption, key: Option<&str>) {
        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(method);
        let default = default.set_kms_master_key_id(key.map(str::to_owned)).build().unwrap();
        let rule = ServerSideEncryptionRule::builder()
            .apply_server_side_encryption_by_default(default)
            .bucket_key_enabled(key.is_some())
            .build();
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
        let request = self.s3.put_bucket_encryption().bucket(bucket);
        request.server_side_encryption_configuration(configuration).send().await.unwrap();
    }

    pub(super) async fn lifecycle(&self, bucket: &str, delete_after_days: Option<i32>) {
        let filter = || LifecycleRuleFilter::builder().prefix("").build();
        let abort = AbortIncompleteMultipartUpload::builder().days_after_initiation(7).build();
        let tidy = LifecycleRule::builder().id("tidy-up").status(ExpirationStatus::Enabled).filter(filter());
        let tidy = tidy.abort_incomplete_multipart_upload(abort).build().unwrap();
        let mut lifecycle = BucketLifecycleConfiguration::builder().rules(tidy);
        if let Some(days) = delete_after_days {
            let expiry = LifecycleExpiration::builder().days(days).build();
            let rule = LifecycleRule::builder().id("save-space").status(ExpirationStatus::Enabled).filter(filter());
            lifecycle = lifecycle.rules(rule.expiration(expiry).build().unwrap());
        }
        let request = self.s3.put_bucket_lifecycle_configuration().bucket(bucket);
        request.lifecycle_configuration(lifecycle.build().unwrap()).send().await.unwrap();
    }

    /// A key with this policy. Returns its ARN.
    pub(super) async fn key(&self, policy: &Value) -> String {
        let key = self.kms.create_key().policy(policy.to_string()).send().await.unwrap();
        key.key_metadata().unwrap().arn().unwrap().to_owned()
    }

    /// A user with this policy and an access key. Returns the key as in the settings.
    pub(super) async fn user(&self, name: &str, policy: &Value) -> (String, String) {
        self.iam.create_user().user_name(name).send().await.unwrap();
        let made = self.iam.create_policy().policy_name(name).policy_document(policy.to_string()).send().await.unwrap();
        let arn = made.policy().unwrap().arn().unwrap();
        self.iam.attach_user_policy().user_name(name).policy_arn(arn).send().await.unwrap();
        let key = self.iam.create_access_key().user_name(name).send().await.unwrap();
        let key = key.access_key().unwrap();
        (key.access_key_id().to_owned(), keys(key.access_key_id(), key.secret_access_key()))
    }
}

pub(super) fn key_policy(bucket: &str) -> Value {
    use mp_forwarding::access::render::{Inputs, render};
    use mp_forwarding::access::{Catalogue, Partition};
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    inputs.owner_account = Some("123456789012".parse().unwrap());
    render(Kind::Key, Edition::Strict, &inputs).unwrap()
}

#[tokio::test]
async fn buckets_for_mparticles_roles() {
    let Some(server) = Server::moto() else { return };
    let aws = Aws::of(&server);
    let documented = |bucket: &str| policy(Kind::Bucket, Edition::Documented, bucket);
    let us1 = ["--pod", "us1"];

    let bucket = "mp-forwarding-healthy";
    aws.bucket(bucket, Some(documented(bucket))).await;
    let file = settings(bucket, "", "", "");
    let outcome = preflight("healthy", &server, &file, &us1);
    outcome.is_healthy(&[
        "bucket",
        "region",
        "home-region",
        "may-write",
        "policy-drift",
        "policy-lint",
        "exposure",
        "public-access",
        "ownership",
        "encryption",
        "lifecycle",
        "stored",
    ]);
    // Another principal wrote the object, so mParticle's check does not pass.
    outcome.skips("write", "not by mParticle");
    let object = &outcome.report["summary"]["verification_object"];
    assert_eq!((&object["state"], &object["as_mparticle"]), (&json!("written"), &json!(false)));
    assert_eq!(object["principal"], "arn:aws:sts::123456789012:user/moto");
    let kept = aws.s3.get_object().bucket(bucket).key(object["key"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(kept.body.collect().await.unwrap().to_vec(), b"{}");
    assert_golden("moto.healthy.txt", &shown(&server, &file, &[&us1[..], &["--no-write"]].concat()));

    // The object is removed on request, and not written with --no-write.
    let before = aws.s3.list_objects_v2().bucket(bucket).send().await.unwrap().key_count();
    let cleaned = preflight("cleaned up", &server, &file, &[&us1[..], &["--cleanup"]].concat());
    assert_eq!(cleaned.report["summary"]["verification_object"]["state"], "removed", "{}", cleaned.text);
    let unwritten = preflight("unwritten", &server, &file, &[&us1[..], &["--no-write"]].concat());
    assert_eq!(unwritten.report["summary"]["verification_object"], Value::Null);
    assert_eq!(aws.s3.list_objects_v2().bucket(bucket).send().await.unwrap().key_count(), before);
    // A skip can be made a failure.
    assert_eq!(preflight("no skip", &server, &file, &[&us1[..], &["--no-skip"]].concat()).code, Some(1));

    let bucket = "mp-forwarding-no-policy";
    aws.bucket(bucket, None).await;
    let outcome = preflight("no policy", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["may-write"], "mParticle's roles may not write");

    let bucket = "mp-forwarding-no-verifier";
    let mut changed = documented(bucket);
    changed["Statement"].as_array_mut().unwrap().remove(1);
    aws.bucket(bucket, Some(changed)).await;
    let file = settings(bucket, "", "", "");
    let outcome = preflight("no verify role", &server, &file, &us1);
    outcome.is_broken(
        &["may-write", "policy-drift"],
        "role-lambda-verifyrequest` is not allowed s3:PutObject and s3:PutObjectAcl",
    );
    outcome.is_broken(&["may-write", "policy-drift"], "[missing-verify-role]");
    assert_golden("moto.no_verify_role.txt", &shown(&server, &file, &[&us1[..], &["--no-write"]].concat()));

    let bucket = "mp-forwarding-other-pod";
    aws.bucket(bucket, Some(documented(bucket))).await;
    let outcome = preflight("other pod", &server, &settings(bucket, "", "", ""), &["--pod", "eu1"]);
    outcome.is_broken(&["may-write", "policy-drift"], "belongs to mParticle but is not one of your pod's two roles");

    let bucket = "mp-forwarding-half-tls";
    let mut changed = documented(bucket);
    let deny = json!({"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": format!("arn:aws:s3:::{bucket}"), "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    changed["Statement"].as_array_mut().unwrap().push(deny);
    aws.bucket(bucket, Some(changed)).await;
    let outcome = preflight("TLS on the bucket only", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["tls"], "denied on the bucket and not on its objects");

    let bucket = "mp-forwarding-endpoints";
    aws.bucket(bucket, Some(policy(Kind::Bucket, Edition::Strict, bucket))).await;
    let arguments = ["--pod", "us1", "--edition", "strict", "--source-vpce", "vpce-1a2b3c4d", "--no-write"];
    let outcome = preflight("a statement is missing", &server, &settings(bucket, "", "", ""), &arguments);
    outcome.is_broken(&["policy-drift"], "missing: `DenyReadsOutsideEndpoints`");

    let bucket = "mp-forwarding-public";
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.public_access(bucket, false).await;
    let outcome = preflight("a switch is off", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["public-access"], "off: BlockPublicPolicy");

    let bucket = "mp-forwarding-open";
    let mut changed = documented(bucket);
    let allow = json!({"Sid": "Everyone", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
        "Resource": format!("arn:aws:s3:::{bucket}/*")});
    changed["Statement"].as_array_mut().unwrap().push(allow);
    aws.bucket(bucket, Some(changed)).await;
    let outcome = preflight("open to everyone", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["exposure", "policy-status"], "`Everyone`: it allows everyone");

    let bucket = "mp-forwarding-owner";
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.ownership(bucket, ObjectOwnership::ObjectWriter).await;
    let outcome = preflight("owned by the writer", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["ownership"], "belong to mParticle's account");

    let bucket = "mp-forwarding-short";
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.lifecycle(bucket, Some(1)).await;
    let file = settings(bucket, "", "", "");
    let outcome = preflight("deleted after a day", &server, &file, &us1);
    outcome.is_broken(&["lifecycle"], "`save-space` deletes the export after 1 day, but it must stay for 30");
    let outcome = preflight("as it is meant", &server, &file, &["--pod", "us1", "--keep-days", "1"]);
    outcome.is_healthy(&["lifecycle"]);

    let bucket = "mp-forwarding-elsewhere";
    let place = BucketLocationConstraint::EuCentral1;
    let place = CreateBucketConfiguration::builder().location_constraint(place).build();
    aws.s3.create_bucket().bucket(bucket).create_bucket_configuration(place).send().await.unwrap();
    aws.public_access(bucket, true).await;
    aws.ownership(bucket, ObjectOwnership::BucketOwnerEnforced).await;
    aws.encryption(bucket, ServerSideEncryption::Aes256, None).await;
    aws.policy(bucket, &documented(bucket)).await;
    let outcome = preflight("another region", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["region"], "is in `eu-central-1`, but mParticle is configured for `us-east-1`");
    assert_eq!(outcome.findings("home-region")[0]["severity"], "note");
}

#[tokio::test]
async fn keys_of_kms() {
    let Some(server) = Server::moto() else { return };
    let aws = Aws::of(&server);
    let documented = |bucket: &str| policy(Kind::Bucket, Edition::Documented, bucket);
    let us1 = ["--pod", "us1"];

    let bucket = "mp-forwarding-key";
    let key = aws.key(&key_policy(bucket)).await;
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.encryption(bucket, ServerSideEncryption::AwsKms, Some(&key)).await;
    let file = settings(bucket, "", "", "");
    preflight("a key", &server, &file, &us1).is_healthy(&["key", "encryption", "stored"]);
    aws.kms.disable_key().key_id(key.rsplit('/').next().unwrap()).send().await.unwrap();
    let outcome = preflight("a disabled key", &server, &file, &[&us1[..], &["--no-write"]].concat());
    outcome.is_broken(&["key"], "the key is `Disabled`");

    let bucket = "mp-forwarding-closed-key";
    let mut closed = key_policy(bucket);
    closed["Statement"].as_array_mut().unwrap().remove(1);
    let key = aws.key(&closed).await;
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.encryption(bucket, ServerSideEncryption::AwsKms, Some(&key)).await;
    let outcome = preflight("a key that is closed", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["key"], "Prod-Role-DG12-Default` may not call kms:GenerateDataKey on the key");

    let bucket = "mp-forwarding-managed-key";
    aws.bucket(bucket, Some(documented(bucket))).await;
    aws.encryption(bucket, ServerSideEncryption::AwsKms, None).await;
    let outcome = preflight("AWS's own key", &server, &settings(bucket, "", "", ""), &us1);
    outcome.is_broken(&["encryption"], "cannot use from their account");

    let bucket = "mp-forwarding-asks-kms";
    aws.bucket(bucket, Some(documented(bucket))).await;
    let file = settings(bucket, "server_side_encryption_method = \"aws:kms\"", "", "");
    let outcome = preflight("KMS without a key", &server, &file, &us1);
    outcome.is_broken(&["encryption"], "without a key selects the key that AWS manages for the writer's account");
}

#[tokio::test]
async fn buckets_for_a_user() {
    let Some(server) = Server::moto() else { return };
    let aws = Aws::of(&server);
    let bucket = "acme-events";
    aws.bucket(bucket, None).await;
    let strict = policy(Kind::User, Edition::Strict, bucket);

    let (id, pair) = aws.user("mparticle", &strict).await;
    let file = settings(bucket, "", &pair, "");
    let outcome = preflight("healthy user", &server, &file, &[]);
    outcome.is_healthy(&["may-write", "user", "user-policy", "access-key", "tls", "exposure", "write", "stored"]);
    // moto does not implement this.
    outcome.skips("simulation", "SimulatePrincipalPolicy");
    let object = &outcome.report["summary"]["verification_object"];
    assert_eq!(
        (&object["as_mparticle"], &object["principal"]),
        (&json!(true), &json!("arn:aws:iam::123456789012:user/mparticle"))
    );
    assert_golden("moto.healthy_user.txt", &without_key_id(&shown(&server, &file, &["--cleanup"]), &id));

    // The same user by name, without its key: another principal writes, which tests nothing.
    let named = settings(bucket, "", "", "iam_user = \"mparticle\"");
    let outcome = preflight("a user by name", &server, &named, &[]);
    outcome.is_healthy(&["may-write", "user-policy", "access-key"]);
    outcome.skips("write", "not by mParticle");
    outcome.skips("user", "the settings have no access key");

    aws.iam
        .update_access_key()
        .user_name("mparticle")
        .access_key_id(&id)
        .status("Inactive".into())
        .send()
        .await
        .unwrap();
    let outcome = preflight("an inactive key", &server, &file, &["--no-write"]);
    outcome.is_broken(&["access-key"], "is inactive");

    let (_, pair) = aws.user("reader", &without(&strict, "s3:PutObject")).await;
    let outcome = preflight("a user who may only read", &server, &settings(bucket, "", &pair, ""), &["--no-write"]);
    outcome.is_broken(&["may-write"], "user/reader may not put files");

    let everything = json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "All", "Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    let (_, pair) = aws.user("admin", &everything).await;
    let outcome = preflight("a user who may do anything", &server, &settings(bucket, "", &pair, ""), &["--no-write"]);
    outcome.is_broken(&["exposure"], "allows more than it needs: s3:DeleteObject on");

    let (_, pair) = aws.user("published", &policy(Kind::User, Edition::Documented, bucket)).await;
    let outcome = preflight("the published user policy", &server, &settings(bucket, "", &pair, ""), &["--no-write"]);
    outcome.is_broken(&["user-policy"], "[kms-on-s3-arn]");

    let file = settings(bucket, "", &pair, "acl = \"bucket-owner-full-control\"");
    let outcome = preflight("an ACL by a user", &server, &file, &["--no-write"]);
    assert!(outcome.ended("fail").contains(&"ownership"), "{}", outcome.text);
}

/// A policy without this permission.
pub(super) fn without(policy: &Value, action: &str) -> Value {
    let mut policy = policy.clone();
    for statement in policy["Statement"].as_array_mut().unwrap() {
        if let Some(actions) = statement["Action"].as_array_mut() {
            actions.retain(|one| one != action);
        }
    }
    policy
}

fn without_key_id(text: &str, id: &str) -> String {
    text.replace(id, "AKIAEXAMPLE")
}

/// Exactly the permissions that the checks name, and those of the verification object.
#[test]
fn the_policy_for_preflight_grants_what_the_checks_need_and_nothing_else() {
    let mut inputs = mp_forwarding::access::render::Inputs::new("mp-forwarding-acme".parse().unwrap());
    inputs.kms_key_arn = Some("arn:aws:kms:us-east-1:111122223333:key/1234abcd".parse().unwrap());
    inputs.iam_user = Some("mparticle".parse().unwrap());
    inputs.iam_role = Some("inspector".parse().unwrap());
    let document = mp_forwarding::access::render::render(Kind::Preflight, Edition::Strict, &inputs).unwrap();
    let allowed = document["Statement"].as_array().unwrap().iter().filter(|statement| statement["Effect"] == "Allow");
    let granted: std::collections::BTreeSet<&str> =
        allowed.flat_map(|one| one["Action"].as_array().unwrap()).filter_map(Value::as_str).collect();
    // To write with a key, to remove the object, and to find the user's ARN.
    let more = ["kms:GenerateDataKey", "kms:Decrypt", "s3:DeleteObject", "iam:GetUser"];
    let needed = mp_forwarding::preflight::CHECKS.iter().flat_map(|check| check.needs).copied().chain(more).collect();
    assert_eq!(granted, needed);
}
