//! The policies of a connection: rendered by this program, or given by the user.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::json;

use crate::access::input::{Account, InputError, KeyArn, PolicyFolder};
use crate::access::refusal::{Refused, Terms, refused};
use crate::access::render::{Edition, Inputs, Kind, RenderError, render};
use crate::access::{Catalogue, Partition, Policy, PolicyError, PolicyKind, Roles};
use crate::arn::{Arn, account_of};
use crate::settings::{ServerSideEncryption, Settings};
use crate::store::{DefaultEncryption, Key, Ownership, Rules};

/// The account of the bucket's owner: an id that AWS uses in documentation.
const OWNER: &str = "111122223333";
/// The pod whose roles write, unless the policy names another pod's roles.
const POD: &str = "us1";

/// How mParticle gets access (ACC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessKind {
    /// With mParticle's own roles.
    RoleBased,
    /// As an IAM user of the bucket's owner.
    UserBased,
}

/// The policies to test. A policy that is `None` is rendered in the strict edition.
#[derive(Debug, Clone, Default)]
pub struct Deployment {
    /// The bucket's policy.
    pub bucket: Option<Policy>,
    /// The IAM user's policy.
    pub user: Option<Policy>,
    /// The KMS key's policy.
    pub key: Option<Policy>,
    /// mParticle's roles, if they differ from those in the policy.
    pub roles: Option<Roles>,
    /// The address that mParticle's requests come from, if it is not the one that documentation uses.
    pub source_ip: Option<IpAddr>,
}

/// Why policies cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeploymentError {
    /// Two policies of one kind.
    #[error("two {0} policies are given, but only one can apply")]
    Twice(&'static str),
    /// The trust policy of a role.
    #[error("a trust policy says who may assume a role, which no request to the built-in S3 does: leave it out")]
    Trust,
    /// AWS would not store the policy, so it has no effect.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No policy can be rendered for these settings.
    #[error("no policy can be rendered for these settings")]
    Render(#[from] RenderError),
    /// A setting cannot be used in a policy.
    #[error("no policy can be rendered for these settings")]
    Input(#[from] InputError),
    /// A rendered policy cannot be parsed. This is a bug of this program.
    #[error("a rendered policy cannot be read")]
    Rendered(#[from] PolicyError),
}

/// The policies of one bucket and its principals.
#[derive(Debug)]
pub(super) struct Policies {
    pub(super) rules: Rules,
    pub(super) roles: Roles,
    pub(super) user: Option<Policy>,
    pub(super) reader: Policy,
    /// A key that the policies allow, and a key that they do not allow.
    pub(super) key_arn: String,
    pub(super) other_key_arn: String,
    /// Whether this program rendered all policies, so that the writer is restricted to the folder.
    pub(super) is_rendered: bool,
}

impl Deployment {
    /// Adds a policy. Its content shows its kind: a user's policy names no principal, and a key's policy has only KMS
    /// actions.
    ///
    /// # Errors
    /// If there is already a policy of this kind, or AWS would not store it.
    pub fn take(&mut self, policy: Policy) -> Result<(), DeploymentError> {
        let (place, kind) = match policy.kind() {
            PolicyKind::Identity => (&mut self.user, "user"),
            PolicyKind::Key => (&mut self.key, "key"),
            PolicyKind::Bucket => (&mut self.bucket, "bucket"),
            PolicyKind::Trust => return Err(DeploymentError::Trust),
        };
        if let Some(refused) = refused(&policy, &Terms::default()) {
            return Err(refused.into());
        }
        match place.replace(policy) {
            None => Ok(()),
            Some(_) => Err(DeploymentError::Twice(kind)),
        }
    }

    /// The bucket that the policies name most often. A single typo thus has no effect.
    pub fn bucket_name(&self) -> Option<&str> {
        let policies = self.bucket.iter().chain(&self.user);
        let resources = policies.flat_map(|policy| &policy.statements).flat_map(|statement| &statement.resources);
        let mut named = BTreeMap::<&str, usize>::new();
        let arns = resources.flat_map(|scope| &scope.patterns).filter_map(|text| Arn::parse(text).ok());
        for name in arns.filter_map(|arn| arn.bucket()) {
            if !name.is_empty() && !name.contains(['*', '?', '$']) {
                *named.entry(name).or_default() += 1;
            }
        }
        named.into_iter().max_by_key(|(_, count)| *count).map(|(name, _)| name)
    }

    /// The kind of access that the policies allow. If they allow both, user-based access if `is_user` is true.
    pub fn access_kind(&self, is_user: bool) -> AccessKind {
        match (&self.bucket, &self.user) {
            (Some(_), None) => AccessKind::RoleBased,
            (None, Some(_)) => AccessKind::UserBased,
            _ if is_user => AccessKind::UserBased,
            _ => AccessKind::RoleBased,
        }
    }

    pub(super) fn policies(&self, settings: &Settings, access_kind: AccessKind) -> Result<Policies, DeploymentError> {
        // Only here is it known which bucket the policy is of (ACC-9).
        let bucket = Some(settings.connection.s3_bucket_name.as_str());
        let own = self.bucket.as_ref();
        if let Some(refused) = own.and_then(|own| refused(own, &Terms { bucket, ..Terms::default() })) {
            return Err(refused.into());
        }
        let engine = &settings.engine;
        let named = engine.sse_kms_key_id.as_deref().or(engine.default_key.as_deref());
        let key_arn: KeyArn = match named.and_then(|named| named.parse().ok()) {
            Some(arn) => arn,
            // An id without an ARN is a key of the owner.
            None => {
                let id = named.filter(|id| !id.contains(['/', ':'])).unwrap_or("11111111-1111-1111-1111-111111111111");
                format!("arn:aws:kms:{}:{OWNER}:key/{id}", settings.configuration.aws_region).parse()?
            }
        };
        let owner: Account = key_arn.account();
        let roles = self.roles.clone().or_else(|| self.bucket.as_ref().and_then(roles_in));
        let Some(roles) = roles.or_else(|| Catalogue::built_in().find(POD).ok().map(|pod| pod.roles(Partition::Aws)))
        else {
            return Err(RenderError::Roles(Kind::Bucket).into());
        };
        let folder = settings.connection.folder_name.clone().map(PolicyFolder::try_from);
        let mut inputs = Inputs::new(settings.connection.s3_bucket_name.clone());
        inputs.roles = Some(roles.clone());
        // A folder whose name contains pattern characters cannot be in a policy. Then the whole bucket is allowed.
        inputs.folder = folder.and_then(Result::ok);
        let strict = |kind, inputs: &Inputs| -> Result<Policy, DeploymentError> {
            Ok(Policy::from_value(&render(kind, Edition::Strict, inputs)?)?)
        };
        let is_rendered = self.bucket.is_none() && self.user.is_none() && inputs.folder.is_some();
        let policy = match (&self.bucket, access_kind) {
            (Some(own), _) => Some(own.clone()),
            (None, AccessKind::RoleBased) => Some(strict(Kind::Bucket, &inputs)?),
            (None, AccessKind::UserBased) => None,
        };
        let user = match (&self.user, access_kind) {
            (Some(own), _) => Some(own.clone()),
            (None, AccessKind::UserBased) => {
                Some(strict(Kind::User, &Inputs { kms_key_arn: Some(key_arn.clone()), ..inputs.clone() })?)
            }
            (None, AccessKind::RoleBased) => None,
        };
        let read = Inputs { kms_key_arn: Some(key_arn.clone()), folder: None, ..inputs.clone() };
        let reader = strict(Kind::Reader, &read)?;
        let of_key = Inputs { folder: None, owner_account: Some(owner.clone()), ..inputs };
        let key_policy = match (&self.key, access_kind) {
            (Some(own), _) => own.clone(),
            (None, AccessKind::RoleBased) => strict(Kind::Key, &of_key)?,
            (None, AccessKind::UserBased) => administered(&owner)?,
        };
        let key_arn = key_arn.as_str().to_owned();
        let other_key_arn = format!("{key_arn}-other");
        let keys = vec![
            Key { arn: key_arn.clone(), policy: key_policy },
            Key { arn: other_key_arn.clone(), policy: administered(&owner)? },
        ];
        let partition = roles.partition();
        let rules = Rules {
            partition,
            owner: owner.as_str().to_owned(),
            policy,
            ownership: Ownership::BucketOwnerEnforced,
            default_encryption: (engine.default_encryption != ServerSideEncryption::None).then(|| DefaultEncryption {
                method: engine.default_encryption.to_string(),
                key_id: engine.default_key.clone(),
                bucket_key: false,
            }),
            keys,
        };
        Ok(Policies { rules, roles, user, reader, key_arn, other_key_arn, is_rendered })
    }
}

/// The policy of a key that leaves all permissions to the policies of the key's own account.
fn administered(owner: &Account) -> Result<Policy, PolicyError> {
    let root = format!("arn:aws:iam::{}:root", owner.as_str());
    Policy::from_value(&json!({ "Version": "2012-10-17", "Statement": [
        { "Sid": "AccountAdministersKey", "Effect": "Allow", "Principal": { "AWS": root }, "Action": "kms:*", "Resource": "*" },
    ] }))
}

/// The roles of the pod whose account the policy names.
fn roles_in(policy: &Policy) -> Option<Roles> {
    use crate::access::policy::Principals;
    let principals = policy.statements.iter().flat_map(|statement| &statement.principals);
    principals.flat_map(|scope| &scope.patterns).find_map(|principal| match principal {
        Principals::Aws(text) => {
            let partition = Arn::parse(text).ok().and_then(|arn| arn.partition.parse().ok());
            let pod = Catalogue::built_in().of_account(account_of(text))?;
            Some(pod.roles(partition.unwrap_or(Partition::Aws)))
        }
        _ => None,
    })
}
