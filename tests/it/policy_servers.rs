//! The editions against a server that reads policies: what MinIO takes, and what it refuses, which is why it has an
//! edition of its own.

use aws_sdk_s3::error::ProvideErrorMetadata;

use crate::policy::fixtures;
use crate::servers::Server;

const BUCKET: &str = "mp-forwarding-acme";

#[tokio::test]
async fn minio_takes_its_own_edition_of_the_bucket_policy_and_no_other() {
    let Some(server) = Server::minio() else { return };
    let s3 = server.client();
    s3.create_bucket().bucket(BUCKET).send().await.unwrap();
    for (file, refusal) in [
        ("minio/bucket.folder.json", None),
        ("documented/bucket.eu1.json", Some("s3:PutObjectAcl")),
        ("strict/bucket.json", Some("s3:TlsVersion")),
    ] {
        let policy = std::fs::read_to_string(fixtures().join(file)).unwrap();
        let answer = s3.put_bucket_policy().bucket(BUCKET).policy(policy).send().await;
        match (answer, refusal) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) => {
                assert_eq!(error.code(), Some("MalformedPolicy"), "{file}");
                assert!(error.message().is_some_and(|message| message.contains(part)), "{file}: {error:?}");
            }
            (answer, _) => panic!("{file}: {answer:?}"),
        }
    }
    let deployed = s3.get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    assert!(deployed.policy().unwrap().contains("mParticle_Bucket_Verification_"));
}
