//! Mutants of access: policies that allow too much or too little, and a subject with the wrong credentials (ACC-1 to ACC-8).

use serde_json::{Value, json};

use crate::access::render::{Edition, Inputs, Kind, RenderError, render};
use crate::access::{Catalogue, Partition, Policy as PolicyText};
use crate::conform::access::{AccessKind, Deployment, DeploymentError};
use crate::conform::mutants::fixture::Fixture::{Roles, User};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Credentials, Policy};
use crate::settings::Settings;

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new("borrowed-role", "writer", "writes as the verify role", Credentials).on(Roles),
    Mutant::new(
        "writer-lists",
        "roles",
        "lets mParticle's writer list the bucket",
        Policy(|policy| {
            let writer = policy[0]["Principal"].clone();
            let objects = policy[0]["Resource"].as_str().unwrap_or_default();
            let bucket = objects.trim_end_matches("/*").to_owned();
            policy
                .push(json!({ "Effect": "Allow", "Principal": writer, "Action": "s3:ListBucket", "Resource": bucket }));
        }),
    )
    .on(Roles),
    Mutant::new(
        "open-to-outsiders",
        "other-principals",
        "lets the roles of every account put objects",
        Policy(|policy| {
            let any_role = json!({ "StringLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } });
            policy.push(allow_all(policy, "s3:PutObject", &any_role));
        }),
    )
    .on(Roles),
    Mutant::new(
        "open-to-unsigned",
        "unsigned",
        "lets requests without a signature read",
        Policy(|policy| {
            policy.push(allow_all(policy, "s3:GetObject", &json!({ "Null": { "aws:PrincipalArn": "true" } })));
        }),
    )
    .on(Roles),
    Mutant::new(
        "user-deletes",
        "iam-user",
        "lets mParticle's user delete objects",
        Policy(|policy| {
            policy.push(allow("s3:DeleteObject"));
        }),
    )
    .on(User),
    Mutant::new(
        "old-tls",
        "tls",
        "allows TLS 1.1",
        Policy(|policy| {
            for statement in policy {
                if let Some(least) = statement.pointer_mut("/Condition/NumericLessThan/s3:TlsVersion") {
                    *least = "1.1".into();
                }
            }
        }),
    )
    .on(Roles),
    Mutant::new(
        "every-key",
        "kms-key",
        "lets mParticle's user encrypt with every key",
        Policy(|policy| {
            policy.push(allow("kms:*"));
        }),
    )
    .on(User),
    Mutant::new(
        "no-verify-role",
        "verification-object",
        "omits mParticle's verify role",
        Policy(|policy| policy.retain(|statement| statement["Sid"] != "MParticleVerifierPutsObjects")),
    )
    .on(Roles),
    Mutant::new(
        "no-acl",
        "acl",
        "does not allow the writer s3:PutObjectAcl",
        Policy(|policy| policy[0]["Action"] = "s3:PutObject".into()),
    )
    .on(Roles),
    Mutant::new(
        "user-sends-acl",
        "user-acl",
        "allows mParticle's user s3:PutObjectAcl",
        Policy(|policy| {
            policy.push(allow("s3:PutObjectAcl"));
        }),
    )
    .on(User),
];

fn allow(action: &str) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": "*" })
}

/// A statement for all principals with a condition, on the objects of the bucket policy.
fn allow_all(policy: &[Value], action: &str, condition: &Value) -> Value {
    let objects = &policy[0]["Resource"];
    json!({ "Effect": "Allow", "Principal": "*", "Action": action, "Resource": objects, "Condition": condition })
}

/// The strict policy for the bucket of `settings`, changed.
pub(in crate::conform::mutants) fn deployment(
    settings: &Settings,
    access_kind: AccessKind,
    change: fn(&mut Vec<Value>),
) -> Result<Deployment, DeploymentError> {
    let mut inputs = Inputs::new(settings.connection.s3_bucket_name.clone());
    inputs.roles = Catalogue::built_in().find("us1").ok().map(|pod| pod.roles(Partition::Aws));
    let kind = match access_kind {
        AccessKind::RoleBased => Kind::Bucket,
        AccessKind::UserBased => Kind::User,
    };
    let mut policy = render(kind, Edition::Strict, &inputs)?;
    change(policy["Statement"].as_array_mut().ok_or(RenderError::Roles(kind))?);
    let mut deployment = Deployment::default();
    deployment.take(PolicyText::from_value(&policy)?)?;
    Ok(deployment)
}
