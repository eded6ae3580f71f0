//! Preflight on MinIO. It has no object ownership, no public access block and no IAM API. Its bucket policies do not
//! apply to signed requests, so only the write itself tests the permission.

use mp_forwarding::access::render::{Edition, Kind};

use super::{keys, policy, preflight, settings};
use crate::support::servers::Server;

#[tokio::test]
async fn a_healthy_bucket_and_broken_ones() {
    let Some(server) = Server::shared_minio() else { return };
    let s3 = server.client();
    let bucket = "mp-forwarding-healthy";
    s3.create_bucket().bucket(bucket).send().await.unwrap();
    let sse = "server_side_encryption_method = \"AES256\"";
    let pair = keys(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY);
    let file = settings(bucket, sse, &pair, "");
    let outcome = preflight("healthy", server, &file, &["--cleanup"]);
    outcome.is_healthy(&["bucket", "region", "encryption", "write", "stored"]);
    for id in ["public-access", "ownership", "user", "user-policy", "access-key", "simulation"] {
        assert_eq!(outcome.check(id)["outcome"], "skip", "{id}: {}", outcome.text);
    }
    assert_eq!(outcome.report["summary"]["verification_object"]["state"], "removed", "{}", outcome.text);

    // The checks of role-based access on MinIO: the statements are those of its edition.
    let minio = policy(Kind::Bucket, Edition::Minio, bucket);
    s3.put_bucket_policy().bucket(bucket).policy(minio.to_string()).send().await.unwrap();
    let roles = settings(bucket, sse, "", "");
    let outcome = preflight("roles", server, &roles, &["--pod", "us1", "--edition", "minio"]);
    outcome.is_healthy(&["policy-drift", "stored"]);
    outcome.skips("write", "by an unknown principal, not by mParticle");

    let wrong = settings(bucket, sse, &keys(Server::ACCESS_KEY_ID, "not-the-secret"), "");
    let outcome = preflight("the wrong secret", server, &wrong, &[]);
    outcome.is_broken(&["write"], "SignatureDoesNotMatch (403)");
    assert!(!outcome.text.contains("not-the-secret"), "{}", outcome.text);

    let key = "server_side_encryption_method = \"aws:kms\"";
    let engine = "sse_kms_key_id = \"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"";
    let outcome = preflight("an unknown key", server, &settings(bucket, key, &pair, engine), &[]);
    assert!(outcome.ended("fail").contains(&"write"), "{}", outcome.text);
    let outcome = preflight("a known key", server, &settings(bucket, key, &pair, "sse_kms_key_id = \"test-key\""), &[]);
    outcome.is_healthy(&["write", "stored"]);
}
