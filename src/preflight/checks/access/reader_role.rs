//! The role that reads the configuration: that of the Terraform module `reader`.

use crate::access::evaluate::{Context, Identity, Policies, Request, decide};
use crate::access::lint::{Expectations, lint};
use crate::arn::account_of;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, add_fault};
use crate::preflight::permissions::not_stored;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, Severity};

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "reader-role",
    clause: None,
    title: "the role that reads is trusted narrowly and may read the export",
    needs: &["iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"],
    access: None,
    evaluate,
};

/// The trust policy is linted. Reading is evaluated with the policies of the role and of the bucket.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(found) = &snapshot.role else {
        return Err(Outcome::not_applicable("no role read the configuration"));
    };
    let role = found.role.as_ref()?;
    let mut observed = Observed::new(role.arn.as_str());
    let trust = Deployed::parse("the role's trust policy", &role.trust)?;
    let expected = Expectations { owner: account_of(&role.arn).parse().ok(), ..Expectations::default() };
    for fault in lint(&trust.policy, trust.bytes, &expected) {
        if fault.rule.severity() != Severity::Note {
            add_fault(&mut observed, "the trust policy, ", fault);
        }
    }
    let texts = found.policies.as_ref()?;
    let mut policies = Vec::new();
    for one in texts {
        policies.push((one.name.as_str(), Deployed::parse(&format!("`{}`", one.name), &one.text)?.policy));
    }
    let known: Vec<_> = policies.iter().map(|(name, policy)| (*name, policy)).collect();
    let bucket = Deployed::of(snapshot).ok().flatten().map(|deployed| deployed.policy);
    let principal: crate::access::evaluate::Principal =
        role.arn.parse().map_err(|_| Outcome::skip(format!("`{}` is not a role", role.arn)))?;
    let session = principal.in_session("session");
    let mut context = Context::of(&session);
    context.set("aws:PrincipalArn", [role.arn.as_str()]);
    let request = Request {
        principal: session,
        action: "s3:GetObject".to_owned(),
        resource: snapshot.expected.object_arn(),
        context,
    };
    let policies = Policies { identity: Identity::Known(&known), resource: bucket.as_ref(), owner: None };
    let decision = decide(&request, &policies).map_err(|error| not_stored(&error))?;
    if !decision.is_allowed() {
        observed.note(
            format!("the role may not read the export ({decision})"),
            "give it the policy of `mp-forwarding policy render reader`, if it should",
        );
    }
    Ok(observed)
}
