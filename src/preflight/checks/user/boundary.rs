//! The user's permission boundary (ACC-4).

use crate::access::evaluate::{Context, Identity, Policies, Request, decide};
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::Deployed;
use crate::preflight::permissions::not_stored;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;
use crate::report::summary::AccessKind;
use crate::settings::ServerSideEncryption;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "boundary",
    clause: Some("ACC-4"),
    title: "the user's permission boundary allows the write",
    needs: &["iam:GetUser", "iam:GetPolicy", "iam:GetPolicyVersion"],
    access: Some(AccessKind::UserBased),
    evaluate,
};

/// A boundary grants nothing. What it does not allow, no policy of the user allows.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(user) = &snapshot.user else { return Err(Outcome::not_applicable("role-based access")) };
    let Some(boundary) = user.boundary.as_ref()? else { return Ok(Observed::new("none")) };
    let policy = Deployed::parse(&format!("`{}`", boundary.name), &boundary.text)?.policy;
    let arn = user.arn.as_ref()?;
    let principal: crate::access::evaluate::Principal =
        arn.parse().map_err(|_| Outcome::skip(format!("`{arn}` is not an IAM user")))?;
    let mut observed = Observed::new(boundary.name.as_str());
    let known = [(boundary.name.as_str(), &policy)];
    for resource in [snapshot.expected.object_arn(), snapshot.expected.verification_arn()] {
        let mut context = Context::of(&principal);
        if snapshot.expected.method() != ServerSideEncryption::None {
            context.set("s3:x-amz-server-side-encryption", [snapshot.expected.method().as_str()]);
        }
        let request = Request {
            principal: principal.clone(),
            action: "s3:PutObject".to_owned(),
            resource: resource.clone(),
            context,
        };
        let policies = Policies { identity: Identity::Known(&known), resource: None, owner: None };
        let decision = decide(&request, &policies).map_err(|error| not_stored(&error))?;
        if !decision.is_allowed() {
            observed.seen = "it does not allow the write".to_owned();
            observed.error(
                format!(
                    "the permission boundary `{}` does not allow s3:PutObject on `{resource}`: {decision}",
                    boundary.name
                ),
                "allow s3:PutObject in the boundary, or remove it from the user",
            );
        }
    }
    Ok(observed)
}
