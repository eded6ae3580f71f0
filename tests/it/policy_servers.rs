//! The policy editions on servers that evaluate policies: which editions each server accepts, and its decisions
//! compared with `policy can`.

use std::path::Path;
use std::process::Command;

use aws_sdk_s3::error::ProvideErrorMetadata;
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::{Catalogue, Partition, canonical};
use serde_json::{Value, json};

use crate::policy::fixtures;
use crate::policy_matrix::{Asked, Asker, BUCKET, FOLDER, MATRIX, furnish};
use crate::support::servers::Server;
use crate::support::tools::installed;

const SECRET: &str = "only-for-tests-of-users";

fn rendered(kind: Kind, edition: Edition, folder: Option<&str>) -> Value {
    let mut inputs = Inputs::new(BUCKET.parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("eu1").unwrap().roles(Partition::Aws));
    inputs.folder =
        folder.map(|folder| folder.parse::<mp_forwarding::settings::FolderName>().unwrap().try_into().unwrap());
    render(kind, edition, &inputs).unwrap()
}

/// The policy without its Deny statements, which are about TLS: for a server with plain HTTP.
fn without_denials(mut document: Value) -> Value {
    document["Statement"].as_array_mut().unwrap().retain(|statement| statement["Effect"] == "Allow");
    document
}

#[tokio::test]
async fn minio_accepts_only_its_own_edition_of_the_bucket_policy() {
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

/// MinIO's client, with the server's root credentials.
fn mc(program: &Path, server: &Server, arguments: &[&str]) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let host =
        server.endpoint().replacen("://", &format!("://{}:{}@", Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY), 1);
    let output = Command::new(program)
        .arg("--config-dir")
        .arg(folder.path())
        .args(arguments)
        .env("MC_HOST_minio", host)
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&text).into_owned()) }
}

#[tokio::test]
async fn minio_lets_a_user_do_what_its_edition_allows() {
    let Some(program) = installed("mc") else { return };
    let Some(server) = Server::minio() else { return };
    furnish(&server.client()).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, document: &Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, document.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    for (name, of) in [("minio", None), ("minio-folder", Some(FOLDER))] {
        let document = rendered(Kind::User, Edition::Minio, of);
        mc(&program, &server, &["admin", "policy", "create", "minio", name, &file(name, &document)]).unwrap();
        mc(&program, &server, &["admin", "user", "add", "minio", name, SECRET]).unwrap();
        mc(&program, &server, &["admin", "policy", "attach", "minio", name, "--user", name]).unwrap();
        let principal = format!("arn:aws:iam::111122223333:user/{name}");
        let asker =
            Asker { principal: &principal, own: Some(&document), bucket: None, owner: "111122223333", tls: false };
        let (differences, passed) = asker.ask(&server.client_of(name, SECRET, None), &MATRIX).await;
        println!("MinIO, {name}: {} requests, {passed} allowed, {} differences", MATRIX.len(), differences.len());
        assert_eq!(differences, [] as [&str; 0], "{name}");
    }
    for (edition, part) in [(Edition::Documented, "kms:Decrypt"), (Edition::Strict, "s3:TlsVersion")] {
        let path = file("refused", &rendered(Kind::User, edition, None));
        let refusal = mc(&program, &server, &["admin", "policy", "create", "minio", "refused", &path]).unwrap_err();
        assert!(refusal.contains(part), "{}: {refusal}", edition.as_str());
    }
}

/// moto evaluates user policies once it requires credentials. It evaluates no conditions, and a statement with a
/// condition denies even in an Allow. Therefore statements with conditions are removed: those for TLS, and the one that
/// restricts lists to the folder.
#[tokio::test]
async fn moto_lets_a_user_do_what_each_edition_allows() {
    let Some(server) = Server::moto() else { return };
    furnish(&server.client()).await;
    let iam = server.iam(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY, None);
    let mut askers = Vec::new();
    for (name, edition, folder) in [
        ("documented", Edition::Documented, None),
        ("strict", Edition::Strict, None),
        ("strict-folder", Edition::Strict, Some(FOLDER)),
        ("minio", Edition::Minio, None),
        ("minio-folder", Edition::Minio, Some(FOLDER)),
        ("nothing", Edition::Minio, None),
    ] {
        let document = without_denials(rendered(Kind::User, edition, folder));
        let user = iam.create_user().user_name(name).send().await.unwrap().user.unwrap();
        let key = iam.create_access_key().user_name(name).send().await.unwrap().access_key.unwrap();
        if name != "nothing" {
            let policy = iam.create_policy().policy_name(name).policy_document(document.to_string()).send().await;
            let arn = policy.unwrap().policy.unwrap().arn.unwrap();
            iam.attach_user_policy().user_name(name).policy_arn(arn).send().await.unwrap();
        }
        askers.push((name, user.arn, key, (name != "nothing").then_some(document)));
    }
    server.ask_for_keys();
    for (name, arn, key, document) in &askers {
        let owner = arn.split(':').nth(4).unwrap();
        let asker = Asker { principal: arn, own: document.as_ref(), bucket: None, owner, tls: false };
        let s3 = server.client_of(&key.access_key_id, &key.secret_access_key, None);
        let (differences, passed) = asker.ask(&s3, &MATRIX).await;
        println!("moto, {name}: {} requests, {passed} allowed, {} differences", MATRIX.len(), differences.len());
        assert_eq!(differences, [] as [&str; 0], "{name}");
    }
}

/// moto evaluates only the Deny statements of a bucket policy. An Allow has no effect, so a principal of another
/// account may do what its own account allows. Therefore the only difference is the permission that the bucket policy
/// does not give.
#[tokio::test]
async fn moto_lets_other_accounts_do_what_their_own_policies_allow() {
    let Some(server) = Server::moto() else { return };
    furnish(&server.client()).await;
    let bucket = rendered(Kind::Bucket, Edition::Documented, None);
    server.client().put_bucket_policy().bucket(BUCKET).policy(bucket.to_string()).send().await.unwrap();
    let deployed = server.client().get_bucket_policy().bucket(BUCKET).send().await.unwrap();
    let deployed: Value = serde_json::from_str(deployed.policy().unwrap()).unwrap();
    assert_eq!(canonical(&deployed), canonical(&bucket));

    let puts = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Resource": format!("arn:aws:s3:::{BUCKET}/*")}]});
    let mut askers = Vec::new();
    for (role, own, is_outsider) in [
        ("arn:aws:iam::583371261087:role/Prod-Role-DG12-Default", Some(&puts), false),
        ("arn:aws:iam::583371261087:role/verifyrequest_lambda", None, false),
        ("arn:aws:iam::444455556666:role/outsider", Some(&puts), true),
    ] {
        askers.push((role, own, is_outsider, server.session_of_role(role, own).await));
    }
    server.ask_for_keys();
    let requests = [
        Asked::Put(BUCKET, "exports/a.txt"),
        Asked::Put(BUCKET, "other/a.txt"),
        Asked::Get(BUCKET, "exports/a.txt"),
        Asked::Delete(BUCKET, "exports/a.txt"),
        Asked::List(BUCKET, "exports/"),
        Asked::SetPolicy(BUCKET),
    ];
    for (role, own, is_outsider, s3) in askers {
        let asker = Asker { principal: role, own, bucket: Some(&bucket), owner: "123456789012", tls: false };
        let (differences, passed) = asker.ask(&s3, &requests).await;
        println!("moto, {role}: {} requests, {passed} allowed, {} differences", requests.len(), differences.len());
        let explained = |line: &String| is_outsider && line.starts_with("Put(") && line.contains("the server allowed");
        assert!(differences.iter().all(explained), "{role}: {differences:#?}");
        assert_eq!(differences.len(), if is_outsider { 2 } else { 0 }, "{role}: {differences:#?}");
    }
}

/// SeaweedFS evaluates a bucket policy with its conditions. It does not know roles by ARN, so a user takes the place of
/// both roles.
#[tokio::test]
async fn seaweedfs_enforces_the_bucket_policy() {
    let Some(server) = Server::seaweedfs() else { return };
    let root = server.client();
    furnish(&root).await;
    let user = server.client_of(Server::OTHER_USER_KEY_ID, Server::OTHER_USER_SECRET, None);
    let as_rendered = rendered(Kind::Bucket, Edition::Strict, Some(FOLDER));
    let mut for_a_user = as_rendered.clone();
    for statement in for_a_user["Statement"].as_array_mut().unwrap() {
        if statement["Effect"] == "Allow" {
            statement["Principal"] = json!({ "AWS": Server::OTHER_USER });
        }
    }
    let requests: Vec<Asked> = MATRIX
        .into_iter()
        .filter(|asked| !matches!(asked, Asked::Buckets))
        .chain([Asked::PutAcl(BUCKET, "exports/a.txt")])
        .collect();
    let everything =
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]});
    for (name, document, allowed) in [
        ("for the roles, without TLS", without_denials(as_rendered), 0),
        ("for a user, without TLS", without_denials(for_a_user.clone()), 3),
        ("for a user, with TLS", for_a_user, 0),
    ] {
        root.put_bucket_policy().bucket(BUCKET).policy(document.to_string()).send().await.unwrap();
        for (who, principal, own, s3) in [
            ("the user", Server::OTHER_USER, None, &user),
            ("root", "arn:aws:iam::000000000000:user/root", Some(&everything), &root),
        ] {
            let reads_only: Vec<Asked> = requests
                .iter()
                .copied()
                .filter(|asked| who != "root" || !matches!(asked, Asked::Delete(..) | Asked::SetPolicy(_)))
                .collect();
            let asker = Asker { principal, own, bucket: Some(&document), owner: "000000000000", tls: false };
            let (differences, passed) = asker.ask(s3, &reads_only).await;
            println!(
                "SeaweedFS, {name}, {who}: {} requests, {passed} allowed, {} differences",
                reads_only.len(),
                differences.len()
            );
            // SeaweedFS does not evaluate bucket policies for ACLs.
            let explained = |line: &String| line.starts_with("PutAcl") && line.contains("the server denied");
            assert!(differences.iter().all(explained), "{name}, {who}: {differences:#?}");
            assert!(who == "root" || passed == allowed, "{name}: {passed} allowed");
        }
    }
}

/// Why versitygw answers something else, if it is one of these classes, which docs/dev/access.md explains.
fn explained(document: &Value, ours: Option<&str>, theirs: Option<&str>) -> Option<&'static str> {
    let statement = &document["Statement"][4];
    let text = statement.to_string();
    let is_about = |part: &str| text.contains(part);
    match (ours, theirs) {
        (_, Some("Policy has an invalid condition key")) => Some("its list of condition keys is shorter"),
        (None, Some("Policy has invalid action")) if is_about("\"*\"") => Some("it refuses `*` as an action"),
        (None, Some("Policy has invalid action")) if is_about("listbucket") => {
            Some("it compares actions with their case")
        }
        (Some(_), Some("Policy has invalid action")) => Some("its list of actions is shorter"),
        (None, Some(_)) if is_about("acme*") => {
            Some("it does not match objects with a wildcard in the place of the slash")
        }
        (Some(_), None) if is_about("CreateBucket") => Some("it stores s3:CreateBucket, which S3 does not"),
        (Some("Policy has invalid resource"), None) if is_about("acme2") => {
            Some("it compares only the beginning of the bucket's name")
        }
        _ => None,
    }
}

/// Principals are left out: versitygw has users of its own, and no ARNs.
#[tokio::test]
async fn versitygw_refuses_the_bucket_policies_that_we_refuse() {
    let Some(server) = Server::versitygw() else { return };
    let s3 = server.client();
    s3.create_bucket().bucket("mp-forwarding-acme").send().await.unwrap();
    let (mut same, mut unexplained) = (0, Vec::new());
    for (mut document, ours) in crate::policy_check::refused::bucket_policies() {
        if ours == Some("Invalid principal in policy") {
            continue;
        }
        let statement = document["Statement"][4].clone();
        // Only the statement in question, so that the other four do not decide.
        document["Statement"] = json!([statement]);
        document["Statement"][0]["Principal"] = "*".into();
        let answer = s3.put_bucket_policy().bucket("mp-forwarding-acme").policy(document.to_string()).send().await;
        let theirs = answer.err().map(|error| {
            assert_eq!(error.code(), Some("MalformedPolicy"), "{document}");
            error.message().unwrap_or_default().to_owned()
        });
        if theirs.as_deref() == ours {
            same += 1;
            continue;
        }
        let whole = json!({"Statement": [null, null, null, null, document["Statement"][0]]});
        match explained(&whole, ours, theirs.as_deref()) {
            Some(why) => println!("versitygw: {why}: {}", document["Statement"][0]),
            None => unexplained.push(format!("{document}: ours {ours:?}, theirs {theirs:?}")),
        }
    }
    println!("versitygw: {same} bucket policies with the same answer");
    assert!(unexplained.is_empty() && same >= 15, "{same}: {unexplained:#?}");
}
