//! The examples and what goes wrong only when it is applied, by the real provider on moto: apply, a second plan that changes
//! nothing, a changed input, and destroy, which S3 refuses while the bucket has an object.
//!
//! The provider's own waits make most of the minutes that this takes, so the tests are ignored here and run side by side by
//! `.ci/run terraform`.

use std::fs;
use std::time::Instant;

use aws_sdk_kms::types::KeyState;
use aws_sdk_s3::primitives::ByteStream;

use crate::support::servers::Server;
use crate::support::terraform::Terraform;

const REGION: &str = "eu-central-1";

/// A folder with a configuration, and the server that it is applied to.
pub(crate) struct Applied {
    pub(crate) terraform: Terraform,
    pub(crate) server: Server,
    pub(crate) folder: String,
}

impl Applied {
    /// `name` is an example, or a new folder beside the examples. None without the provider or moto.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let (terraform, server) = (Terraform::with_provider()?, Server::moto()?);
        let folder = format!("examples/{name}");
        let services = ["cloudwatch", "glue", "iam", "kms", "s3", "secretsmanager", "sns", "sqs", "sts"];
        let endpoints: String = services.map(|name| format!("    {name} = {:?}\n", server.endpoint())).concat();
        let provider = format!(
            "provider \"aws\" {{\n  access_key = {:?}\n  secret_key = {:?}\n  skip_credentials_validation = true\n  \
             skip_metadata_api_check = true\n  s3_use_path_style = true\n\n  endpoints {{\n{endpoints}  }}\n}}\n",
            Server::ACCESS_KEY_ID,
            Server::SECRET_ACCESS_KEY,
        );
        // moto has no request metrics: it takes the request for that of a new bucket.
        let without = "resource \"aws_s3_bucket_metric\" \"this\" {\n  count = 0\n}\n";
        fs::write(terraform.folder().join("modules/bucket/moto_override.tf"), without).unwrap();
        fs::create_dir_all(terraform.folder().join(&folder)).unwrap();
        fs::write(terraform.folder().join(&folder).join("moto_override.tf"), provider).unwrap();
        Some(Self { terraform, server, folder })
    }

    /// Runs a step and prints its seconds; standard output, or the errors if it has to fail.
    pub(crate) fn step(&self, arguments: &[&str], succeeds: bool) -> String {
        let start = Instant::now();
        let run = self.terraform.try_run(&self.folder, arguments);
        println!("{}: {:>4} s  terraform {}", self.folder, start.elapsed().as_secs(), arguments.join(" "));
        assert_eq!(run.succeeded, succeeds, "{}: {arguments:?}\n{}{}", self.folder, run.stdout, run.stderr);
        if succeeds { run.stdout } else { run.stderr }
    }

    pub(crate) fn apply(&self) -> String {
        self.step(&["apply", "-auto-approve", "-input=false"], true)
    }

    fn destroy(&self, succeeds: bool) -> String {
        self.step(&["destroy", "-auto-approve", "-input=false"], succeeds)
    }

    pub(crate) fn write(&self, text: &str) {
        fs::write(self.terraform.folder().join(&self.folder).join("main.tf"), text).unwrap();
    }

    /// Puts an object and returns its version. moto applies a Deny even where its condition is not met, so the policy goes first.
    async fn put_object(&self, bucket: &str) -> Option<String> {
        self.server.client().delete_bucket_policy().bucket(bucket).send().await.unwrap();
        let put = self.server.client().put_object().bucket(bucket).key("exports/1.txt.gz");
        put.body(ByteStream::from_static(b"{}")).send().await.unwrap().version_id
    }

    async fn key_states(&self) -> Vec<KeyState> {
        let (kms, mut states) = (self.server.kms(REGION), Vec::new());
        for key in kms.list_keys().send().await.unwrap().keys.unwrap() {
            let key = kms.describe_key().key_id(key.key_id.unwrap()).send().await.unwrap().key_metadata.unwrap();
            states.push(key.key_state.unwrap());
        }
        states
    }
}

/// Applies an example, plans it again, changes one input, and destroys it with and without an object in its bucket.
async fn example(name: &str, bucket: Option<&str>, from: &str, to: &str) {
    let Some(applied) = Applied::new(name) else { return };
    applied.terraform.init(&applied.folder);
    let made = applied.apply();
    assert!(made.contains(" 0 changed, 0 destroyed."), "{made}");
    applied.step(&["plan", "-detailed-exitcode", "-input=false"], true);

    let main = applied.terraform.folder().join(&applied.folder).join("main.tf");
    let text = fs::read_to_string(main).unwrap();
    assert_eq!(text.matches(from).count(), 1, "{name}: `{from}` is not once in main.tf");
    applied.write(&text.replace(from, to));
    let changed = applied.apply();
    assert!(!changed.contains(" 0 changed,") && changed.contains(" 0 destroyed."), "{changed}");

    if let Some(bucket) = bucket {
        let version = applied.put_object(bucket).await;
        assert!(applied.destroy(false).contains("BucketNotEmpty"));
        assert!(applied.key_states().await.iter().all(|state| *state == KeyState::Enabled), "a key is gone");
        let delete = applied.server.client().delete_object().bucket(bucket).key("exports/1.txt.gz");
        delete.set_version_id(version).send().await.unwrap();
    }
    applied.destroy(true);
    assert_eq!(applied.server.client().list_buckets().send().await.unwrap().buckets().len(), 0);
}

#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_role_based_is_applied_changed_and_destroyed() {
    example("role-based", Some("mp-forwarding-acme"), "export = 400", "export = 500").await;
}

/// The key is in the same configuration, so its ARN is not known when Terraform plans.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_with_a_key_is_applied_changed_and_destroyed() {
    example("role-based-with-key", Some("mp-forwarding-acme"), "\"eu1\"\n", "\"eu1\"\n  folder = \"exports\"\n").await;
}

/// The bucket is in the same configuration, so it does not exist when Terraform plans.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_existing_bucket_is_applied_changed_and_destroyed() {
    example("existing-bucket", None, "\"AnalystsRead\"", "\"AnalystReads\"").await;
}

#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_user_based_is_applied_changed_and_destroyed() {
    example("user-based", Some("acme-events"), "= {}\n", "= {}\n  folder = \"exports\"\n").await;
}

#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_key_rotation_is_applied_changed_and_destroyed() {
    example("key-rotation", Some("acme-events"), "= {}\n", "= {}\n  folder = \"exports\"\n").await;
}

#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_reader_for_ci_is_applied_changed_and_destroyed() {
    example("reader-for-ci", None, "\"conformance\"", "\"trials\"").await;
}

#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_notifications_is_applied_changed_and_destroyed() {
    example("notifications", Some("mp-forwarding-acme"), "minutes = 60", "minutes = 30").await;
}

/// moto has a Glue catalog, and runs no queries.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_example_catalog_is_applied_changed_and_destroyed() {
    example("catalog", Some("mp-forwarding-acme"), "2024-05-01", "2024-06-01").await;
}

/// A role for a third party with every input of the module.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn a_reader_for_a_third_party_is_applied_changed_and_destroyed() {
    let Some(applied) = Applied::new("third-party") else { return };
    let text = |external_id: &str| {
        format!(
            "provider \"aws\" {{\n  region = {REGION:?}\n}}\n\nresource \"aws_iam_policy\" \"boundary\" {{\n  name = \"boundary\"\n  \
             policy = jsonencode({{ Version = \"2012-10-17\", Statement = [{{ Effect = \"Allow\", Action = \"*\", Resource = \"*\" }}] }})\n}}\n\n\
             resource \"aws_kms_key\" \"export\" {{}}\n\nmodule \"reader\" {{\n  source = \"../../modules/reader\"\n  \
             bucket_name = \"mp-forwarding-acme\"\n  folder = \"exports\"\n  kms_key_arn = aws_kms_key.export.arn\n  \
             trusted_principal_arns = [\"arn:aws:iam::444455556666:root\"]\n  external_id = {external_id:?}\n  \
             name_prefix = \"snowflake-\"\n  path = \"/data/\"\n  permissions_boundary = aws_iam_policy.boundary.arn\n  \
             preflight = true\n  preflight_user = \"mparticle-export\"\n  tags = {{ owner = \"data-platform\" }}\n}}\n"
        )
    };
    applied.write(&text("acme-1"));
    applied.terraform.init(&applied.folder);
    applied.apply();
    applied.step(&["plan", "-detailed-exitcode", "-input=false"], true);
    let iam = applied.server.iam(Server::ACCESS_KEY_ID, Server::SECRET_ACCESS_KEY, None);
    let role = iam.list_roles().path_prefix("/data/").send().await.unwrap().roles.remove(0);
    assert!(role.role_name.starts_with("snowflake-"), "{}", role.role_name);
    let found = iam.get_role().role_name(&role.role_name).send().await.unwrap().role.unwrap();
    assert!(found.permissions_boundary.unwrap().permissions_boundary_arn.unwrap().ends_with("policy/boundary"));
    let trust = |role: aws_sdk_iam::types::Role| role.assume_role_policy_document.unwrap();
    assert!(role.assume_role_policy_document.unwrap().contains("acme-1"));
    let mut policies = iam.list_role_policies().role_name(&role.role_name).send().await.unwrap().policy_names;
    policies.sort();
    assert_eq!(policies, ["preflight", "read-export"]);

    applied.write(&text("acme-2"));
    let changed = applied.apply();
    assert!(changed.contains("0 added, 1 changed, 0 destroyed."), "{changed}");
    let found = iam.get_role().role_name(&role.role_name).send().await.unwrap().role.unwrap();
    assert!(trust(found).contains("acme-2"));
    applied.destroy(true);
    assert_eq!(iam.list_roles().path_prefix("/data/").send().await.unwrap().roles.len(), 0);
}

/// What stands in the configuration of a bucket that encrypts with a key, beside `arguments`.
fn bucket(arguments: &str, rest: &str) -> String {
    format!(
        "provider \"aws\" {{\n  region = {REGION:?}\n}}\n\nmodule \"export\" {{\n  source = \"../../modules/role-based\"\n  \
         bucket_name = \"mp-forwarding-acme\"\n  pod = \"eu1\"\n{arguments}\n}}\n{rest}"
    )
}

/// A key that is deleted makes every object unreadable that was encrypted with it. So `destroy` of a bucket with an object leaves
/// the key, and a change to another encryption is refused until the configuration says what becomes of the key.
#[tokio::test]
#[ignore = "takes minutes: .ci/run terraform"]
async fn the_key_of_objects_is_kept_until_asked() {
    let Some(applied) = Applied::new("key") else { return };
    // The provider waits a minute for each change of a lifecycle, which has nothing to do with keys.
    let without = "resource \"aws_s3_bucket_lifecycle_configuration\" \"this\" {\n  count = 0\n}\n";
    fs::write(applied.terraform.folder().join("modules/bucket/moto_override.tf"), without).unwrap();
    let with_key = bucket("encryption = \"aws:kms\"", "");
    applied.write(&with_key);
    applied.terraform.init(&applied.folder);
    applied.apply();
    applied.put_object("mp-forwarding-acme").await;

    assert!(applied.destroy(false).contains("BucketNotEmpty"));
    assert_eq!(applied.key_states().await, [KeyState::Enabled]);
    applied.apply();
    let policy = applied.server.client().get_bucket_policy().bucket("mp-forwarding-acme").send().await.unwrap();
    assert!(
        policy.policy.unwrap().contains("DenyInsecureTransport"),
        "apply after the failed destroy restores the policy"
    );

    applied.write(&bucket("", ""));
    assert!(applied.step(&["plan", "-input=false"], false).contains("keep_kms_key"));
    let own = "resource \"aws_kms_key\" \"own\" {}\n";
    let own_key = "encryption = \"aws:kms\"\ncreate_kms_key = false\nkms_key_arn = aws_kms_key.own.arn";
    applied.write(&bucket(own_key, own));
    assert!(applied.step(&["apply", "-auto-approve", "-input=false"], false).contains("keep_kms_key"));
    assert_eq!(applied.key_states().await, [KeyState::Enabled, KeyState::Enabled]);

    applied.write(&bucket(&format!("{own_key}\nbucket = {{ keep_kms_key = true, force_destroy = true }}"), own));
    applied.apply();
    assert_eq!(applied.key_states().await, [KeyState::Enabled, KeyState::Enabled]);
    applied.step(&["plan", "-detailed-exitcode", "-input=false"], true);
    applied.destroy(true);
    assert_eq!(applied.key_states().await, [KeyState::PendingDeletion, KeyState::PendingDeletion]);
}
