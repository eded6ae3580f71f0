//! The KMS key, and whether its policy lets mParticle encrypt (ACC-5).

use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::deployed::Deployed;
use super::super::sight::{Key, Sight};
use super::may_write::Rights;
use super::region;
use crate::access::evaluate::{Context, Decision, Identity, Policies, Principal, Request, decide};
use crate::access::{KmsRequest, Policy};
use crate::settings::ServerSideEncryption;
use crate::store::DefaultEncryption;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "key",
    clause: Some("ACC-5"),
    title: "the KMS key lets mParticle encrypt",
    needs: &["kms:DescribeKey", "kms:GetKeyPolicy"],
    access: None,
    judge,
};

/// S3 asks KMS in the writer's name, so the writer needs the right - and in a key of another account both sides must agree.
fn judge(sight: &Sight) -> Judged {
    let Some(found) = &sight.key else {
        return Err(Unjudged::not_applicable("no key of yours encrypts"));
    };
    let mut seen = Seen::new(String::new());
    let key = match &found.key {
        Ok(key) => key,
        Err(_) if !found.id.starts_with("arn:") && !sight.is_aws => {
            return Err(Unjudged::not_applicable("the server's keys have no policies"));
        }
        Err(why) => return Err(why.into()),
    };
    state(sight, key, &mut seen);
    seen.text = key.state.clone();
    if key.of_aws {
        if sight.expected.is_role_based() {
            seen.error(
                format!("`{}` is managed by AWS, and no other account can use it", found.id),
                "use a key of your own, whose policy is `mp-forwarding policy render key`",
            );
        }
        return Ok(seen);
    }
    let policy = match &found.policy {
        Ok(text) => Deployed::parse("the key's policy", text)?.policy,
        // What is already known is told; the rest is skipped for want of the policy.
        Err(_) if !seen.findings.is_empty() => return Ok(seen),
        Err(why) => return Err(why.into()),
    };
    let remedy = format!(
        "give the key the statements of `mp-forwarding policy render key --bucket {} --pod {} --kms-key-arn {}`",
        sight.expected.settings.connection.s3_bucket_name,
        sight.expected.pod.map_or("POD", |pod| pod.name.as_str()),
        key.arn,
    );
    for who in writers(sight)? {
        for (action, why) in
            [("kms:GenerateDataKey", "every upload needs it"), ("kms:Decrypt", "an upload in parts needs it")]
        {
            let Some(decision) = refusal(sight, &policy, key, &who, action)? else { continue };
            let message = format!("`{who}` lacks {action} on the key, and {why}: {decision}");
            match action {
                "kms:GenerateDataKey" => seen.error(message, remedy.as_str()),
                _ => seen.warning(message, remedy.as_str()),
            }
        }
    }
    if seen.findings.is_empty() {
        seen.text = format!("{}, open to mParticle", key.state);
    }
    Ok(seen)
}

fn state(sight: &Sight, key: &Key, seen: &mut Seen) {
    if key.state != "Enabled" {
        seen.error(
            format!("the key is `{}`, so nothing can be encrypted with it", key.state),
            "enable it (`aws kms enable-key`, `cancel-key-deletion`), or name another",
        );
    }
    if !key.encrypts {
        seen.error("the key is not one for symmetric encryption, which is all that S3 takes", "name another key");
    }
    let place = key.arn.split(':').nth(3).unwrap_or_default();
    if let Ok(region) = region::of(sight)
        && sight.is_aws
        && place != region
    {
        seen.error(format!("the key is in `{place}` and the bucket in `{region}`"), "use a key in the bucket's region");
    }
}

/// Who writes for mParticle.
fn writers(sight: &Sight) -> Result<Vec<String>, Unjudged> {
    if let Some(user) = &sight.user {
        return Ok(vec![user.arn.as_ref()?.clone()]);
    }
    let of_policy = || Deployed::of(sight).ok().flatten().and_then(|deployed| deployed.roles(sight));
    match sight.expected.roles.clone().or_else(of_policy) {
        Some(roles) => Ok(vec![roles.writer, roles.verify]),
        None => Err(Unjudged::skip("whose right it is, is not known: name your pod with --pod")),
    }
}

/// Why it is refused; None if it is allowed whatever S3 sends. With a bucket key S3 sends the bucket's ARN for the
/// encryption context, else the object's; DSSE takes no bucket key.
fn refusal(sight: &Sight, policy: &Policy, key: &Key, who: &str, action: &str) -> Result<Option<Decision>, Unjudged> {
    let takes_bucket_key = |default: &DefaultEncryption| {
        let method = match sight.expected.method() {
            ServerSideEncryption::None => default.method.as_str(),
            asked => asked.as_str(),
        };
        default.bucket_key && method == "aws:kms"
    };
    let (bucket, object) = (sight.expected.bucket_arn(), sight.expected.object_arn());
    let contexts = match &sight.encryption {
        Ok(Some(default)) if takes_bucket_key(default) => vec![bucket],
        Ok(_) => vec![object],
        Err(_) => vec![bucket, object],
    };
    let mut refused = None;
    let mut allowed = false;
    for context in contexts {
        let decision = decision(sight, policy, key, who, action, context)?;
        match decision.is_allowed() {
            true => allowed = true,
            false => refused = Some(decision),
        }
    }
    match (&refused, allowed, &sight.encryption) {
        // It hangs on the bucket key.
        (Some(_), true, Err(why)) => Err(why.into()),
        _ => Ok(refused),
    }
}

fn decision(
    sight: &Sight,
    policy: &Policy,
    key: &Key,
    who: &str,
    action: &str,
    encryption_context: String,
) -> Result<Decision, Unjudged> {
    let role: Principal =
        who.parse().map_err(|_| Unjudged::skip(format!("`{who}` is no principal that is known here")))?;
    let principal = role.clone().in_session("mparticle");
    let mut context = Context::of(&principal);
    if let Principal::Role(_) = role {
        context.set("aws:PrincipalArn", [who]);
    }
    KmsRequest { key_arn: &key.arn, caller: &principal, encrypted: &encryption_context }.add_to(&mut context);
    let rights = sight.user.as_ref().map(|user| Rights::of(sight, user).and_then(Rights::known));
    let rights = rights.transpose()?;
    let known: Vec<(&str, &Policy)> =
        rights.iter().flat_map(|rights| rights.identity()).map(|(name, policy)| (*name, policy)).collect();
    let policies = Policies {
        identity: if rights.is_some() { Identity::Known(&known) } else { Identity::Assumed },
        resource: Some(policy),
        owner: key.arn.split(':').nth(4),
    };
    let request = Request { principal, action: action.to_owned(), resource: key.arn.clone(), context };
    decide(&request, &policies).map_err(|error| Unjudged::skip(format!("a policy could not be in force: {error}")))
}
