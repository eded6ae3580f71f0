//! Checks the KMS key, and that its policy allows mParticle to encrypt (ACC-5).

use crate::access::evaluate::{Context, Decision, Identity, Policies, Principal, Request, decide};
use crate::access::lint::Rule;
use crate::access::{KmsRequest, Policy};
use crate::arn::{Arn, account_of};
use crate::preflight::check::{Definition, Evaluated, Observed};
use crate::preflight::deployed::{Deployed, Topic, add_fault};
use crate::preflight::permissions::{Permissions, not_stored};
use crate::preflight::snapshot::{Key, Snapshot};
use crate::report::model::Outcome;
use crate::settings::ServerSideEncryption;
use crate::store::DefaultEncryption;

pub(in crate::preflight) const CHECK: Definition = Definition {
    id: "key",
    clause: Some("ACC-5"),
    title: "the KMS key allows mParticle to encrypt",
    needs: &["kms:DescribeKey", "kms:GetKeyPolicy"],
    access: None,
    evaluate,
};

/// S3 calls KMS with the writer's identity, so the writer needs the permission. For a key of another account, both
/// accounts must allow it.
fn evaluate(snapshot: &Snapshot) -> Evaluated {
    let Some(found) = &snapshot.key else {
        return Err(Outcome::not_applicable("no key of yours encrypts"));
    };
    let key = match &found.key {
        Ok(key) => key,
        Err(_) if !snapshot.has_key_policies(found) => {
            return Err(Outcome::not_applicable("the server's keys have no policies"));
        }
        Err(why) => return Err(why.into()),
    };
    let mut observed = Observed::new(key.state.clone());
    state(snapshot, key, &mut observed);
    if key.of_aws {
        if snapshot.expected.is_role_based() {
            observed.error(
                format!("AWS manages the key `{}`, and no other account can use it", found.id),
                "use a key of your own, with the policy of `mp-forwarding policy render key`",
            );
        }
        return Ok(observed);
    }
    let policy = match &found.policy {
        Ok(text) => Deployed::parse("the key's policy", text)?,
        // Findings that do not need the policy are reported. Without any, the check is skipped.
        Err(_) if !observed.findings.is_empty() => return Ok(observed),
        Err(why) => return Err(why.into()),
    };
    // A policy that KMS refuses does nothing, so nothing else is said about it (ACC-9).
    let faults = policy.faults(snapshot, Topic::Form)?;
    if let Some(refused) = faults.into_iter().find(|fault| fault.rule == Rule::Refused) {
        add_fault(&mut observed, "the key's policy, ", refused);
        return Ok(observed);
    }
    let policy = policy.policy;
    let remedy = format!(
        "give the key the statements of `mp-forwarding policy render key --bucket {} --pod {} --kms-key-arn {}`",
        snapshot.expected.settings.connection.s3_bucket_name,
        snapshot.expected.pod_name(),
        key.arn,
    );
    for writer in writers(snapshot)? {
        let data_key = refusal(snapshot, &policy, key, &writer, "kms:GenerateDataKey")?;
        if let Some(decision) = data_key {
            let message =
                format!("`{writer}` may not call kms:GenerateDataKey on the key, which every upload needs: {decision}");
            observed.error(message, remedy.as_str());
        }
        if let Some(decision) = refusal(snapshot, &policy, key, &writer, "kms:Decrypt")? {
            let message =
                format!("`{writer}` may not call kms:Decrypt on the key, which an upload in parts needs: {decision}");
            observed.warning(message, remedy.as_str());
        }
    }
    if observed.findings.is_empty() {
        observed.seen = format!("{}; mParticle may use it", key.state);
    }
    Ok(observed)
}

fn state(snapshot: &Snapshot, key: &Key, observed: &mut Observed) {
    if key.state != "Enabled" {
        observed.error(
            format!("the key is `{}`, so it cannot encrypt", key.state),
            "enable it (`aws kms enable-key`, `cancel-key-deletion`), or use another",
        );
    }
    if !key.encrypts {
        observed.error("the key is not for symmetric encryption, which S3 needs", "use another key");
    }
    let of_key = Arn::parse(&key.arn).map_or("", |arn| arn.region);
    if let Ok(region) = snapshot.region()
        && snapshot.is_aws
        && of_key != region
    {
        let message = format!("the key is in `{of_key}` and the bucket in `{region}`");
        observed.error(message, "use a key in the bucket's region");
    }
}

/// The principals that write for mParticle.
fn writers(snapshot: &Snapshot) -> Result<Vec<String>, Outcome> {
    if let Some(user) = &snapshot.user {
        return Ok(vec![user.arn.as_ref()?.clone()]);
    }
    let of_policy = || Deployed::of(snapshot).ok().flatten().and_then(|deployed| deployed.roles(snapshot));
    match snapshot.expected.roles.clone().or_else(of_policy) {
        Some(roles) => Ok(vec![roles.writer, roles.verify]),
        None => Err(Outcome::skip("mParticle's roles are not known: name your pod with --pod")),
    }
}

/// Why the action is refused; None if it is allowed. The encryption context that S3 sends is the bucket's ARN with a
/// bucket key, else the object's ARN. DSSE does not support bucket keys.
fn refusal(
    snapshot: &Snapshot,
    policy: &Policy,
    key: &Key,
    writer: &str,
    action: &str,
) -> Result<Option<Decision>, Outcome> {
    let uses_bucket_key = |default: &DefaultEncryption| {
        let method = match snapshot.expected.method() {
            ServerSideEncryption::None => default.method.as_str(),
            method => method.as_str(),
        };
        default.bucket_key && method == "aws:kms"
    };
    let (bucket, object) = (snapshot.expected.bucket_arn(), snapshot.expected.object_arn());
    let contexts = match &snapshot.encryption {
        Ok(Some(default)) if uses_bucket_key(default) => vec![bucket],
        Ok(_) => vec![object],
        Err(_) => vec![bucket, object],
    };
    let mut refused = None;
    let mut allowed = false;
    for context in contexts {
        let decision = decision(snapshot, policy, key, writer, action, &context)?;
        match decision.is_allowed() {
            true => allowed = true,
            false => refused = Some(decision),
        }
    }
    match (&refused, allowed, &snapshot.encryption) {
        // The result depends on the bucket key, which could not be read.
        (Some(_), true, Err(why)) => Err(why.into()),
        _ => Ok(refused),
    }
}

fn decision(
    snapshot: &Snapshot,
    policy: &Policy,
    key: &Key,
    writer: &str,
    action: &str,
    encryption_context: &str,
) -> Result<Decision, Outcome> {
    let unknown = || Outcome::skip(format!("`{writer}` is not a principal of a known form"));
    let role: Principal = writer.parse().map_err(|_| unknown())?;
    let principal = role.clone().in_session("mparticle");
    let mut context = Context::of(&principal);
    if let Principal::Role(_) = role {
        context.set("aws:PrincipalArn", [writer]);
    }
    KmsRequest { key_arn: &key.arn, caller: &principal, encrypted: encryption_context }.add_to(&mut context);
    let permissions = Permissions::known(snapshot)?;
    let known = permissions.as_ref().map(Permissions::policies);
    let policies = Policies {
        identity: known.as_deref().map_or(Identity::Assumed, Identity::Known),
        resource: Some(policy),
        owner: Some(account_of(&key.arn)),
    };
    let request = Request { principal, action: action.to_owned(), resource: key.arn.clone(), context };
    decide(&request, &policies).map_err(|error| not_stored(&error))
}
