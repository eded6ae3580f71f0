//! Whether requests without TLS are refused (ACC-5).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::deployed::{Deployed, tell};
use super::super::sight::Sight;
use super::may_write::Rights;
use crate::access::evaluate::{Context, Identity, Policies, Reason, Request, decide};
use crate::access::lint::Rule;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "tls",
    clause: Some("ACC-5"),
    title: "requests without TLS 1.2 are refused",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    judge,
};

/// The rules of the lint that speak of TLS.
pub(super) const RULES: [Rule; 3] = [Rule::NoTls, Rule::OldTls, Rule::HalfTls];

/// A server that is asked by plain HTTP would refuse everything by such a rule, so there its absence is no fault.
fn judge(sight: &Sight) -> Judged {
    let remedy =
        "add the Deny statements of `mp-forwarding policy render bucket`, which `--merge` joins with what is there";
    let mut seen = Seen::new("refused by the bucket policy");
    if refused_by_user(sight) {
        seen.text = "refused by the user's policies".to_owned();
        return Ok(seen);
    }
    let deployed = Deployed::of(sight)?;
    let faults = deployed.map(|deployed| deployed.faults(sight, |rule| RULES.contains(&rule))).transpose()?;
    if sight.is_plain_http
        && faults.as_ref().is_none_or(|faults| faults.iter().all(|fault| fault.rule != Rule::HalfTls))
    {
        return match faults {
            Some(faults) if faults.is_empty() => Ok(seen),
            _ => Err(Unjudged::not_applicable("the endpoint is plain HTTP, which such a rule would refuse")),
        };
    }
    match faults {
        None => {
            seen.text = "not refused".to_owned();
            seen.warning("requests without TLS are not denied: there is no bucket policy", remedy);
        }
        Some(faults) => {
            for fault in faults {
                seen.text = "not as it should".to_owned();
                tell(&mut seen, "", fault);
            }
        }
    }
    Ok(seen)
}

/// Whether the user's own policies deny what is asked without TLS 1.2, on the bucket and its objects: then the key that
/// mParticle holds is bound, whatever the bucket's policy says.
fn refused_by_user(sight: &Sight) -> bool {
    let Some(rights) = sight.user.as_ref().and_then(|user| Rights::of(sight, user).ok()) else { return false };
    let known: Vec<_> = rights.identity().iter().map(|(name, policy)| (*name, policy)).collect();
    let object = |action| (action, sight.expected.object_arn());
    let requests = [
        ("s3:ListBucket", sight.expected.bucket_arn()),
        object("s3:PutObject"),
        object("s3:PutObjectAcl"),
        object("s3:GetObject"),
        object("s3:DeleteObject"),
    ];
    requests.into_iter().all(|(action, resource)| {
        [("aws:SecureTransport", "false"), ("s3:TlsVersion", "1.1")].into_iter().all(|(key, value)| {
            let principal = rights.principal().clone();
            let mut context = Context::of(&principal);
            context.set(key, [value]);
            let request = Request { principal, action: action.to_owned(), resource: resource.clone(), context };
            let policies = Policies { identity: Identity::Known(&known), resource: None, owner: None };
            decide(&request, &policies).is_ok_and(|decision| matches!(decision.reason, Reason::ExplicitDeny(_)))
        })
    })
}
