//! The built-in S3 evaluates every request with the policies, keys and settings of its bucket.

use bytes::Bytes;
use mp_forwarding::access::Policy;
use mp_forwarding::conform::access::{Access, AccessFixture, AccessKind, Clients, Deployment, Trial};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{
    Acl, Embedded, Encryption, Identity, Key, Object, Ownership, Rules, S3Store, Store, StoreError, Transport,
};

const BUCKET: &str = "mp-forwarding-access";
const OWNER: &str = "111122223333";
const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn policy(statements: &str) -> Policy {
    Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)).unwrap()
}

fn rules(bucket_policy: &str) -> Rules {
    Rules {
        partition: mp_forwarding::access::Partition::Aws,
        owner: OWNER.to_owned(),
        policy: Some(policy(bucket_policy)),
        ownership: Ownership::BucketOwnerEnforced,
        default_encryption: None,
        keys: vec![Key {
            arn: KEY.to_owned(),
            policy: policy(
                r#"{"Sid":"EncryptHere","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:role/writer"},
                "Action":"kms:GenerateDataKey","Resource":"*","Condition":{"StringEquals":{"kms:ViaService":"s3.us-east-1.amazonaws.com"},
                "StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::mp-forwarding-access/in/*"}}}"#,
            ),
        }],
    }
}

fn object(key: &str) -> Object {
    Object {
        key: key.to_owned(),
        body: Bytes::from_static(b"{}\n"),
        content_type: "text/plain; charset=utf-8",
        encryption: None,
        acl: None,
    }
}

async fn client(server: &Embedded, principal: &str, policies: Option<Vec<(String, Policy)>>) -> S3Store {
    let keys = server.register(Identity { principal: principal.parse().unwrap(), policies, context: Vec::new() });
    S3Store::connect(server.config_of(BUCKET, keys, Transport::Tls12)).await.unwrap()
}

async fn start(bucket_policy: &str) -> (Embedded, S3Store) {
    let server = Embedded::start(None).await.unwrap();
    let admin = S3Store::connect(server.config(BUCKET)).await.unwrap();
    admin.create_bucket().await.unwrap();
    server.set_rules(BUCKET, rules(bucket_policy));
    (server, admin)
}

const WRITER: &str = "arn:aws:iam::222233334444:role/writer";
const PUTS: &str = r#"{"Sid":"WriterPuts","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:role/writer"},
    "Action":["s3:PutObject","s3:PutObjectAcl"],"Resource":"arn:aws:s3:::mp-forwarding-access/in/*"}"#;

fn code<T: std::fmt::Debug>(outcome: Result<T, StoreError>) -> String {
    outcome.unwrap_err().code.unwrap_or_default()
}

#[tokio::test]
async fn access_is_what_the_statements_grant() {
    let (server, admin) = start(PUTS).await;
    let writer = client(&server, WRITER, None).await;
    writer.put(&object("in/a.txt")).await.unwrap();
    assert_eq!(code(writer.put(&object("out/a.txt")).await), "AccessDenied");
    assert_eq!(code(writer.list("in/", None).await), "AccessDenied");
    assert_eq!(code(writer.get("in/a.txt").await.map(drop)), "AccessDenied");
    assert_eq!(writer.head("in/a.txt").await.unwrap_err().status, Some(403));
    assert_eq!(code(writer.delete("in/a.txt").await), "AccessDenied");
    assert!(admin.head("in/a.txt").await.unwrap().is_some(), "a refused request changes nothing");

    let outsider = client(&server, "arn:aws:iam::999988887777:role/writer", None).await;
    assert_eq!(code(outsider.put(&object("in/b.txt")).await), "AccessDenied");
    let owner = vec![("own".to_owned(), policy(r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#))];
    let owner = client(&server, "arn:aws:iam::111122223333:user/ada", Some(owner)).await;
    assert!(owner.get("in/a.txt").await.is_ok(), "in the owner's account a policy of one's own is enough");
}

#[tokio::test]
async fn access_denied_names_the_request_and_the_statement() {
    let deny = r#"{"Sid":"NoNight","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::mp-forwarding-access/in/night/*"}"#;
    let (server, _admin) = start(&format!("{PUTS},{deny}")).await;
    let writer = client(&server, WRITER, None).await;
    let denied = writer.put(&object("in/night/a.txt")).await.unwrap_err().to_string();
    assert!(denied.contains("`s3:PutObject` on `arn:aws:s3:::mp-forwarding-access/in/night/a.txt`"), "{denied}");
    assert!(denied.contains("denied by `NoNight`"), "{denied}");
    let missing = writer.put(&object("elsewhere.txt")).await.unwrap_err().to_string();
    assert!(missing.contains("the resource's policy does not allow it"), "{missing}");
    let log = server.access_log().take(BUCKET);
    assert!(log.iter().any(|one| one.principal == WRITER && one.action == "s3:PutObject" && one.refused == 2));
    assert!(server.access_log().take(BUCKET).is_empty());
}

#[tokio::test]
async fn access_without_permission_to_list_hides_missing_objects() {
    let reads = r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:role/writer"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::mp-forwarding-access/*"}"#;
    let (server, admin) = start(reads).await;
    admin.put(&object("a.txt")).await.unwrap();
    let reader = client(&server, WRITER, None).await;
    assert!(reader.get("a.txt").await.is_ok());
    assert_eq!(reader.get("b.txt").await.err().unwrap().status, Some(403));
    assert_eq!(admin.get("b.txt").await.err().unwrap().status, Some(404));
}

#[tokio::test]
async fn access_by_acl_follows_ownership_and_permissions() {
    let (server, _admin) = start(PUTS).await;
    let writer = client(&server, WRITER, None).await;
    let with = |key: &str, acl| Object { acl: Some(acl), ..object(key) };
    writer.put(&with("in/a.txt", Acl::BucketOwnerFullControl)).await.unwrap();
    let refused = writer.put(&with("in/b.txt", Acl::Private)).await.unwrap_err();
    assert_eq!((refused.status, refused.code.as_deref()), (Some(400), Some("AccessControlListNotSupported")));
    let user = r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#;
    let user = vec![("own".to_owned(), policy(user))];
    let user = client(&server, "arn:aws:iam::111122223333:user/mparticle", Some(user)).await;
    assert_eq!(code(user.put(&with("c.txt", Acl::BucketOwnerFullControl)).await), "AccessDenied");
    server.set_rules(BUCKET, Rules { ownership: Ownership::ObjectWriter, ..rules(PUTS) });
    writer.put(&with("in/d.txt", Acl::Private)).await.unwrap();
}

#[tokio::test]
async fn access_to_a_key_needs_its_policy() {
    let everywhere = PUTS.replace("in/*", "*");
    let (server, _admin) = start(&everywhere).await;
    let writer = client(&server, WRITER, None).await;
    let with = |key: &str, id: &str| Object {
        encryption: Some(Encryption::AwsKms { key_id: Some(id.to_owned()) }),
        ..object(key)
    };
    writer.put(&with("in/a.txt", KEY)).await.unwrap();
    let refused = writer.put(&with("out/a.txt", KEY)).await.unwrap_err().to_string();
    assert!(refused.contains("kms:GenerateDataKey"), "the encryption context names another folder: {refused}");
    assert_eq!(code(writer.put(&with("in/b.txt", "unknown-key")).await), "KMS.NotFoundException");
}

#[tokio::test]
async fn access_without_tls_or_with_an_old_version_is_set_by_the_address() {
    let tls = r#"{"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
        {"Sid":"Tls12","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}}"#;
    let (server, _admin) = start(&format!("{PUTS},{tls}")).await;
    let keys = server.register(Identity { principal: WRITER.parse().unwrap(), policies: None, context: Vec::new() });
    for (transport, denied_by) in
        [(Transport::Tls12, None), (Transport::Tls11, Some("`Tls12`")), (Transport::Plain, Some("`Tls`"))]
    {
        let store = S3Store::connect(server.config_of(BUCKET, keys.clone(), transport)).await.unwrap();
        let outcome = store.put(&object(&format!("in/{transport:?}.txt"))).await;
        match denied_by {
            None => outcome.unwrap(),
            Some(statement) => assert!(outcome.unwrap_err().to_string().contains(statement)),
        }
    }
}

/// Makes all requests on a bucket with these policies.
async fn test(deployment: &Deployment, access_kind: AccessKind, change: impl Fn(&mut Settings)) -> Trial {
    let server = Embedded::start(None).await.unwrap();
    let clients = Clients::new(&server).await.unwrap();
    let mut settings = Settings::new(Connection::new(BUCKET.parse().unwrap(), DateFolders::None));
    settings.connection.folder_name = Some("exports".parse().unwrap());
    change(&mut settings);
    let fixture = AccessFixture::create(&server, &clients, &settings, deployment, access_kind).await.unwrap();
    let store = fixture.reader();
    Access::Fixture(fixture.into()).test(&settings, &store, "").await
}

fn faults(trial: &Trial) -> Vec<String> {
    trial.attempts.iter().filter_map(mp_forwarding::conform::access::Attempt::problem).collect()
}

#[tokio::test]
async fn access_under_the_strict_policies_is_as_documented() {
    for access_kind in [AccessKind::RoleBased, AccessKind::UserBased] {
        let trial = test(&Deployment::default(), access_kind, |_| {}).await;
        assert_eq!(faults(&trial), Vec::<String>::new(), "{access_kind:?}");
        assert!(trial.attempts.len() > 15);
        assert!(trial.writer_failure().is_none());
    }
}

#[tokio::test]
async fn access_that_a_policy_grants_in_excess_is_a_finding_with_its_statement() {
    let open = r#"{"Sid":"Everything","Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::mp-forwarding-access","arn:aws:s3:::mp-forwarding-access/*"]}"#;
    let mut deployment = Deployment::default();
    deployment.take(policy(open)).unwrap();
    let trial = test(&deployment, AccessKind::RoleBased, |_| {}).await;
    let faults = faults(&trial);
    for expected in [
        "mParticle's writer role lists the bucket, but must not",
        "mParticle's writer role deletes an object, but must not",
        "a role of another account puts an object, but must not",
        "a request without a signature puts an object, but must not",
    ] {
        let found = faults.iter().find(|fault| fault.starts_with(expected));
        assert!(found.is_some_and(|fault| fault.contains("allowed by `Everything`")), "{expected}: {faults:#?}");
    }
    assert!(trial.skipped.iter().any(|(row, reason)| *row == "tls" && reason.contains("no-tls")));
}

#[tokio::test]
async fn access_lost_to_a_typo_is_reported_before_forwarding() {
    let mut deployment = Deployment::default();
    let typo = PUTS
        .replace("mp-forwarding-access/in", "mp-forwarding-access/exprots")
        .replace("222233334444:role/writer", "338661164609:role/Prod-Role-DG12-Default");
    deployment.take(policy(&typo)).unwrap();
    let trial = test(&deployment, AccessKind::RoleBased, |_| {}).await;
    let writer_failure = trial.writer_failure().unwrap();
    assert!(
        writer_failure.contains("`s3:PutObject` on `arn:aws:s3:::mp-forwarding-access/exports/"),
        "{writer_failure}"
    );
    assert!(writer_failure.contains("the resource's policy does not allow it"), "{writer_failure}");
}

#[test]
fn access_policies_are_recognised_by_their_content() {
    let mut deployment = Deployment::default();
    deployment.take(policy(PUTS)).unwrap();
    deployment.take(policy(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#)).unwrap();
    deployment.take(policy(r#"{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}"#)).unwrap();
    assert!(deployment.bucket.is_some() && deployment.user.is_some() && deployment.key.is_some());
    assert_eq!(deployment.bucket_name(), Some(BUCKET));
    assert!(deployment.take(policy(PUTS)).unwrap_err().to_string().contains("two bucket policies"));
    let no_such = r#"{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*","Condition":{"StringMatches":{"a:b":"c"}}}"#;
    assert!(Deployment::default().take(policy(no_such)).is_err(), "AWS would not store it");
}
