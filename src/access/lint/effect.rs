//! Faults of what a policy does as a whole: asked of the evaluation, request by request.

use super::target::Target;
use super::{Fault, Rule};
use crate::access::evaluate::{Context, Decision, Identity, Policies, Principal, Reason, Request, decide};
use crate::access::policy::{Policy, Version};
use crate::access::render::LONGEST_BUCKET_POLICY;
use crate::settings::ServerSideEncryption;

/// The most that IAM takes for a managed policy, in characters without white space.
const LONGEST_MANAGED_POLICY: usize = 6_144;
/// Somebody who is nobody in particular, of an account that documentation uses.
const ANYONE: &str = "arn:aws:iam::123456789012:user/anyone";
/// The account of the bucket's owner, who is neither that somebody nor mParticle.
const OWNER: &str = "111122223333";

pub(super) fn check_document(policy: &Policy, bytes: usize, faults: &mut Vec<Fault>) {
    let mut push = |rule, pointer: &str, message: String, fix: &str| {
        faults.push(Fault { rule, pointer: pointer.to_owned(), message, fix: fix.to_owned() });
    };
    if policy.version == Version::Old {
        let message = "the version is 2008-10-17, or missing, which means the same".to_owned();
        push(Rule::OldVersion, "", message, "write `\"Version\": \"2012-10-17\"`");
    }
    let (longest, taker) = match policy.is_of_resource() {
        true => (LONGEST_BUCKET_POLICY, "S3 takes for a bucket policy"),
        false => (LONGEST_MANAGED_POLICY, "IAM takes for a managed policy"),
    };
    if bytes > longest {
        let message = format!("it has {bytes} bytes, and {longest} are all that {taker}");
        push(Rule::TooLong, "", message, "join statements, or use wildcards where many resources share a prefix");
    }
}

/// What a request is asked with besides its resource.
struct Asker<'a> {
    policy: &'a Policy,
    target: &'a Target,
}

impl Asker<'_> {
    /// None if the policy could not be in force, which other rules tell.
    fn ask(&self, principal: &str, action: &str, resource: String, change: impl Fn(&mut Context)) -> Option<Decision> {
        let principal: Principal = principal.parse().ok()?;
        let mut context = Context::of(&principal);
        // mParticle comes from the Internet: from no network, endpoint or organisation of the bucket's owner.
        context.set("aws:SourceIp", ["203.0.113.7"]);
        if let Some(header) = header(self.target.encryption) {
            context.set("s3:x-amz-server-side-encryption", [header]);
        }
        change(&mut context);
        let request = Request { principal, action: action.to_owned(), resource, context };
        let own = [("own", self.policy)];
        let policies = match self.policy.is_of_resource() {
            true => Policies { identity: Identity::Assumed, resource: Some(self.policy), owner: Some(OWNER) },
            false => Policies { identity: Identity::Known(&own), resource: None, owner: None },
        };
        decide(&request, &policies).ok()
    }

    fn is_denied(&self, action: &str, resource: String, change: impl Fn(&mut Context)) -> bool {
        let decision = self.ask(ANYONE, action, resource, change);
        decision.is_none_or(|decision| matches!(decision.reason, Reason::ExplicitDeny(_)))
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

pub(super) fn check(policy: &Policy, target: &Target, faults: &mut Vec<Fault>) {
    let asker = Asker { policy, target };
    tls(&asker, faults);
    let file = match &target.folder {
        Some(folder) => asker.object(&format!("{folder}/file.txt")),
        None => asker.object("file.txt"),
    };
    let verification = asker.object("mParticle_Bucket_Verification_20260101-000000.txt");
    match &target.roles {
        Some(roles) => {
            writes(&asker, &roles.writer, &file, Rule::MissingWriterRole, faults);
            writes(&asker, &roles.verify, &verification, Rule::MissingVerifyRole, faults);
        }
        None => denials(&asker, ANYONE, "s3:PutObject", &file, faults).unwrap_or_default(),
    }
}

fn tls(asker: &Asker<'_>, faults: &mut Vec<Fault>) {
    let plain = |context: &mut Context| {
        context.set("aws:SecureTransport", ["false"]);
        context.remove("s3:TlsVersion");
    };
    let old = |context: &mut Context| context.set("s3:TlsVersion", ["1.1"]);
    let bucket = || asker.target.bucket_arn();
    let object = || asker.object("file.txt");
    // What is denied over TLS as well, such as an upload without encryption, is not denied for the want of it.
    let over_tls = |action, resource| asker.is_denied(action, resource, |_| {});
    let answers = [
        (
            Rule::NoTls,
            "without TLS",
            "`Bool: {\"aws:SecureTransport\": \"false\"}`",
            [asker.is_denied("s3:ListBucket", bucket(), plain), asker.is_denied("s3:PutObject", object(), plain)],
        ),
        (
            Rule::OldTls,
            "with TLS 1.1",
            "`NumericLessThan: {\"s3:TlsVersion\": \"1.2\"}`",
            [asker.is_denied("s3:ListBucket", bucket(), old), asker.is_denied("s3:PutObject", object(), old)],
        ),
    ];
    for (rule, how, condition, denied) in answers {
        let (rule, message) = match denied {
            [true, true] => continue,
            [true, false] if !over_tls("s3:ListBucket", bucket()) => {
                (Rule::HalfTls, format!("requests {how} are denied on the bucket and not on its objects"))
            }
            [false, true] if !over_tls("s3:PutObject", object()) => {
                (Rule::HalfTls, format!("requests {how} are denied on the objects and not on the bucket"))
            }
            _ => (rule, format!("requests {how} are not denied")),
        };
        let fix = format!("add a Deny of `s3:*` on the bucket's ARN and on `/*` with {condition}");
        faults.push(Fault { rule, pointer: String::new(), message, fix });
    }
}

fn writes(asker: &Asker<'_>, role: &str, object: &str, missing: Rule, faults: &mut Vec<Fault>) {
    let lacking: Vec<&str> = ["s3:PutObject", "s3:PutObjectAcl"]
        .into_iter()
        .filter(|action| denials(asker, role, action, object, faults).is_none())
        .collect();
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
}

/// Tells a Deny that reaches the request; None if there is none and nothing allows it either.
fn denials(asker: &Asker<'_>, principal: &str, action: &str, object: &str, faults: &mut Vec<Fault>) -> Option<()> {
    let decision = asker.ask(principal, action, object.to_owned(), |_| {});
    match decision.map(|decision| decision.reason) {
        Some(Reason::NoAllow { .. }) => None,
        Some(Reason::ExplicitDeny(by)) => {
            let passes = |value: &str| {
                let encrypted = |context: &mut Context| context.set("s3:x-amz-server-side-encryption", [value]);
                let decision = asker.ask(principal, action, object.to_owned(), encrypted);
                decision.is_some_and(|decision| !matches!(decision.reason, Reason::ExplicitDeny(_)))
            };
            let (rule, fix) = match ["AES256", "aws:kms", "aws:kms:dsse"].into_iter().find(|value| passes(value)) {
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
            Some(())
        }
        _ => Some(()),
    }
}
