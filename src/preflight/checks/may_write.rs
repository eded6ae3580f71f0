//! Whether mParticle may write, by the policies as they are deployed (ACC-3, ACC-4).

use super::super::answer::{Answer, Unanswered};
use super::super::check::{Check, Judged, Seen, Unjudged};
use super::super::deployed::{Deployed, tell};
use super::super::sight::{Expected, NamedText, Sight, UserSight};
use crate::access::evaluate::{Context, Decision, Identity, Policies, Principal, Reason, Request, decide};
use crate::access::lint::Rule;
use crate::access::render::Edition;
use crate::access::{Catalogue, Policy};
use crate::settings::ServerSideEncryption;

pub(in crate::preflight) const CHECK: Check = Check {
    id: "may-write",
    clause: Some("ACC-3"),
    title: "mParticle may write, by the policies",
    needs: &["s3:GetBucketPolicy"],
    access: None,
    judge,
};

/// The rules of the lint that speak of mParticle's own writes.
pub(super) const RULES: [Rule; 7] = [
    Rule::CannotPut,
    Rule::MissingWriterRole,
    Rule::MissingVerifyRole,
    Rule::WrongRole,
    Rule::DeniesMParticle,
    Rule::DeniesUnencrypted,
    Rule::BucketPrefix,
];

/// mParticle's own account must allow it as well, which nobody here can see.
fn judge(sight: &Sight) -> Judged {
    match &sight.user {
        None => by_roles(sight),
        Some(user) => by_user(sight, user),
    }
}

fn by_roles(sight: &Sight) -> Judged {
    let expected = &sight.expected;
    if expected.edition == Some(Edition::Minio) {
        return Err(Unjudged::not_applicable("MinIO's bucket policies bind nobody who signs"));
    }
    let pod = expected.pod.map_or("POD", |pod| pod.name.as_str());
    let bucket = &expected.settings.connection.s3_bucket_name;
    let render = format!("mp-forwarding policy render bucket --bucket {bucket} --pod {pod}");
    let Some(deployed) = Deployed::of(sight)? else {
        let mut seen = Seen::new("there is no bucket policy");
        seen.error("the bucket has no policy: nothing lets mParticle's roles write", format!("deploy `{render}`"));
        return Ok(seen);
    };
    let Some(roles) = deployed.roles(sight) else {
        let mut seen = Seen::new("no role of mParticle's");
        let date = &Catalogue::built_in().date;
        seen.error(
            format!("the bucket policy names no role of any pod that is known as of {date}"),
            format!("name your pod with --pod, and deploy `{render} --merge deployed.json`"),
        );
        return Ok(seen);
    };
    let mut seen = Seen::new("both roles, by the bucket policy");
    for fault in deployed.faults(sight, |rule| RULES.contains(&rule))? {
        tell(&mut seen, "", fault);
    }
    if !seen.findings.is_empty() {
        seen.text = "not as it should".to_owned();
    } else if expected.roles.is_none() {
        let account = roles.writer.split(':').nth(4).unwrap_or_default();
        let pod = Catalogue::built_in().of_account(account).map_or(account, |pod| &pod.name);
        seen.text = format!("both roles of {pod}, by the bucket policy");
    }
    Ok(seen)
}

fn by_user(sight: &Sight, user: &UserSight) -> Judged {
    let judged = Rights::of(sight, user)?;
    let mut seen = Seen::new("the user, by its policies");
    for (what, resource) in
        [("files", sight.expected.object_arn()), ("the verification object", sight.expected.verification_arn())]
    {
        let decision = judged.decide("s3:PutObject", resource.clone(), &sight.expected)?;
        let because = match &decision.reason {
            // Where the user's policies could not be read, only a denial is certain: an Allow of the bucket's policy may
            // meet a Deny among them.
            Reason::ExplicitDeny(_) => decision.to_string(),
            _ if judged.is_partial() => return Err(judged.why_partial()),
            _ if decision.is_allowed() => continue,
            _ => decision.to_string(),
        };
        seen.text = "not as it should".to_owned();
        seen.error(
            format!("{} may not put {what} on `{resource}`: {because}", judged.principal),
            "attach the policy of `mp-forwarding policy render user`, or change the statement that denies",
        );
    }
    if seen.findings.is_empty() {
        // A bucket policy that may not be read may deny it all the same.
        Deployed::of(sight)?;
    }
    Ok(seen)
}

/// What the user's and the bucket's policies say together.
pub(super) struct Rights<'a> {
    principal: Principal,
    identity: Vec<(&'a str, Policy)>,
    unread: Option<&'a Unanswered>,
    bucket: Option<Policy>,
}

impl<'a> Rights<'a> {
    pub(super) fn of(sight: &'a Sight, user: &'a UserSight) -> Result<Self, Unjudged> {
        let arn = user.arn.as_ref()?;
        let principal = arn.parse().map_err(|_| Unjudged::skip(format!("`{arn}` is no IAM user")))?;
        let (identity, unread) = identity(&user.policies)?;
        let bucket = Deployed::of(sight).ok().flatten().map(|deployed| deployed.policy);
        Ok(Self { principal, identity, unread, bucket })
    }

    /// Whether the user's own policies are not known.
    fn is_partial(&self) -> bool {
        self.unread.is_some()
    }

    fn why_partial(&self) -> Unjudged {
        self.unread.map_or_else(|| Unjudged::skip("the user's policies are not known"), Unjudged::from)
    }

    /// Itself, if the user's own policies are known.
    pub(super) fn known(self) -> Result<Self, Unjudged> {
        if self.is_partial() { Err(self.why_partial()) } else { Ok(self) }
    }

    pub(super) fn decide(&self, action: &str, resource: String, expected: &Expected) -> Result<Decision, Unjudged> {
        let mut context = Context::of(&self.principal);
        context.set("aws:SourceIp", ["203.0.113.7"]);
        if expected.method() != ServerSideEncryption::None {
            context.set("s3:x-amz-server-side-encryption", [expected.method().as_str()]);
        }
        if action == "s3:ListBucket"
            && let Some(folder) = &expected.settings.connection.folder_name
        {
            context.set("s3:prefix", [folder.as_str()]);
        }
        let known: Vec<(&str, &Policy)> = self.identity.iter().map(|(name, policy)| (*name, policy)).collect();
        let about_bucket = resource.starts_with(&expected.bucket_arn());
        let policies = Policies {
            identity: Identity::Known(&known),
            resource: self.bucket.as_ref().filter(|_| about_bucket),
            owner: None,
        };
        let request = Request { principal: self.principal.clone(), action: action.to_owned(), resource, context };
        decide(&request, &policies).map_err(|error| Unjudged::skip(format!("a policy could not be in force: {error}")))
    }

    pub(super) fn principal(&self) -> &Principal {
        &self.principal
    }

    pub(super) fn identity(&self) -> &[(&'a str, Policy)] {
        &self.identity
    }
}

type Read<'a> = (Vec<(&'a str, Policy)>, Option<&'a Unanswered>);

fn identity(policies: &Answer<Vec<NamedText>>) -> Result<Read<'_>, Unjudged> {
    match policies {
        Err(why) => Ok((Vec::new(), Some(why))),
        Ok(texts) => {
            let mut read = Vec::with_capacity(texts.len());
            for NamedText { name, text } in texts {
                read.push((name.as_str(), Deployed::parse(&format!("`{name}`"), text)?.policy));
            }
            Ok((read, None))
        }
    }
}
