//! Lints the deployed bucket policy, without the rules that other checks use (ACC-5).

use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::snapshot::Snapshot;
use crate::report::model::{Outcome, counted};

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "policy-lint",
    clause: Some("ACC-5"),
    title: "the bucket policy has no faults",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    evaluate,
};

/// The same rules as `mp-forwarding policy check`.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(deployed) = Deployed::read(snapshot)? else {
        return Err(Outcome::not_applicable("there is no bucket policy"));
    };
    let mut observed = Observed::new(counted(deployed.policy.statements.len(), "statement", "statements"));
    for fault in deployed.faults(snapshot, Topic::Form)? {
        add_fault(&mut observed, "", fault);
    }
    Ok(observed)
}
