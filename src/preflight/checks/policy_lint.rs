//! What the lint says of the deployed bucket policy, but for what other checks ask (ACC-5).

use super::super::check::{Check, Judged, Seen, Unjudged, counted};
use super::super::deployed::{Deployed, tell};
use super::super::sight::Sight;
use super::{exposure, may_write, tls};

pub(in crate::preflight) const CHECK: Check = Check {
    id: "policy-lint",
    clause: Some("ACC-5"),
    title: "the bucket policy is well made",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    judge,
};

/// As `mp-forwarding policy check` has it.
fn judge(sight: &Sight) -> Judged {
    let Some(deployed) = Deployed::of(sight)? else {
        return Err(Unjudged::not_applicable("there is no bucket policy"));
    };
    let others = [&may_write::RULES[..], &exposure::RULES, &tls::RULES].concat();
    let mut seen = Seen::new(counted(deployed.policy.statements.len(), "statement", "statements"));
    for fault in deployed.faults(sight, |rule| !others.contains(&rule))? {
        tell(&mut seen, "", fault);
    }
    Ok(seen)
}
