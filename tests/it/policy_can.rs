//! Evaluation of policies: through the public interface, and with `policy can`.

use mp_forwarding::access::evaluate::{
    Context, Decision, Identity, Policies, Principal, Reason, Request, Side, decide,
};
use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::{Catalogue, Partition, Policy};
use serde_json::{Value, json};

use crate::policy::{fixtures, policy, stderr};

const OWNER: &str = "111122223333";
const USER: &str = "arn:aws:iam::111122223333:user/ada";
const BUCKET: &str = "arn:aws:s3:::mp-forwarding-acme";
const OBJECT: &str = "arn:aws:s3:::mp-forwarding-acme/exports/a.txt";
const WRITER: &str = "arn:aws:sts::583371261087:assumed-role/Prod-Role-DG12-Default/upload-7";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn read(document: &Value) -> Policy {
    Policy::from_value(document).unwrap()
}

fn statement(effect: &str, principal: Option<Value>, action: &str, resource: &str) -> Value {
    let mut statement = json!({"Sid": format!("{effect}It"), "Effect": effect, "Action": action, "Resource": resource});
    if let Some(principal) = principal {
        statement["Principal"] = principal;
    }
    statement
}

fn request(principal: &str, action: &str, resource: &str) -> Request {
    let principal: Principal = principal.parse().unwrap();
    let context = Context::of(&principal);
    Request { principal, action: action.to_owned(), resource: resource.to_owned(), context }
}

fn ask(request: &Request, identity: &[Value], resource: Option<Value>) -> Decision {
    let identity: Vec<Policy> =
        identity.iter().map(|one| read(&json!({"Version": "2012-10-17", "Statement": one}))).collect();
    let identity: Vec<(&str, &Policy)> = identity.iter().map(|policy| ("own", policy)).collect();
    let resource = resource.map(|one| read(&json!({"Version": "2012-10-17", "Statement": one})));
    let policies = Policies { identity: Identity::Known(&identity), resource: resource.as_ref(), owner: Some(OWNER) };
    decide(request, &policies).unwrap()
}

#[test]
fn within_an_account_either_side_is_enough_and_across_accounts_both_are_needed() {
    let own = || statement("Allow", None, "s3:PutObject", OBJECT);
    let bucket = |principal: &str| Some(statement("Allow", Some(json!({"AWS": principal})), "s3:PutObject", OBJECT));
    let outsider = "arn:aws:iam::444455556666:user/eve";
    for (principal, identity, resource, expected) in [
        (USER, vec![own()], None, None),
        (USER, vec![], bucket(USER), None),
        (USER, vec![], bucket("*"), None),
        (USER, vec![], bucket(OWNER), Some(Side::Identity)),
        (USER, vec![], bucket(outsider), Some(Side::Either)),
        (USER, vec![], None, Some(Side::Either)),
        (outsider, vec![own()], bucket(outsider), None),
        (outsider, vec![own()], bucket("444455556666"), None),
        (outsider, vec![own()], bucket("*"), None),
        (outsider, vec![own()], None, Some(Side::Resource)),
        (outsider, vec![], bucket(outsider), Some(Side::Identity)),
        (outsider, vec![], None, Some(Side::Both)),
        ("*", vec![], bucket("*"), None),
        ("*", vec![], bucket(USER), Some(Side::Resource)),
    ] {
        let decision = ask(&request(principal, "s3:PutObject", OBJECT), &identity, resource.clone());
        let missing = match decision.reason {
            Reason::NoAllow { missing } => Some(missing),
            _ => None,
        };
        assert_eq!(missing, expected, "{principal} {identity:?} {resource:?}: {decision}");
        assert_eq!(decision.is_allowed(), expected.is_none());
    }
}

#[test]
fn a_deny_wins_in_any_position() {
    let allow = statement("Allow", None, "s3:*", "*");
    let by_user =
        ask(&request(USER, "s3:PutObject", OBJECT), &[allow.clone(), statement("Deny", None, "s3:Put*", "*")], None);
    assert_eq!(by_user.to_string(), "denied by `DenyIt` of `own`");
    let deny = statement("Deny", Some(json!({"AWS": OWNER})), "s3:PutObject", "*");
    let by_bucket = ask(&request(USER, "s3:PutObject", OBJECT), &[allow], Some(deny));
    assert_eq!(by_bucket.to_string(), "denied by `DenyIt` of the resource's policy");
}

#[test]
fn the_not_forms_negate_a_list() {
    let not = |name: &str, value: Value| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        let plain = name.trim_start_matches("Not");
        statement.as_object_mut().unwrap().remove(plain);
        statement[name] = value;
        statement
    };
    for (statement, action, resource, expected) in [
        (not("NotAction", json!(["s3:Delete*"])), "s3:PutObject", OBJECT, true),
        (not("NotAction", json!(["s3:delete*"])), "s3:DeleteObject", OBJECT, false),
        (not("NotResource", json!([format!("{BUCKET}/private/*")])), "s3:GetObject", OBJECT, true),
        (not("NotResource", json!([format!("{BUCKET}/exports/*")])), "s3:GetObject", OBJECT, false),
    ] {
        assert_eq!(ask(&request(USER, action, resource), &[statement], None).is_allowed(), expected);
    }
    let except = json!({"Effect": "Deny", "NotPrincipal": {"AWS": [USER, "arn:aws:iam::111122223333:root"]}, "Action": "*", "Resource": "*"});
    let allow = statement("Allow", None, "s3:*", "*");
    assert!(
        ask(&request(USER, "s3:GetObject", OBJECT), std::slice::from_ref(&allow), Some(except.clone())).is_allowed()
    );
    let other = request("arn:aws:iam::111122223333:user/bob", "s3:GetObject", OBJECT);
    assert!(!ask(&other, &[allow], Some(except)).is_allowed());
}

#[test]
fn a_key_is_usable_only_with_its_own_policy() {
    let own = statement("Allow", None, "kms:Decrypt", KEY);
    let key = |principal: &str| Some(statement("Allow", Some(json!({"AWS": principal})), "kms:*", "*"));
    let ask = |identity: &[Value], resource| ask(&request(USER, "kms:Decrypt", KEY), identity, resource).is_allowed();
    assert!(ask(&[], key(USER)));
    assert!(ask(std::slice::from_ref(&own), key("arn:aws:iam::111122223333:root")));
    assert!(!ask(&[], key("arn:aws:iam::111122223333:root")));
    assert!(!ask(std::slice::from_ref(&own), None));
    assert!(!ask(&[own], key("arn:aws:iam::111122223333:user/bob")));
}

/// Every permission that the strict edition gives mParticle, and others that it does not give.
#[test]
fn the_strict_bucket_policy_lets_mparticle_write_and_nothing_else() {
    let pod = Catalogue::built_in().find("eu1").unwrap();
    let mut inputs = Inputs::new("mp-forwarding-acme".parse().unwrap());
    inputs.roles = Some(pod.roles(Partition::Aws));
    let policy = read(&render(Kind::Bucket, Edition::Strict, &inputs).unwrap());
    let policies = Policies { identity: Identity::Assumed, resource: Some(&policy), owner: Some(OWNER) };
    let ask = |principal: &str, action: &str, resource: &str, key: Option<(&str, &str)>| {
        let mut request = request(principal, action, resource);
        if let Some((key, value)) = key {
            request.context.set(key, [value]);
        }
        decide(&request, &policies).unwrap()
    };
    let verifier = "arn:aws:iam::583371261087:role/verifyrequest_lambda";
    for (principal, action, resource, expected) in [
        (WRITER, "s3:PutObject", OBJECT, true),
        (WRITER, "s3:PutObjectAcl", OBJECT, true),
        (verifier, "s3:PutObject", OBJECT, true),
        (WRITER, "s3:GetObject", OBJECT, false),
        (WRITER, "s3:DeleteObject", OBJECT, false),
        (WRITER, "s3:ListBucket", BUCKET, false),
        (WRITER, "s3:PutObject", "arn:aws:s3:::mp-forwarding-acme2/a.txt", false),
        ("arn:aws:iam::583371261087:role/other", "s3:PutObject", OBJECT, false),
        ("arn:aws:iam::338661164609:role/Prod-Role-DG12-Default", "s3:PutObject", OBJECT, false),
        ("*", "s3:PutObject", OBJECT, false),
    ] {
        let decision = ask(principal, action, resource, None);
        assert_eq!(decision.is_allowed(), expected, "{principal} {action} {resource}: {decision}");
    }
    assert!(matches!(ask(WRITER, "s3:PutObject", OBJECT, None).reason, Reason::Allowed { assumed: true, .. }));
    for (key, value, sid) in
        [("aws:SecureTransport", "false", "DenyInsecureTransport"), ("s3:TlsVersion", "1.1", "DenyTlsBelow12")]
    {
        let decision = ask(WRITER, "s3:PutObject", OBJECT, Some((key, value)));
        assert_eq!(decision.to_string(), format!("denied by `{sid}` of the resource's policy"));
    }
}

#[test]
fn a_policy_that_aws_would_not_store_is_an_error() {
    let allow = read(&json!({"Statement": statement("Allow", None, "s3:*", "*")}));
    let named = read(&json!({"Statement": statement("Allow", Some(json!("*")), "s3:*", "*")}));
    let mut odd = statement("Allow", None, "s3:GetObject", "*");
    odd["Condition"] = json!({"StringMatches": {"aws:username": "a"}});
    let odd = read(&json!({ "Statement": odd }));
    let request = request(USER, "s3:PutObject", OBJECT);
    let decide = |identity: &Policy, resource| {
        decide(&request, &Policies { identity: Identity::Known(&[("own", identity)]), resource, owner: None })
    };
    assert!(decide(&named, None).unwrap_err().to_string().contains("names a principal"));
    assert!(decide(&allow, Some(&allow)).unwrap_err().to_string().contains("names no principal"));
    assert!(decide(&odd, None).unwrap_err().to_string().contains("`StringMatches` is not a condition operator"));
}

#[test]
fn the_program_names_the_statement_and_its_exit_code_is_the_answer() {
    let bucket = fixtures().join("strict/bucket.json");
    let bucket = bucket.to_str().unwrap();
    let ask = |principal: &str, more: &[&str]| {
        let arguments = ["can", bucket, "--principal", principal, "--action", "s3:PutObject", "--resource", OBJECT];
        policy(&[&arguments[..], more].concat())
    };
    let output = ask(WRITER, &[]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with(
        "allowed by `MParticleWriterPutsObjects` of the resource's policy, if the principal's own account"
    ));
    let output = ask(WRITER, &["--context", "aws:SecureTransport=false", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&answer["allowed"], &answer["statements"][0]["statement"]),
        (&json!(false), &json!("DenyInsecureTransport"))
    );
    let output = ask("unknown", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("is not a principal"));
    for (option, value) in
        [("--action", "PutObject"), ("--action", "s3:Put*"), ("--resource", "mp-forwarding-acme/a.txt")]
    {
        let mut arguments = vec!["can", bucket, "--principal", USER, option, value];
        let other = if option == "--action" { ["--resource", OBJECT] } else { ["--action", "s3:PutObject"] };
        arguments.extend(other);
        let output = policy(&arguments);
        assert_eq!(output.status.code(), Some(2), "{value}");
        assert!(stderr(&output).contains("write "), "{}", stderr(&output));
    }
    let output = ask(USER, &["--owner", "444455556666", bucket]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a resource has only one policy"));
}

/// The program reports missing condition keys that the decision depends on.
#[test]
fn condition_keys_that_the_decision_needs_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.json");
    let ask = |document: Value, principal: &str, more: &[&str]| {
        std::fs::write(&file, document.to_string()).unwrap();
        let path = file.to_str().unwrap();
        let arguments = ["can", path, "--principal", principal, "--action", "s3:GetObject", "--resource", OBJECT];
        policy(&[&arguments[..], more].concat())
    };
    let own = json!({"Version": "2012-10-17", "Statement": [statement("Allow", None, "s3:GetObject", "*"),
        {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {
            "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}, "IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}]});
    let output = ask(own.clone(), USER, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("has no `aws:CurrentTime`, `aws:SourceIp`"), "{}", stderr(&output));
    let said = [
        "--context",
        "aws:CurrentTime=2026-01-01T00:00:00Z",
        "--context",
        "aws:SourceIp=203.0.113.7",
        "--format",
        "json",
    ];
    let output = ask(own, USER, &said);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["absent_keys"], json!([]));

    // A session's ARN does not have the role's path. It is the ARN of the only role with this name.
    let role = "arn:aws:iam::111122223333:role/team/writer";
    let session = "arn:aws:sts::111122223333:assumed-role/writer/s";
    let objects = &format!("{BUCKET}/*");
    let mut deny = statement("Deny", Some(json!("*")), "s3:*", objects);
    deny["Condition"] = json!({"ArnNotEquals": {"aws:PrincipalArn": role}});
    let allow = statement("Allow", Some(json!({"AWS": role})), "s3:GetObject", objects);
    let output = ask(json!({"Version": "2012-10-17", "Statement": [allow.clone(), deny.clone()]}), session, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));
    let allow = statement("Allow", Some(json!({"AWS": OWNER})), "s3:GetObject", objects);
    let output = ask(json!({"Version": "2012-10-17", "Statement": [allow]}), session, &[]);
    assert!(stderr(&output).contains("assuming that `aws:PrincipalArn` is `arn:aws:iam::111122223333:role/writer`"));
}

#[test]
fn kms_permissions_without_a_key_need_no_key_policy() {
    let own = statement("Allow", None, "kms:*", "*");
    for (action, resource, expected) in
        [("kms:ListAliases", "*", true), ("kms:CreateKey", "*", true), ("kms:Decrypt", KEY, false)]
    {
        assert_eq!(
            ask(&request(USER, action, resource), std::slice::from_ref(&own), None).is_allowed(),
            expected,
            "{action}"
        );
    }
}
