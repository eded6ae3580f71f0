//! Policies whose template was not filled in: this is the only thing that is said about them.

use std::collections::BTreeSet;

use mp_forwarding::access::Policy;
use mp_forwarding::access::lint::{Expectations, Fault, lint};
use serde_json::{Value, json};

use super::{BUCKET, bucket, fixture, rules, with};

fn faults(document: &Value) -> Vec<Fault> {
    lint(&Policy::from_value(document).unwrap(), 1, &Expectations::default())
}

#[track_caller]
fn is_unfilled(what: &str, document: &Value) {
    let faults = faults(document);
    assert_eq!(faults.len(), 1, "{what}: {faults:?}");
    assert!(faults[0].message.contains("has an unfilled variable of a template"), "{what}: {faults:?}");
}

/// Bug: for `<BUCKET>`, and every other placeholder but `${bucket}` and `{{bucket}}`, the lint said that mParticle's roles
/// write only to buckets with a prefix: a finding about a bucket that is not named.
#[test]
fn what_no_bucket_can_be_named_is_an_unfilled_variable() {
    for name in [
        "${bucket_name}",
        "${var.bucket}",
        "{{ bucket }}",
        "<BUCKET>",
        "<bucket name>",
        "BUCKET",
        "YOUR-BUCKET",
        "mp-forwarding-YOUR_NAME",
        "mp-forwarding-{your-bucket}",
        "bucketName",
        "my_bucket",
        "{bucket}",
        "%{bucket}",
        "#{bucket}",
        "<%= bucket %>",
        "%BUCKET%",
        "@@bucket@@",
        "__BUCKET__",
        "$BUCKET",
        "$bucket",
        "${AWS::StackName}",
        "${AWS::StackName}-exports",
        "${aws:region}-exports",
        "${env:BUCKET}",
    ] {
        let text = fixture("documented/bucket.us1.json").to_string().replace("mp-forwarding-acme", name);
        is_unfilled(name, &serde_json::from_str(&text).unwrap());
    }
    let text = fixture("documented/bucket.us1.json").to_string().replace("mp-forwarding-acme", "<BUCKET>");
    let faults = faults(&serde_json::from_str(&text).unwrap());
    assert!(faults[0].message.contains("`arn:aws:s3:::<BUCKET>/*` has an"), "{faults:?}");
}

/// Bug: a variable in a condition, a principal or an action was evaluated as if it were a value.
#[test]
fn a_variable_of_a_template_is_found_in_every_member() {
    for value in ["${vpce}", "<VPCE_ID>", "{{ vpce }}", "<%= vpce %>", "#{vpce}", "${AWS::AccountId}"] {
        let condition = json!({"StringEquals": {"aws:SourceVpce": value}});
        is_unfilled(value, &bucket(|document| document["Statement"][0]["Condition"] = condition));
    }
    for account in ["${account}", "<ACCOUNT>", "ACCOUNT", "YOUR_ACCOUNT", "${AWS::AccountId}"] {
        let principal = json!({"AWS": format!("arn:aws:iam::{account}:role/Prod-Role-DG12-Default")});
        is_unfilled(account, &bucket(|document| document["Statement"][0]["Principal"] = principal));
    }
    is_unfilled("an action", &bucket(|document| document["Statement"][0]["Action"] = json!("${actions}")));
    let mut key = fixture("strict/key.json");
    key["Statement"][1]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"] = json!("arn:aws:s3:::BUCKET/*");
    is_unfilled("the bucket of a key", &key);
}

#[test]
fn variables_of_policies_and_unusual_keys_are_kept() {
    for resource in [
        "${aws:username}/*",
        "${aws:PrincipalTag/team}/*",
        "${aws:PrincipalTag/team, 'none'}/*",
        "${saml:namequalifier}/*",
        "a${*}b${?}c${$}/*",
        "_$folder$/*",
        "YEAR=2026/%2F/@x/*",
    ] {
        let document =
            with(json!({"Sid": "A", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/loader"},
            "Action": "s3:GetObject", "Resource": format!("{BUCKET}/{resource}")}));
        assert!(!rules(&document, &Expectations::default()).contains("refused"), "{resource}");
    }
    let own = with(
        json!({"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": format!("{BUCKET}/*"),
        "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "${aws:ResourceTag/team}", "aws:username": "${aws:username}"}}}),
    );
    assert_eq!(rules(&own, &Expectations::default()), BTreeSet::new());
}
