//! IAM's own simulation of the user's writes (ACC-4).

use std::collections::BTreeSet;

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, counted};
use crate::report::summary::AccessKind;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "simulation",
    clause: Some("ACC-4"),
    title: "IAM's own simulation allows the write",
    needs: &["iam:SimulatePrincipalPolicy"],
    access: Some(AccessKind::UserBased),
    evaluate,
};

/// IAM also evaluates permission boundaries and the organisation's policies, which cannot be read from here.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(user) = &snapshot.user else { return Err(Outcome::not_applicable("role-based access")) };
    let simulated = user.simulated.as_ref()?;
    let mut observed = Observed::new(counted(simulated.len(), "request allowed", "requests allowed"));
    if simulated.is_empty() {
        return Err(Outcome::skip("the simulation returned no result"));
    }
    for one in simulated.iter().filter(|one| one.decision != "allowed") {
        observed.seen = "not allowed".to_owned();
        observed.error(
            format!("{} on `{}`: {}", one.action, one.resource, one.decision),
            "look for a permission boundary or a policy of the organisation, if `may-write` passes",
        );
    }
    let missing: BTreeSet<&str> = simulated.iter().flat_map(|one| &one.missing_context).map(String::as_str).collect();
    if !missing.is_empty() {
        let keys: Vec<String> = missing.into_iter().map(|key| format!("`{key}`")).collect();
        observed.note(
            format!("the policies use {}, which the simulated requests did not have", keys.join(", ")),
            "the answer can differ for mParticle's requests: see `may-write`",
        );
    }
    Ok(observed)
}
