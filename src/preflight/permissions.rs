//! The combined permissions of the user's and the bucket's policies.

use super::answer::{Answer, Unanswered};
use super::deployed::Deployed;
use super::snapshot::{Expected, NamedText, Snapshot, UserSnapshot};
use crate::access::Policy;
use crate::access::evaluate::{Context, Decision, Identity, Policies, Principal, Request, decide};
use crate::report::model::Outcome;
use crate::settings::ServerSideEncryption;

/// The user and the policies that apply to its requests.
pub(super) struct Permissions<'a> {
    pub(super) principal: Principal,
    /// The user's own policies, by name.
    pub(super) identity: Vec<(&'a str, Policy)>,
    /// Why the user's own policies could not be read.
    pub(super) unread: Option<&'a Unanswered>,
    bucket: Option<Policy>,
}

impl<'a> Permissions<'a> {
    pub(super) fn of(snapshot: &'a Snapshot, user: &'a UserSnapshot) -> Result<Self, Outcome> {
        let arn = user.arn.as_ref()?;
        let principal = arn.parse().map_err(|_| Outcome::skip(format!("`{arn}` is not an IAM user")))?;
        let (identity, unread) = identity(&user.policies)?;
        let bucket = Deployed::of(snapshot).ok().flatten().map(|deployed| deployed.policy);
        Ok(Self { principal, identity, unread, bucket })
    }

    /// The permissions of a user whose own policies must be known; None if there is no user.
    pub(super) fn known(snapshot: &'a Snapshot) -> Result<Option<Self>, Outcome> {
        let Some(user) = &snapshot.user else { return Ok(None) };
        let permissions = Self::of(snapshot, user)?;
        match permissions.unread {
            Some(why) => Err(why.into()),
            None => Ok(Some(permissions)),
        }
    }

    /// The user's own policies in the form that the evaluator needs.
    pub(super) fn policies(&self) -> Vec<(&str, &Policy)> {
        self.identity.iter().map(|(name, policy)| (*name, policy)).collect()
    }

    pub(super) fn decide(&self, action: &str, resource: String, expected: &Expected) -> Result<Decision, Outcome> {
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
        let about_bucket = resource.starts_with(&expected.bucket_arn());
        let policies = Policies {
            identity: Identity::Known(&self.policies()),
            resource: self.bucket.as_ref().filter(|_| about_bucket),
            owner: None,
        };
        let request = Request { principal: self.principal.clone(), action: action.to_owned(), resource, context };
        decide(&request, &policies).map_err(|error| not_stored(&error))
    }
}

/// The outcome of a check whose policy AWS would not store.
pub(super) fn not_stored(error: &dyn std::error::Error) -> Outcome {
    Outcome::skip(format!("AWS would not store a policy: {error}"))
}

type Read<'a> = (Vec<(&'a str, Policy)>, Option<&'a Unanswered>);

fn identity(policies: &Answer<Vec<NamedText>>) -> Result<Read<'_>, Outcome> {
    let texts = match policies {
        Err(why) => return Ok((Vec::new(), Some(why))),
        Ok(texts) => texts,
    };
    let read = texts.iter().map(|one| -> Result<_, Outcome> {
        Ok((one.name.as_str(), Deployed::parse(&format!("`{}`", one.name), &one.text)?.policy))
    });
    let read = read.collect::<Result<_, _>>()?;
    Ok((read, None))
}
