//! Everything that was read, as plain data: the checks evaluate it and send no request, so each can be tested on its own.

use jiff::Timestamp;

use super::answer::{Answer, Unanswered};
use crate::access::input::VpcEndpoint;
use crate::access::render::Edition;
use crate::access::{Partition, Pod, Roles};
use crate::report::summary::AccessKind;
use crate::settings::{ServerSideEncryption, Settings};
use crate::store::{DefaultEncryption, LifecycleRule, PublicAccessBlock, StoreError, StoredEncryption, Whereabouts};

/// What a bucket is compared with.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The connection's settings.
    pub settings: Settings,
    /// The pod, if one is named.
    pub pod: Option<&'static Pod>,
    /// mParticle's roles, if a pod or other values are named.
    pub roles: Option<Roles>,
    /// The partition of everything.
    pub partition: Partition,
    /// The edition that the bucket policy was made from; None takes the nearest of `documented` and `strict`.
    pub edition: Option<Edition>,
    /// The VPC endpoints of the strict edition.
    pub source_vpces: Vec<VpcEndpoint>,
    /// How many days the export must stay at least.
    pub keep_days: u64,
    /// How old an access key may become, in days.
    pub key_age_days: u64,
}

impl Expected {
    /// The default bounds: the export stays for 30 days, an access key is used for 90.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            pod: None,
            roles: None,
            partition: Partition::Aws,
            edition: None,
            source_vpces: Vec::new(),
            keep_days: 30,
            key_age_days: 90,
        }
    }

    /// The ARN of the bucket.
    pub fn bucket_arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.settings.connection.s3_bucket_name)
    }

    /// The ARN of an object as mParticle would write it.
    pub fn object_arn(&self) -> String {
        let folder = self.settings.connection.folder_name.as_ref();
        let folder = folder.map(|folder| format!("{}/", folder.as_str())).unwrap_or_default();
        format!("{}/{folder}app_20260101000000000000_10000.txt", self.bucket_arn())
    }

    /// The ARN of a verification object.
    pub fn verification_arn(&self) -> String {
        format!("{}/mParticle_Bucket_Verification_20260101-000000.txt", self.bucket_arn())
    }

    /// The pod's name for a command to copy.
    pub(super) fn pod_name(&self) -> &str {
        self.pod.map_or("POD", |pod| pod.name.as_str())
    }

    pub(super) fn method(&self) -> ServerSideEncryption {
        self.settings.connection.server_side_encryption_method
    }

    pub(super) fn is_role_based(&self) -> bool {
        self.settings.is_role_based()
    }

    /// How mParticle writes, by the settings.
    pub(super) fn access(&self) -> AccessKind {
        if self.is_role_based() { AccessKind::RoleBased } else { AccessKind::UserBased }
    }
}

/// Everything that was read.
#[derive(Debug)]
pub struct Snapshot {
    /// What it is compared with.
    pub expected: Expected,
    /// Whether the endpoint is AWS itself.
    pub is_aws: bool,
    /// Whether the endpoint speaks plain HTTP.
    pub is_plain_http: bool,
    /// When it was read.
    pub at: Timestamp,
    /// Whether the bucket exists.
    pub whereabouts: Answer<Whereabouts>,
    /// Its region, by `GetBucketLocation`.
    pub location: Answer<String>,
    /// Its policy.
    pub policy: Answer<Option<String>>,
    /// The public access block.
    pub public_access_block: Answer<Option<PublicAccessBlock>>,
    /// The object ownership.
    pub ownership: Answer<Option<String>>,
    /// The encryption of objects that ask for none.
    pub encryption: Answer<Option<DefaultEncryption>>,
    /// The lifecycle rules.
    pub lifecycle: Answer<Vec<LifecycleRule>>,
    /// The KMS key that mParticle's objects are encrypted with, if one is.
    pub key: Option<KeySnapshot>,
    /// Whose credentials read the configuration.
    pub inspector: Answer<Caller>,
    /// The user by whose key mParticle writes; None with role-based access.
    pub user: Option<UserSnapshot>,
    /// The verification object.
    pub write: Answer<Write>,
}

impl Snapshot {
    /// Whether the key can have a policy: a server other than AWS may have keys without ARNs and policies.
    pub(super) fn has_key_policies(&self, key: &KeySnapshot) -> bool {
        self.is_aws || key.id.starts_with("arn:")
    }

    /// The bucket's region, as AWS returns it with the bucket, else by `GetBucketLocation`.
    pub(super) fn region(&self) -> Result<&str, &Unanswered> {
        match &self.whereabouts {
            Ok(Whereabouts { region: Some(region), .. }) => Ok(region),
            _ => self.location.as_ref().map(String::as_str),
        }
    }
}

/// A principal that signs requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The ARN of a user, a role's session or an account's root.
    pub arn: String,
}

/// What was read of a KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySnapshot {
    /// The key as the settings or the bucket name it.
    pub id: String,
    /// The key as KMS describes it.
    pub key: Answer<Key>,
    /// Its policy.
    pub policy: Answer<String>,
}

/// A KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its ARN.
    pub arn: String,
    /// `Enabled`, `Disabled`, `PendingDeletion` …
    pub state: String,
    /// Whether it is for symmetric encryption, which S3 needs.
    pub encrypts: bool,
    /// Whether AWS manages it: its policy cannot be changed, and no other account can use it.
    pub of_aws: bool,
}

/// What was read of the IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSnapshot {
    /// Whose access key is in the settings.
    pub caller: Answer<Caller>,
    /// The user's ARN.
    pub arn: Answer<String>,
    /// The id of the key in the settings.
    pub key_id: Option<String>,
    /// The user's policies, those of its groups included.
    pub policies: Answer<Vec<NamedText>>,
    /// The user's access keys.
    pub keys: Answer<Vec<AccessKey>>,
    /// IAM's own simulation of the user's requests.
    pub simulated: Answer<Vec<Simulated>>,
}

/// A policy's text with its name or ARN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedText {
    /// Its name, or its ARN.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// An access key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// Whether it can be used.
    pub active: bool,
    /// When it was created, if IAM returns it.
    pub created: Option<Timestamp>,
}

/// IAM's simulation of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// `allowed`, `implicitDeny` or `explicitDeny`.
    pub decision: String,
}

/// The verification object and what happened to it.
#[derive(Debug)]
pub struct Write {
    /// Its key.
    pub key: String,
    /// Whose credentials sent it.
    pub caller: Answer<Caller>,
    /// Whether that principal writes for mParticle.
    pub as_mparticle: bool,
    /// The answer.
    pub outcome: Result<(), StoreError>,
    /// How it is stored.
    pub stored: Answer<Option<StoredEncryption>>,
    /// Whether it could be removed, if that was asked for.
    pub removed: Option<Answer<()>>,
}
