//! Policies that grant too much or too little, and a subject that writes by another's right (ACC-1 to ACC-8).

use serde_json::{Value, json};

use super::lie::{Liar, Lie};
use super::stage::Stage;
use crate::access::render::{Edition, Inputs, Kind, RenderError, render};
use crate::access::{Catalogue, Partition, Policy};
use crate::conform::access::{Deployment, DeploymentError, Way};
use crate::settings::Settings;

pub(super) const LIARS: &[Liar] = &[
    Liar::new("borrowed-role", "way-of-access", Stage::Roles, Lie::Borrows, "writes as the verify role"),
    Liar::new(
        "writer-lists",
        "roles",
        Stage::Roles,
        Lie::Deploys(|policy| {
            let writer = policy[0]["Principal"].clone();
            policy.push(json!({ "Effect": "Allow", "Principal": writer, "Action": "s3:ListBucket", "Resource": "*" }));
        }),
        "lets mParticle's writer list the bucket",
    ),
    Liar::new(
        "open-to-strangers",
        "nobody-else",
        Stage::Roles,
        Lie::Deploys(|policy| {
            let anybody = json!({ "StringLike": { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } });
            policy.push(json!({
                "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*", "Condition": anybody,
            }));
        }),
        "lets the roles of every account put objects",
    ),
    Liar::new(
        "open-to-the-unsigned",
        "unsigned",
        Stage::Roles,
        Lie::Deploys(|policy| {
            let nobody = json!({ "Null": { "aws:PrincipalArn": "true" } });
            policy.push(json!({
                "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*", "Condition": nobody,
            }));
        }),
        "lets those read who do not sign",
    ),
    Liar::new(
        "user-deletes",
        "iam-user",
        Stage::User,
        Lie::Deploys(|policy| {
            policy.push(json!({ "Effect": "Allow", "Action": "s3:DeleteObject", "Resource": "*" }));
        }),
        "lets mParticle's user delete objects",
    ),
    Liar::new(
        "old-tls",
        "tls",
        Stage::Roles,
        Lie::Deploys(|policy| {
            for statement in policy {
                if let Some(least) = statement.pointer_mut("/Condition/NumericLessThan/s3:TlsVersion") {
                    *least = "1.1".into();
                }
            }
        }),
        "takes TLS 1.1",
    ),
    Liar::new(
        "every-key",
        "kms-key",
        Stage::User,
        Lie::Deploys(|policy| {
            policy.push(json!({ "Effect": "Allow", "Action": "kms:*", "Resource": "*" }));
        }),
        "lets mParticle's user encrypt with every key",
    ),
    Liar::new(
        "no-verify-role",
        "verification-object",
        Stage::Roles,
        Lie::Deploys(|policy| {
            policy.retain(|statement| statement["Sid"] != "MParticleVerifierPutsObjects");
        }),
        "forgets mParticle's verify role",
    ),
    Liar::new(
        "no-acl",
        "acl",
        Stage::Roles,
        Lie::Deploys(|policy| policy[0]["Action"] = "s3:PutObject".into()),
        "does not grant the writer s3:PutObjectAcl",
    ),
    Liar::new(
        "user-sends-acl",
        "user-acl",
        Stage::User,
        Lie::Deploys(|policy| {
            policy.push(json!({ "Effect": "Allow", "Action": "s3:PutObjectAcl", "Resource": "*" }));
        }),
        "grants mParticle's user s3:PutObjectAcl",
    ),
];

/// The strict policy for the bucket of `settings`, changed.
pub(super) fn deployment(
    settings: &Settings,
    way: Way,
    change: fn(&mut Vec<Value>),
) -> Result<Deployment, DeploymentError> {
    let mut inputs = Inputs::new(settings.connection.s3_bucket_name.clone());
    inputs.roles = Catalogue::built_in().find("us1").ok().map(|pod| pod.roles(Partition::Aws));
    let kind = match way {
        Way::RoleBased => Kind::Bucket,
        Way::UserBased => Kind::User,
    };
    let mut policy = render(kind, Edition::Strict, &inputs)?;
    let statements = policy["Statement"].as_array_mut().ok_or(RenderError::Roles(kind))?;
    change(statements);
    let mut deployment = Deployment::default();
    deployment.take(Policy::from_value(&policy)?)?;
    Ok(deployment)
}
