//! Checks that requests without TLS are denied (ACC-5).

use crate::access::evaluate::{Context, Identity, Policies, Reason, Request, decide};
use crate::access::lint::Rule;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::permissions::Permissions;
use crate::preflight::snapshot::Snapshot;
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "tls",
    clause: Some("ACC-5"),
    title: "requests without TLS 1.2 are denied",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    evaluate,
};

/// With a plain HTTP endpoint such a statement would deny every request, so its absence is not a fault there.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let remedy =
        "add the Deny statements of `mp-forwarding policy render bucket`; `--merge` keeps the other statements";
    let mut observed = Observed::new("denied by the bucket policy");
    if denied_by_user(snapshot) {
        observed.seen = "denied by the user's policies".to_owned();
        return Ok(observed);
    }
    let deployed = Deployed::of(snapshot)?;
    let faults = deployed.map(|deployed| deployed.faults(snapshot, Topic::Tls)).transpose()?;
    let is_half = faults.iter().flatten().any(|fault| fault.rule == Rule::HalfTls);
    if snapshot.is_plain_http && !is_half {
        return match faults {
            Some(faults) if faults.is_empty() => Ok(observed),
            _ => Err(Outcome::not_applicable("the endpoint is plain HTTP, which such a statement would deny")),
        };
    }
    match faults {
        None => {
            observed.seen = "not denied".to_owned();
            observed.warning("requests without TLS are not denied: there is no bucket policy", remedy);
        }
        Some(faults) => {
            for fault in faults {
                observed.seen = "not denied".to_owned();
                add_fault(&mut observed, "", fault);
            }
        }
    }
    Ok(observed)
}

/// Whether the user's own policies deny requests without TLS 1.2 on the bucket and its objects. Then mParticle's access
/// key requires TLS, even without a bucket policy.
fn denied_by_user(snapshot: &Snapshot) -> bool {
    let user = snapshot.user.as_ref();
    let Some(permissions) = user.and_then(|user| Permissions::of(snapshot, user).ok()) else { return false };
    let known = permissions.policies();
    let object = |action| (action, snapshot.expected.object_arn());
    let requests = [
        ("s3:ListBucket", snapshot.expected.bucket_arn()),
        object("s3:PutObject"),
        object("s3:PutObjectAcl"),
        object("s3:GetObject"),
        object("s3:DeleteObject"),
    ];
    requests.into_iter().all(|(action, resource)| {
        [("aws:SecureTransport", "false"), ("s3:TlsVersion", "1.1")].into_iter().all(|(key, value)| {
            let principal = permissions.principal.clone();
            let mut context = Context::of(&principal);
            context.set(key, [value]);
            let request = Request { principal, action: action.to_owned(), resource: resource.clone(), context };
            let policies = Policies { identity: Identity::Known(&known), resource: None, owner: None };
            decide(&request, &policies).is_ok_and(|decision| matches!(decision.reason, Reason::ExplicitDeny(_)))
        })
    })
}
