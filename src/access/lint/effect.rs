//! Faults of what a policy does as a whole: asked of the evaluation, request by request.

use super::target::Target;
use super::{Expectations, Fault, Rule, tls};
use crate::access::evaluate::{
    Context, Decision, EvaluateError, Identity, Policies, Principal, Reason, Request, decide,
};
use crate::access::policy::{Policy, Version};
use crate::access::probe;
use crate::access::render::{Kind, LONGEST_BUCKET_POLICY};
use crate::settings::ServerSideEncryption;

/// The most that IAM takes for a managed policy, in characters without white space.
const LONGEST_MANAGED_POLICY: usize = 6_144;
/// The most that KMS takes for a key's policy, in bytes.
const LONGEST_KEY_POLICY: usize = 32 * 1024;
/// What every request carries and nobody here knows.
const UNKNOWN: [&str; 6] = [
    "aws:currenttime",
    "aws:epochtime",
    "aws:requestedregion",
    "aws:resourceaccount",
    "aws:resourceorgid",
    "aws:resourceorgpaths",
];

pub(super) fn check_document(policy: &Policy, bytes: usize, faults: &mut Vec<Fault>) {
    let mut push = |rule, pointer: &str, message: String, fix: &str| {
        faults.push(Fault { rule, pointer: pointer.to_owned(), message, fix: fix.to_owned() });
    };
    if policy.version == Version::Old {
        let message = "the version is 2008-10-17, or missing, which means the same".to_owned();
        push(Rule::OldVersion, "", message, "write `\"Version\": \"2012-10-17\"`");
    }
    let (longest, taker) = match policy.kind() {
        Kind::Bucket => (LONGEST_BUCKET_POLICY, "S3 takes for a bucket policy"),
        Kind::User => (LONGEST_MANAGED_POLICY, "IAM takes for a managed policy"),
        Kind::Key => (LONGEST_KEY_POLICY, "KMS takes for a key's policy"),
    };
    if bytes > longest {
        let message = format!("it has {bytes} bytes, and {longest} are all that {taker}");
        push(Rule::TooLong, "", message, "join statements, or use wildcards where many resources share a prefix");
    }
}

/// What a request is asked with besides its resource.
pub(super) struct Asker<'a> {
    pub(super) policy: &'a Policy,
    pub(super) target: &'a Target,
}

impl Asker<'_> {
    /// Whoever is asked about: mParticle's roles, the owner's people, strangers; for a user's policy the user.
    pub(super) fn people(&self) -> Vec<Principal> {
        let owner = |name: &str| format!("arn:{}:iam::{}:user/{name}", self.target.partition, self.target.owner);
        if !self.policy.is_of_resource() {
            return owner("mparticle").parse().into_iter().collect();
        }
        let roles = self.target.roles.iter().flat_map(|roles| [roles.writer.clone(), roles.verify.clone()]);
        let ours = roles.chain([owner("somebody")]).filter_map(|text| text.parse().ok());
        let mut people: Vec<Principal> = Vec::new();
        for one in probe::people([self.policy]).into_iter().chain(ours) {
            if !people.contains(&one) {
                people.push(one);
            }
        }
        people
    }

    /// # Errors
    /// If the policy could not be in force.
    fn ask(
        &self,
        principal: &Principal,
        action: &str,
        resource: &str,
        change: impl Fn(&mut Context),
    ) -> Result<Decision, EvaluateError> {
        // What makes a role's requests is a session of it, and AWS tells the role beside.
        let session = principal.clone().in_session("mparticle");
        let mut context = Context::of(&session);
        if let Principal::Role(_) = principal {
            context.set("aws:PrincipalArn", [principal.to_string()]);
        }
        // mParticle comes from the Internet: from no network, endpoint or organisation of the bucket's owner.
        context.set("aws:SourceIp", ["203.0.113.7"]);
        if let Some(header) = header(self.target.encryption) {
            context.set("s3:x-amz-server-side-encryption", [header]);
        }
        change(&mut context);
        let request = Request { principal: session, action: action.to_owned(), resource: resource.to_owned(), context };
        let own = [("own", self.policy)];
        let policies = match self.policy.is_of_resource() {
            true => {
                Policies { identity: Identity::Assumed, resource: Some(self.policy), owner: Some(&self.target.owner) }
            }
            false => Policies { identity: Identity::Known(&own), resource: None, owner: None },
        };
        decide(&request, &policies)
    }

    pub(super) fn is_denied(
        &self,
        who: &Principal,
        action: &str,
        resource: &str,
        change: impl Fn(&mut Context),
    ) -> Result<bool, EvaluateError> {
        Ok(matches!(self.ask(who, action, resource, change)?.reason, Reason::ExplicitDeny(_)))
    }

    /// Asks with each value of what is not known, and takes the best of the answers: a verdict that hangs on it is none.
    fn best(&self, who: &Principal, action: &str, resource: &str) -> Result<Decision, EvaluateError> {
        let is_unknown = |key: &str| UNKNOWN.contains(&key.to_ascii_lowercase().as_str());
        let first = self.ask(who, action, resource, |_| {})?;
        if first.is_allowed() {
            return Ok(first);
        }
        for (key, value) in probe::circumstances([self.policy]).into_iter().filter(|(key, _)| is_unknown(key)) {
            let other = self.ask(who, action, resource, |context| context.set(key, [value.clone()]))?;
            let is_better = match first.reason {
                Reason::ExplicitDeny(_) => !matches!(other.reason, Reason::ExplicitDeny(_)),
                _ => other.is_allowed(),
            };
            if is_better {
                return Ok(other);
            }
        }
        Ok(first)
    }

    fn object(&self, name: &str) -> String {
        format!("{}/{name}", self.target.bucket_arn())
    }
}

/// What mParticle sends with each object.
fn header(encryption: ServerSideEncryption) -> Option<&'static str> {
    match encryption {
        ServerSideEncryption::None => None,
        ServerSideEncryption::Aes256 => Some("AES256"),
        ServerSideEncryption::AwsKms => Some("aws:kms"),
        ServerSideEncryption::AwsKmsDsse => Some("aws:kms:dsse"),
    }
}

/// # Errors
/// If the policy could not be in force.
pub(super) fn check(
    policy: &Policy,
    target: &Target,
    expected: &Expectations,
    faults: &mut Vec<Fault>,
) -> Result<(), EvaluateError> {
    let asker = Asker { policy, target };
    tls::check(&asker, faults)?;
    let file = match &target.folder {
        Some(folder) => asker.object(&format!("{folder}/file.txt")),
        None => asker.object("file.txt"),
    };
    let verification = asker.object("mParticle_Bucket_Verification_20260101-000000.txt");
    match &target.roles {
        Some(roles) => {
            writes(&asker, &roles.writer, &file, Rule::MissingWriterRole, faults)?;
            writes(&asker, &roles.verify, &verification, Rule::MissingVerifyRole, faults)
        }
        None => {
            for who in asker.people().iter().take(1) {
                let is_reached = denials(&asker, who, "s3:PutObject", &file, faults)?;
                if !is_reached && policy.kind() == Kind::User && expected.bucket.is_some() {
                    let message = format!("it lets the user put nothing at `{file}`");
                    let fix =
                        "allow s3:PutObject there, or check it without --bucket, if another policy does".to_owned();
                    faults.push(Fault { rule: Rule::CannotPut, pointer: String::new(), message, fix });
                }
            }
            Ok(())
        }
    }
}

fn writes(
    asker: &Asker<'_>,
    role: &str,
    object: &str,
    missing: Rule,
    faults: &mut Vec<Fault>,
) -> Result<(), EvaluateError> {
    let Ok(principal) = role.parse() else { return Err(EvaluateError::Principal(role.to_owned())) };
    let mut lacking = Vec::new();
    for action in ["s3:PutObject", "s3:PutObjectAcl"] {
        if !denials(asker, &principal, action, object, faults)? {
            lacking.push(action);
        }
    }
    if !lacking.is_empty() {
        faults.push(Fault {
            rule: missing,
            pointer: String::new(),
            message: format!("`{role}` lacks {} on `{object}`", lacking.join(" and ")),
            fix: format!(
                "allow `{role}` s3:PutObject and s3:PutObjectAcl on `{}/*`, or name the folder that is meant",
                asker.target.bucket_arn()
            ),
        });
    }
    Ok(())
}

/// Tells a Deny that reaches the request; false if there is none and nothing allows it either.
fn denials(
    asker: &Asker<'_>,
    principal: &Principal,
    action: &str,
    object: &str,
    faults: &mut Vec<Fault>,
) -> Result<bool, EvaluateError> {
    let by = match asker.best(principal, action, object)?.reason {
        Reason::NoAllow { .. } => return Ok(false),
        Reason::ExplicitDeny(by) => by,
        _ => return Ok(true),
    };
    let mut passes = None;
    for value in ["AES256", "aws:kms", "aws:kms:dsse"] {
        let encrypted = |context: &mut Context| context.set("s3:x-amz-server-side-encryption", [value]);
        if passes.is_none() && !asker.is_denied(principal, action, object, encrypted)? {
            passes = Some(value);
        }
    }
    let (rule, fix) = match passes {
        Some(value) => (
            Rule::DeniesUnencrypted,
            format!(
                "rely on the bucket's default encryption and take the Deny away, or set `server_side_encryption_method` so that mParticle sends `{value}`"
            ),
        ),
        None => (
            Rule::DeniesMParticle,
            "except mParticle's roles from it, for instance by `ArnNotEquals` on `aws:PrincipalArn`".to_owned(),
        ),
    };
    let pointer = format!("/Statement/{}", by.index);
    let message = format!(
        "{}: it denies {action} to `{principal}`, from the Internet over TLS 1.2{}",
        by.statement,
        match header(asker.target.encryption) {
            None => " and without an encryption header".to_owned(),
            Some(value) => format!(" with the encryption header `{value}`"),
        }
    );
    if !faults.iter().any(|fault| fault.rule == rule && fault.pointer == pointer) {
        faults.push(Fault { rule, pointer, message, fix });
    }
    Ok(true)
}
