//! Preflight on SeaweedFS. It has object ownership and encryption, but no public access block. A bucket policy applies
//! to signed requests, with its conditions.

use mp_forwarding::access::render::{Edition, Kind};
use serde_json::json;

use super::{keys, policy, preflight, settings};
use crate::support::servers::Server;

#[tokio::test]
async fn a_healthy_bucket_and_broken_ones() {
    let Some(server) = Server::shared_seaweedfs() else { return };
    let s3 = server.client();
    let encrypt = async |bucket: &str| {
        use aws_sdk_s3::types::{
            ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
            ServerSideEncryptionRule,
        };
        let default = ServerSideEncryptionByDefault::builder().sse_algorithm(ServerSideEncryption::Aes256).build();
        let rule =
            ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(default.unwrap()).build();
        let configuration = ServerSideEncryptionConfiguration::builder().rules(rule).build().unwrap();
        let request = s3.put_bucket_encryption().bucket(bucket);
        request.server_side_encryption_configuration(configuration).send().await.unwrap();
    };
    let bucket = "mp-forwarding-healthy";
    s3.create_bucket().bucket(bucket).send().await.unwrap();
    encrypt(bucket).await;
    let documented = policy(Kind::Bucket, Edition::Documented, bucket);
    s3.put_bucket_policy().bucket(bucket).policy(documented.to_string()).send().await.unwrap();
    let file = settings(bucket, "", "", "");
    let outcome = preflight("healthy", server, &file, &["--pod", "us1", "--cleanup"]);
    outcome.is_healthy(&["bucket", "may-write", "policy-drift", "ownership", "encryption", "lifecycle", "stored"]);
    // The SDK cannot read its answer about the region.
    outcome.skips("region", "GetBucketLocation");
    outcome.skips("public-access", "NotImplemented (501)");
    outcome.skips("write", "not by mParticle");
    assert_eq!(outcome.report["summary"]["verification_object"]["state"], "removed", "{}", outcome.text);

    // With the key of a user, mParticle itself writes.
    let pair = keys(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY);
    let sse = "server_side_encryption_method = \"AES256\"";
    let outcome = preflight("a user", server, &settings(bucket, sse, &pair, ""), &[]);
    outcome.is_healthy(&["user", "write", "stored"]);
    assert_eq!(outcome.check("stored")["seen"], "encrypted with AES256");

    let outcome = preflight("missing", server, &settings("mp-forwarding-nowhere", "", "", ""), &["--pod", "us1"]);
    outcome.is_broken(&["bucket"], "the bucket `mp-forwarding-nowhere` does not exist");

    let bucket = "mp-forwarding-clear";
    s3.create_bucket().bucket(bucket).send().await.unwrap();
    let documented = policy(Kind::Bucket, Edition::Documented, bucket);
    s3.put_bucket_policy().bucket(bucket).policy(documented.to_string()).send().await.unwrap();
    let outcome = preflight("no encryption", server, &settings(bucket, "", "", ""), &["--pod", "us1"]);
    outcome.is_broken(&["encryption"], "objects are stored unencrypted");

    let bucket = "mp-forwarding-demands-sse";
    s3.create_bucket().bucket(bucket).send().await.unwrap();
    encrypt(bucket).await;
    let mut demanding = policy(Kind::Bucket, Edition::Documented, bucket);
    let deny = json!({"Sid": "OnlyEncrypted", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
        "Resource": format!("arn:aws:s3:::{bucket}/*"), "Condition": {"Null": {"s3:x-amz-server-side-encryption": "true"}}});
    demanding["Statement"].as_array_mut().unwrap().push(deny);
    s3.put_bucket_policy().bucket(bucket).policy(demanding.to_string()).send().await.unwrap();
    let outcome = preflight("demands a header", server, &settings(bucket, "", "", ""), &["--pod", "us1"]);
    // The Deny also refuses the write of the inspector, as it would refuse mParticle's.
    outcome.is_broken(&["may-write", "write"], "[denies-unencrypted]");
    let outcome = preflight("sends the header", server, &settings(bucket, sse, "", ""), &["--pod", "us1"]);
    outcome.is_healthy(&["may-write"]);
}
