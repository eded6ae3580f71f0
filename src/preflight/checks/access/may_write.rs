//! Checks that the deployed policies allow mParticle to write (ACC-3, ACC-4).

use crate::access::Catalogue;
use crate::access::evaluate::Reason;
use crate::access::lint::Rule;
use crate::access::render::Edition;
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::permissions::Permissions;
use crate::preflight::snapshot::{Snapshot, UserSnapshot};
use crate::report::model::Outcome;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "may-write",
    clause: Some("ACC-3"),
    title: "the policies allow mParticle to write",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    evaluate,
};

/// mParticle's own account must allow the writes too. This cannot be read from here.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    match &snapshot.user {
        None => by_roles(snapshot),
        Some(user) => by_user(snapshot, user),
    }
}

fn by_roles(snapshot: &Snapshot) -> Evaluated {
    let expected = &snapshot.expected;
    if expected.edition == Some(Edition::Minio) {
        return Err(Outcome::not_applicable("MinIO ignores bucket policies for signed requests"));
    }
    let bucket = &expected.settings.connection.s3_bucket_name;
    let render = format!("mp-forwarding policy render bucket --bucket {bucket} --pod {}", expected.pod_name());
    let Some(deployed) = Deployed::of(snapshot)? else {
        let mut observed = Observed::new("there is no bucket policy");
        let message = "the bucket has no policy: mParticle's roles may not write";
        observed.error(message, format!("deploy the policy that `{render}` prints"));
        return Ok(observed);
    };
    let Some(roles) = deployed.roles(snapshot) else {
        let mut observed = Observed::new("no role of mParticle");
        let date = &Catalogue::built_in().date;
        observed.error(
            format!("the bucket policy names no role of any pod that is known as of {date}"),
            format!("name your pod with --pod; {}", deployed.merge_remedy(snapshot, &render)),
        );
        return Ok(observed);
    };
    let mut observed = Observed::new("both roles, by the bucket policy");
    let faults = deployed.faults(snapshot, Topic::Write)?;
    let depends_on_acl = faults.iter().all(|fault| fault.rule == Rule::AclDependent);
    for fault in faults {
        add_fault(&mut observed, "", fault);
    }
    if !observed.findings.is_empty() {
        observed.seen = if depends_on_acl { "it depends on the ACL" } else { "not allowed" }.to_owned();
    } else if expected.roles.is_none() {
        let account = roles.account();
        let pod = Catalogue::built_in().of_account(account).map_or(account, |pod| &pod.name);
        observed.seen = format!("both roles of {pod}, by the bucket policy");
    }
    Ok(observed)
}

fn by_user(snapshot: &Snapshot, user: &UserSnapshot) -> Evaluated {
    let permissions = Permissions::of(snapshot, user)?;
    let mut observed = Observed::new("the user, by its policies");
    for (what, resource) in
        [("files", snapshot.expected.object_arn()), ("the verification object", snapshot.expected.verification_arn())]
    {
        let decision = permissions.decide("s3:PutObject", resource.clone(), &snapshot.expected)?;
        match (&decision.reason, permissions.unread) {
            (Reason::ExplicitDeny(_), _) => {}
            // If the user's policies are not known, only a denial is certain: they can deny what the bucket's policy
            // allows.
            (_, Some(why)) => return Err(why.into()),
            _ if decision.is_allowed() => continue,
            _ => {}
        }
        observed.seen = "not allowed".to_owned();
        observed.error(
            format!("{} may not put {what} on `{resource}`: {decision}", permissions.principal),
            "attach the policy of `mp-forwarding policy render user`, or change the statement that denies",
        );
    }
    if observed.findings.is_empty() {
        // A bucket policy that could not be read may deny the write.
        Deployed::of(snapshot)?;
    }
    Ok(observed)
}
