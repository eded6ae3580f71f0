//! What IAM itself says of the user's writes (ACC-4).

use super::super::check::{Check, Judged, Seen, Unjudged, counted};
use super::super::sight::Sight;
use crate::report::AccessKind;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "simulation",
    clause: Some("ACC-4"),
    title: "IAM's own simulation allows the write",
    needs: &["iam:SimulatePrincipalPolicy"],
    access: Some(AccessKind::UserBased),
    judge,
};

/// IAM knows what nobody else here can see: permission boundaries and the organisation's policies.
fn judge(sight: &Sight) -> Judged {
    let Some(user) = &sight.user else { return Err(Unjudged::not_applicable("role-based access")) };
    let simulated = user.simulated.as_ref()?;
    let mut seen = Seen::new(counted(simulated.len(), "request allowed", "requests allowed"));
    if simulated.is_empty() {
        return Err(Unjudged::skip("the simulation answered nothing"));
    }
    for one in simulated.iter().filter(|one| one.decision != "allowed") {
        seen.text = "not allowed".to_owned();
        seen.error(
            format!("{} on `{}`: {}", one.action, one.resource, one.decision),
            "look for a permission boundary or a policy of the organisation, if `may-write` passes",
        );
    }
    Ok(seen)
}
