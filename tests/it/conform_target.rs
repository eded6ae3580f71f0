//! Where `conform` writes: options that need a bucket, the folder of a run, and what a server cannot show.

mod policies;

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use mp_forwarding::access::Partition;
use mp_forwarding::access::policy::Policy;
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::conform::access::Access;
use mp_forwarding::conform::{Scenario, ServerTraits, Subject, SubjectError, Suite, list_all};
use mp_forwarding::engine_subject::EngineSubject;
use mp_forwarding::report::Fates;
use mp_forwarding::report::model::Outcome;
use mp_forwarding::settings::{Connection, DateFolders, FolderName, ServerSideEncryption, Settings};
use mp_forwarding::store::{
    CredentialSource, Embedded, Identity, Ownership, Rules, S3Config, S3Store, Store, Transport,
};

use crate::support::program::{program, text};

/// Bug: an option that only a real bucket uses was ignored, and the run on the built-in S3 was green.
#[test]
fn an_option_for_a_bucket_is_refused_on_the_built_in_s3() {
    // Bug: `conform clean` ignored them, too.
    let clean = ["conform", "clean"];
    for (options, name) in [
        (vec!["--profile", "nosuch"], "--profile"),
        (vec!["--role-arn", "arn:aws:iam::111122223333:role/x"], "--role-arn"),
        (vec!["--region", "eu-central-1"], "--region"),
        (vec!["--folder", "conformance"], "--folder"),
        (vec!["--deadline", "5"], "--deadline"),
        (vec!["--create-bucket"], "--create-bucket"),
        (vec!["--keep-objects"], "--keep-objects"),
        (vec!["--any-bucket"], "--any-bucket"),
    ] {
        let is_of_both = !["--create-bucket", "--keep-objects"].contains(&name);
        for command in [&["conform", "--batches", "1"][..], &clean].into_iter().take(1 + usize::from(is_of_both)) {
            let output = program().args(command).args(&options).output().unwrap();
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{options:?}: {stderr}");
            assert!(stderr.contains(&format!("{name} has no effect without a bucket of yours")), "{stderr}");
            assert!(stderr.contains("--live") && stderr.contains("--endpoint"), "{stderr}");
        }
    }
}

#[test]
fn a_server_in_the_environment_that_is_not_used_is_named() {
    let run = |variable: Option<&str>| {
        let mut conform = program();
        conform.args(["conform", "--batches", "1", "--case", "defaults"]);
        conform.env_remove("AWS_ENDPOINT_URL").env_remove("AWS_ENDPOINT_URL_S3");
        let output = conform.envs(variable.map(|name| (name, "http://127.0.0.1:9"))).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        let first = String::from_utf8_lossy(&output.stdout).lines().next().unwrap().to_owned();
        assert!(first.ends_with("writes to the built-in S3, not to your bucket"), "{first}");
        String::from_utf8_lossy(&output.stderr).matches("note: AWS_ENDPOINT_URL").count()
    };
    assert_eq!((run(Some("AWS_ENDPOINT_URL")), run(Some("AWS_ENDPOINT_URL_S3")), run(None)), (1, 1, 0));
}

/// Bug: the folder of a run was above the one in which the reader role may write, so a job with that role was refused.
#[test]
fn a_job_with_the_reader_role_writes_below_the_conformance_folder_and_nowhere_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Embedded::start(None)).unwrap();
    let bucket = "mp-forwarding-conform-role";
    let admin = runtime.block_on(S3Store::connect(server.config(bucket))).unwrap();
    runtime.block_on(admin.create_bucket()).unwrap();
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    let folder = |name: &str| name.parse::<FolderName>().unwrap().try_into().unwrap();
    (inputs.folder, inputs.conformance_folder) = (Some(folder("exports")), Some(folder("conformance")));
    let policy = Policy::from_value(&render(Kind::Reader, Edition::Strict, &inputs).unwrap()).unwrap();
    let owner = "111122223333".to_owned();
    let ownership = Ownership::BucketOwnerEnforced;
    server.set_rules(
        bucket,
        Rules { partition: Partition::Aws, owner, policy: None, ownership, default_encryption: None, keys: Vec::new() },
    );
    let keys = server.register(Identity {
        principal: "arn:aws:iam::111122223333:role/reader".parse().unwrap(),
        policies: Some(vec![("read-export".to_owned(), policy)]),
        context: Vec::new(),
    });
    let CredentialSource::Keys { access_key_id, secret_access_key } = &keys else { panic!("it has keys") };
    let S3Config { endpoint, .. } = server.config_of(bucket, keys.clone(), Transport::Tls12);

    // As the module's output `conformance_settings` has it.
    let temporary = tempfile::tempdir().unwrap();
    let settings = temporary.path().join("conformance.json");
    let conform = |typed: &str, options: &[&str]| {
        fs::write(&settings, typed).unwrap();
        let mut conform = program();
        conform.args(["conform", "--batches", "5", "--endpoint", endpoint.as_deref().unwrap(), "--settings"]);
        conform.arg(&settings).args(options);
        conform.env("AWS_ACCESS_KEY_ID", access_key_id).env("AWS_SECRET_ACCESS_KEY", secret_access_key);
        conform.env_remove("AWS_SESSION_TOKEN").output().unwrap()
    };
    let typed = |engine: &str, connection: &str| {
        format!(
            r#"{{"engine":{{{engine}}},"connection":{{"s3_bucket_name":"{bucket}","store_data_in_folders_by_date":"upload_time"{connection}}}}}"#
        )
    };
    let keys_of_bucket =
        || runtime.block_on(list_all(&admin, "")).unwrap().into_iter().map(|object| object.key).collect::<Vec<_>>();

    let refused = conform(&typed("", ""), &[]);
    assert_eq!(refused.status.code(), Some(3), "{}", text(&refused));
    let of_settings = conform(&typed(r#""conform_folder":"conformance""#, ""), &["--keep-objects"]);
    assert_eq!(of_settings.status.code(), Some(0), "{}", text(&of_settings));
    let keys = keys_of_bucket();
    assert!(!keys.is_empty() && keys.iter().all(|key| key.starts_with("conformance/conform-2")), "{keys:?}");
    let of_option = conform(&typed("", ""), &["--folder", "conformance"]);
    assert_eq!(of_option.status.code(), Some(0), "{}", text(&of_option));
    assert_eq!(keys_of_bucket(), keys, "what the run wrote is removed");

    let mut clean = program();
    // By its name: without it, temporary folders of other tests would be removed too.
    let run = keys[0].split('/').nth(1).unwrap();
    clean.args(["conform", "clean", "--delete", "--run", run, "--folder", "conformance", "--settings"]);
    clean.arg(&settings).args(["--endpoint", endpoint.as_deref().unwrap()]);
    clean.env("AWS_ACCESS_KEY_ID", access_key_id).env("AWS_SECRET_ACCESS_KEY", secret_access_key);
    let cleaned = clean.output().unwrap();
    assert!(text(&cleaned).contains("deleted") && keys_of_bucket().is_empty(), "{}", text(&cleaned));

    // Readers of the export would take the files for data.
    for folder in ["exports", "exports/conformance"] {
        let inside = conform(&typed("", r#","folder_name":"exports""#), &["--folder", folder]);
        assert_eq!(inside.status.code(), Some(2), "{}", text(&inside));
        assert!(text(&inside).contains("is in the export's own folder `exports`"), "{}", text(&inside));
    }
}

/// A case on an S3 in this process, whose server is said to have `traits`.
async fn scenario(server: &Embedded, name: &str, traits: ServerTraits) -> Scenario {
    let bucket = format!("mp-forwarding-{name}");
    let target = server.config(&bucket);
    let store: Arc<dyn Store> = Arc::new(S3Store::connect(target.clone()).await.unwrap());
    store.create_bucket().await.unwrap();
    let batch = r#"{"environment":"production","mpid":1,"events":[{"event_type":"screen_view","data":{}}]}"#;
    Scenario {
        name: name.to_owned(),
        settings: Settings::new(Connection::new(bucket.parse().unwrap(), DateFolders::None)),
        input: format!("{batch}\n").into_bytes().into(),
        clock: "2026-03-01T00:00:00Z".parse().ok(),
        input_faults: &[],
        root: String::new(),
        several_writers: false,
        target,
        writer: store.clone(),
        store,
        server: traits,
        access: Access::NotTested("this is about something else".to_owned()),
    }
}

/// Bug: on a server without encryption every case ran without, and SSE-1 passed although nothing was tried.
#[tokio::test]
async fn encryption_does_not_pass_on_a_server_that_shows_none() {
    let server = Embedded::start(None).await.unwrap();
    let methods = [ServerSideEncryption::Aes256, ServerSideEncryption::AwsKms, ServerSideEncryption::AwsKmsDsse];
    for (refused, passes) in [(&methods[..], false), (&methods[1..], true)] {
        let encryption_refused = refused.iter().map(|method| (*method, "it refuses it".to_owned())).collect();
        let traits = ServerTraits { encryption_refused, ..ServerTraits::default() };
        let name = if passes { "some" } else { "none" };
        let scenario = scenario(&server, name, traits).await;
        let report = Suite::new(&EngineSubject::new(7)).scenarios([scenario]).run().await.unwrap();
        let check = report.checks.iter().find(|check| check.id == "encryption").unwrap();
        match passes {
            true => assert_eq!(check.outcome, Outcome::Pass),
            false => {
                assert!(check.outcome.reason().is_some_and(|reason| reason.contains("it refuses it")), "{check:?}")
            }
        }
    }
}

/// Panics in one case.
struct Panics(EngineSubject);

#[async_trait]
impl Subject for Panics {
    fn name(&self) -> String {
        "one that panics".to_owned()
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        assert!(scenario.name != "second", "out of order");
        self.0.forward(scenario).await
    }
}

/// Bug: a subject that panicked ended the whole run without a report.
#[tokio::test]
async fn a_subject_that_panics_in_one_case_costs_that_case() {
    let server = Embedded::start(None).await.unwrap();
    let mut scenarios = Vec::new();
    for (name, several_writers) in [("first", false), ("second", false), ("third", true)] {
        let scenario = scenario(&server, name, ServerTraits::default()).await;
        scenarios.push(Scenario { several_writers, ..scenario });
    }
    let report = Suite::new(&Panics(EngineSubject::new(7))).scenarios(scenarios).run().await.unwrap();
    let errors: Vec<_> = report.summary.cases.iter().map(|case| case.error.as_deref()).collect();
    assert_eq!(errors, [None, Some("the subject failed: it panicked"), None]);
    assert!(report.incomplete.unwrap().contains("case second"));
    let names = report.checks.iter().find(|check| check.id == "file-names").unwrap();
    assert_eq!(
        (&names.outcome, &names.passed_cases[..]),
        (&Outcome::Pass, &["first".to_owned(), "third".to_owned()][..])
    );
}

/// Bug: the engine decompressed such an input a second time and the checks did not, so that an honest engine was accused.
#[test]
fn gzip_within_gzip_is_refused_as_input() {
    let folder = tempfile::tempdir().unwrap();
    let gzip = |text: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    };
    let batch = b"{\"environment\":\"production\",\"events\":[]}\n";
    fs::write(folder.path().join("twice.gz"), gzip(&gzip(batch))).unwrap();
    let output = program().current_dir(folder.path()).args(["conform", "--input", "twice.gz"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("`twice.gz` is gzip within gzip: decompress it once"), "{}", text(&output));
}

fn conform_with(settings: &str, policies: &[(&str, String)], options: &[&str]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name)
    };
    let mut conform = program();
    conform.args(["conform", "--batches", "3", "--settings"]).arg(file("connection.toml", settings)).args(options);
    for (name, policy) in policies {
        conform.arg("--policy").arg(file(name, policy));
    }
    let output = conform.output().unwrap();
    (output.status.code(), text(&output))
}

const KEY: &str = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

/// Bug: the built-in S3 had no default encryption, so that a key policy was not evaluated where the bucket chooses the key.
#[test]
fn acc_10_the_key_policy_is_evaluated_where_the_bucket_encrypts_by_default() {
    let key_policy = |principal: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Administer","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::111122223333:root"}},"Action":"kms:*","Resource":"*"}},
            {{"Sid":"Writes","Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"kms:GenerateDataKey","Resource":"*"}}]}}"#
        )
    };
    let settings = |key: &str| {
        format!(
            "[connection]\ns3_bucket_name = \"mp-forwarding-acme\"\nstore_data_in_folders_by_date = \"none\"\n\
             [engine]\ndefault_encryption = \"aws:kms\"\ndefault_key = \"{key}\"\n"
        )
    };
    let run = |key: &str, policy: &str| conform_with(&settings(key), &[("key.json", policy.to_owned())], &[]);
    let (code, shown) = run(KEY, &key_policy("arn:aws:iam::999988887777:role/other"));
    assert!(code == Some(1) && shown.contains("kms:GenerateDataKey"), "{shown}");
    // ACC-10: an id is looked up in the account of mParticle.
    let granted = key_policy("arn:aws:iam::338661164609:role/Prod-Role-DG12-Default");
    let (code, shown) = run("1234abcd-12ab-34cd-56ef-1234567890ab", &granted);
    assert!(code == Some(1) && shown.contains("ACC-10"), "{shown}");
    let (code, shown) = run(KEY, &granted);
    assert!(!shown.contains("mParticle's writer role puts an object, and is refused"), "{code:?}: {shown}");
}

/// Bug: mParticle's requests came from one made-up address, so that a rule on its addresses was always broken.
#[test]
fn mparticle_writes_from_the_given_addresses() {
    let settings = "[connection]\ns3_bucket_name = \"mp-forwarding-acme\"\nstore_data_in_folders_by_date = \"none\"\n";
    let condition = serde_json::json!({ "NotIpAddress": { "aws:SourceIp": "198.51.100.0/24" } });
    let policies = [("bucket.json", bucket_policy_without_writes_where(&condition))];
    let (code, shown) = conform_with(settings, &policies, &[]);
    assert!(code == Some(1) && shown.contains("Elsewhere"), "{shown}");
    let (_, shown) = conform_with(settings, &policies, &["--mparticle-cidr", "198.51.100.0/24"]);
    assert!(!shown.contains("mParticle's writer role puts an object, and is refused"), "{shown}");
    let (code, shown) = conform_with(settings, &policies, &["--mparticle-cidr", "198.51.100.0/33"]);
    assert!(code == Some(2) && shown.contains("is not a range of addresses"), "{shown}");
}

/// The bucket policy of the pod `us1`, and a statement that denies every write under this condition.
fn bucket_policy_without_writes_where(condition: &serde_json::Value) -> String {
    let arguments = ["policy", "render", "bucket", "--bucket", "mp-forwarding-acme", "--pod", "us1"];
    let rendered = program().args(arguments).output().unwrap();
    let mut policy: serde_json::Value = serde_json::from_slice(&rendered.stdout).unwrap();
    let rule = serde_json::json!({ "Sid": "Elsewhere", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::mp-forwarding-acme/*", "Condition": condition });
    policy["Statement"].as_array_mut().unwrap().push(rule);
    policy.to_string()
}

/// Bug: `aws:UserAgent` and `aws:Referer` did not come from the request, so that a rule on them was evaluated with made-up values.
#[test]
fn the_user_agent_and_the_referer_come_from_the_request() {
    let settings = "[connection]\ns3_bucket_name = \"mp-forwarding-acme\"\nstore_data_in_folders_by_date = \"none\"\n";
    let is_refused = |condition: serde_json::Value| {
        let policies = [("bucket.json", bucket_policy_without_writes_where(&condition))];
        let (code, shown) = conform_with(settings, &policies, &[]);
        assert!(matches!(code, Some(0 | 1)), "{shown}");
        shown.contains("Elsewhere")
    };
    // The SDK of AWS sends a user agent that begins so, and no referer.
    assert!(is_refused(serde_json::json!({ "StringLike": { "aws:UserAgent": "aws-sdk-rust/*" } })));
    assert!(!is_refused(serde_json::json!({ "StringLike": { "aws:UserAgent": "Mozilla/*" } })));
    assert!(is_refused(serde_json::json!({ "Null": { "aws:Referer": "true" } })));
    assert!(!is_refused(serde_json::json!({ "Null": { "aws:Referer": "false" } })));
}
