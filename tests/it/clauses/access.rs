//! ACC-1 to ACC-8. Access is tested completely in `policy`, `policy_check`, `policy_can` and `policy_servers`.

use jiff::Timestamp;
use mp_forwarding::contract::object_key::{is_verification_object, verification_name};
use mp_forwarding::settings::{BucketName, Settings};
use mp_forwarding::store::Acl;
use serde_json::{Value, json};

use crate::each_setting::{batch, settings};
use crate::policy::policy;
use crate::support::bucket::forward;

const BUCKET: &str = "mp-forwarding-acme";

/// The statements of a rendered policy.
fn statements(arguments: &[&str]) -> Vec<Value> {
    let output = policy(&[&["render"], arguments, &["--bucket", BUCKET]].concat());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    document["Statement"].as_array().unwrap().clone()
}

fn with_keys(keys: &str) -> Result<Settings, String> {
    let text = format!(
        "[configuration]\n{keys}\n[connection]\ns3_bucket_name = '{BUCKET}'\nstore_data_in_folders_by_date = 'none'"
    );
    Settings::from_toml(&text).map_err(|error| error.to_string())
}

#[test]
fn acc_1_access_is_by_roles_without_keys_or_by_a_user_with_both() {
    assert!(with_keys("").unwrap().is_role_based());
    assert!(!with_keys("access_key_id = 'AKIA1'\nsecret_access_key = 'hush'").unwrap().is_role_based());
    assert!(with_keys("access_key_id = 'AKIA1'").unwrap_err().contains("secret_access_key"));
    assert!(with_keys("secret_access_key = 'hush'").unwrap_err().contains("access_key_id"));
}

#[test]
fn acc_2_role_based_access_needs_a_name_that_begins_with_mp_forwarding() {
    let of = |bucket: &str, keys: &str| {
        let text = format!(
            "[configuration]\n{keys}\n[connection]\ns3_bucket_name = '{bucket}'\nstore_data_in_folders_by_date = 'none'"
        );
        Settings::from_toml(&text)
    };
    let keys = "access_key_id = 'AKIA1'\nsecret_access_key = 'hush'";
    assert!(of(BUCKET, "").is_ok() && of("acme-events", keys).is_ok());
    assert!(of("acme-events", "").unwrap_err().to_string().contains("mp-forwarding-"));
    for name in ["ab", "Acme", "acme_events", "-acme", "acme.events", &"a".repeat(64)] {
        assert!(name.parse::<BucketName>().is_err(), "{name}");
    }
}

#[test]
fn acc_3_the_bucket_policy_lets_the_two_roles_of_the_pod_put_objects_and_acls() {
    for (pod, account, verifier) in [
        ("us1", "338661164609", "role-lambda-verifyrequest"),
        ("us2", "386705975570", "verifyrequest_lambda"),
        ("eu1", "583371261087", "verifyrequest_lambda"),
        ("au1", "526464060896", "verifyrequest_lambda"),
    ] {
        let statement = |role: &str| {
            json!({ "Action": ["s3:PutObject", "s3:PutObjectAcl"], "Effect": "Allow",
                "Resource": format!("arn:aws:s3:::{BUCKET}/*"),
                "Principal": { "AWS": [format!("arn:aws:iam::{account}:role/{role}")] } })
        };
        let expected = ["Prod-Role-DG12-Default", verifier].map(statement);
        assert_eq!(statements(&["bucket", "--pod", pod, "--edition", "documented"]), expected, "{pod}");
    }
}

#[test]
fn acc_4_the_user_policy_lets_the_user_find_list_read_and_put() {
    let bucket = format!("arn:aws:s3:::{BUCKET}");
    let statement =
        |actions: &[&str], resource: &str| json!({ "Effect": "Allow", "Action": actions, "Resource": [resource] });
    let expected = [
        statement(&["s3:ListAllMyBuckets"], "arn:aws:s3:::*"),
        statement(&["s3:ListBucket", "s3:GetBucketLocation"], &bucket),
        statement(&["s3:GetObject", "s3:ListBucket", "s3:PutObject", "kms:Decrypt"], &format!("{bucket}/*")),
    ];
    assert_eq!(statements(&["user", "--edition", "documented"]), expected);
}

#[test]
fn acc_5_the_strict_edition_fixes_the_faults_of_the_published_one() {
    let key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let strict = statements(&["user", "--edition", "strict", "--kms-key-arn", key]);
    let rights = |part: &str| {
        let of = |statement: &&Value| statement["Effect"] == "Allow" && statement["Action"].to_string().contains(part);
        strict.iter().filter(of).map(|statement| statement["Resource"].to_string()).collect::<Vec<_>>()
    };
    assert!(!rights("kms:GenerateDataKey").is_empty() && rights("kms:").iter().all(|on| on.contains(key)));
    assert!(rights("s3:ListBucket").iter().all(|on| !on.contains("/*")), "{strict:?}");
    assert!(strict.iter().any(|statement| statement.to_string().contains("aws:SecureTransport")));
}

#[test]
fn acc_6_the_verification_object_is_not_data() {
    let at: Timestamp = "2024-01-02T15:04:05Z".parse().unwrap();
    assert_eq!(verification_name(at), "mParticle_Bucket_Verification_20240102-150405.txt");
    assert!(is_verification_object(&format!("exports/{}", verification_name(at)), Some("exports")));
    assert!(!is_verification_object("exports/mParticle_20240102150405000000_12345.txt", Some("exports")));
}

#[test]
fn acc_7_only_the_acl_that_every_bucket_accepts_is_sent() {
    let mut settings = settings("");
    let acl = |settings: &_| forward(settings, &format!("{}\n", batch(&["profile"]))).objects[0].acl;
    assert_eq!(acl(&settings), None);
    settings.engine.acl = Some(mp_forwarding::settings::Acl::BucketOwnerFullControl);
    assert_eq!(acl(&settings), Some(Acl::BucketOwnerFullControl));
    assert!(with_keys("[engine]\nacl = 'public-read'").is_err());
}

#[test]
fn acc_8_the_user_policy_does_not_allow_setting_acls() {
    for edition in ["documented", "strict"] {
        let text = Value::from(statements(&["user", "--edition", edition])).to_string();
        assert!(text.contains("s3:PutObject") && !text.contains("s3:PutObjectAcl"), "{edition}");
    }
}
