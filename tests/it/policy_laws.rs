//! Properties of every policy.

use mp_forwarding::access::evaluate::{Context, Identity, Policies, Principal, Request, decide};
use mp_forwarding::access::lint::{Expectations, lint};
use mp_forwarding::access::{MergeError, Policy, canonical, merge};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

const PRINCIPALS: [&str; 5] = [
    "arn:aws:iam::111122223333:user/ada",
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::583371261087:role/Prod-Role-DG12-Default",
    "arn:aws:sts::583371261087:assumed-role/Prod-Role-DG12-Default/s",
    "*",
];
const ACTIONS: [&str; 6] = ["s3:PutObject", "s3:*", "s3:Get*", "*", "kms:Decrypt", "s3:ListBucket"];
const RESOURCES: [&str; 5] = [
    "*",
    "arn:aws:s3:::mp-forwarding-acme",
    "arn:aws:s3:::mp-forwarding-acme/*",
    "arn:aws:s3:::mp-forwarding-acme/${aws:username}/?",
    "arn:aws:kms:eu-central-1:111122223333:key/a",
];
const OPERATORS: [(&str, &str, &str); 6] = [
    ("Bool", "aws:SecureTransport", "false"),
    ("NumericLessThan", "s3:TlsVersion", "1.2"),
    ("StringNotEqualsIfExists", "aws:SourceVpce", "vpce-1a2b3c4d"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/Prod-*"),
    ("ForAllValues:StringEquals", "aws:TagKeys", "a"),
    ("Null", "s3:x-amz-server-side-encryption", "true"),
];

fn statement() -> impl Strategy<Value = Value> {
    let condition = proptest::option::of(select(&OPERATORS[..]));
    let names = (
        any::<bool>(),
        select(&PRINCIPALS[..]),
        any::<bool>(),
        select(&ACTIONS[..]),
        any::<bool>(),
        select(&RESOURCES[..]),
    );
    (any::<bool>(), names, condition).prop_map(|(allows, names, condition)| {
        let (not_principal, principal, not_action, action, not_resource, resource) = names;
        let name = |not: bool, name: &str| if not { format!("Not{name}") } else { name.to_owned() };
        let mut statement = json!({"Effect": if allows { "Allow" } else { "Deny" }});
        statement[name(not_principal, "Principal")] = json!({ "AWS": principal });
        statement[name(not_action, "Action")] = action.into();
        statement[name(not_resource, "Resource")] = json!([resource]);
        if let Some((operator, key, value)) = condition {
            statement["Condition"] = json!({ operator: { key: value } });
        }
        statement
    })
}

fn policy() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(statement(), 1..4)
}

fn document(statements: &[Value]) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn request() -> impl Strategy<Value = Request> {
    let encryption = proptest::option::of(Just("aws:kms"));
    let resources = vec!["arn:aws:s3:::mp-forwarding-acme", "arn:aws:s3:::mp-forwarding-acme/ada/1", RESOURCES[4]];
    (
        select(&PRINCIPALS[..]),
        select(vec!["s3:PutObject", "s3:GetObject", "kms:Decrypt"]),
        select(resources),
        encryption,
    )
        .prop_map(|(principal, action, resource, encryption)| {
            let principal: Principal = principal.parse().unwrap();
            let mut context = Context::of(&principal);
            if let Some(encryption) = encryption {
                context.set("s3:x-amz-server-side-encryption", [encryption]);
            }
            Request { principal, action: action.to_owned(), resource: resource.to_owned(), context }
        })
}

fn is_allowed(request: &Request, statements: &[Value], owner: &str) -> bool {
    let policy = Policy::from_value(&document(statements)).unwrap();
    let policies = Policies { identity: Identity::Assumed, resource: Some(&policy), owner: Some(owner) };
    decide(request, &policies).unwrap().is_allowed()
}

proptest! {
    #[test]
    fn another_allow_removes_nothing_and_another_deny_adds_nothing(
        statements in policy(),
        another in statement(),
        request in request(),
        owner in select(vec!["111122223333", "444455556666"]),
    ) {
        let before = is_allowed(&request, &statements, owner);
        let after = is_allowed(&request, &[&statements[..], std::slice::from_ref(&another)].concat(), owner);
        if another["Effect"] == "Allow" {
            prop_assert!(after || !before);
        } else {
            prop_assert!(before || !after);
        }
    }

    #[test]
    fn the_order_of_statements_does_not_matter(statements in policy(), request in request()) {
        let turned: Vec<Value> = statements.iter().rev().cloned().collect();
        prop_assert_eq!(is_allowed(&request, &statements, "111122223333"), is_allowed(&request, &turned, "111122223333"));
    }

    #[test]
    fn merging_twice_is_merging_once(theirs in policy(), ours in policy()) {
        let once = match merge(&document(&theirs).to_string(), &document(&ours)) {
            // A key's policy cannot be merged with a bucket's policy.
            Err(MergeError::OtherKind { .. }) => return Ok(()),
            once => once.unwrap(),
        };
        let twice = merge(&once.document.to_string(), &document(&ours)).unwrap();
        prop_assert_eq!(canonical(&once.document), canonical(&twice.document));
    }

    #[test]
    fn every_policy_is_linted_and_every_pointer_is_valid(statements in policy()) {
        let document = document(&statements);
        let policy = Policy::from_value(&document).unwrap();
        for fault in lint(&policy, canonical(&document).len(), &Expectations::default()) {
            prop_assert!(document.pointer(&fault.pointer).is_some(), "{} at {}", fault.rule, fault.pointer);
            prop_assert!(!fault.remedy.is_empty() && !fault.message.is_empty());
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\":,a-zA-Z0-9* ]{0,60}") {
        let _ = Policy::parse(&text);
    }
}
