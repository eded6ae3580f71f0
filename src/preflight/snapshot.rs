//! Everything that was read, as plain data. The checks evaluate it without sending requests, so that each can be tested
//! alone.

use std::net::IpAddr;

use jiff::Timestamp;

use super::answer::{Answer, Unanswered};
use crate::access::input::VpcEndpoint;
use crate::access::render::Edition;
use crate::access::{Partition, Pod, Roles};
use crate::report::summary::AccessKind;
use crate::settings::{ServerSideEncryption, Settings};
use crate::store::{
    DefaultEncryption, Grant, LifecycleRule, ObjectLock, PublicAccessBlock, StoreError, StoredEncryption, Whereabouts,
};

/// The values that a bucket is compared with.
#[derive(Debug, Clone)]
pub struct Expected {
    /// The connection's settings.
    pub settings: Settings,
    /// The pod, if one was given.
    pub pod: Option<&'static Pod>,
    /// mParticle's roles, if a pod or its values were given.
    pub roles: Option<Roles>,
    /// The partition of all ARNs.
    pub partition: Partition,
    /// The edition of the bucket policy. None means the closest of `documented` and `strict`.
    pub edition: Option<Edition>,
    /// The VPC endpoints in the strict edition.
    pub source_vpces: Vec<VpcEndpoint>,
    /// Addresses that mParticle writes from, one of each range, for rules on `aws:SourceIp`.
    pub mparticle_addresses: Vec<IpAddr>,
    /// How many days the export must be kept.
    pub keep_days: u64,
    /// The largest age of an access key in days.
    pub key_age_days: u64,
}

impl Expected {
    /// The default limits: the export is kept for 30 days, an access key is used for 90 days.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            pod: None,
            roles: None,
            partition: Partition::Aws,
            edition: None,
            source_vpces: Vec::new(),
            mparticle_addresses: Vec::new(),
            keep_days: 30,
            key_age_days: 90,
        }
    }

    /// The ARN of the bucket.
    pub fn bucket_arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition, self.settings.connection.s3_bucket_name)
    }

    /// The ARN of a file of the export.
    pub fn object_arn(&self) -> String {
        let folder = self.settings.connection.folder_name.as_ref();
        let folder = folder.map(|folder| format!("{}/", folder.as_str())).unwrap_or_default();
        format!("{}/{folder}app_20260101000000000000_10000.txt", self.bucket_arn())
    }

    /// The ARN of a verification object.
    pub fn verification_arn(&self) -> String {
        format!("{}/mParticle_Bucket_Verification_20260101-000000.txt", self.bucket_arn())
    }

    /// The pod's name in a command that the user can copy.
    pub(super) fn pod_name(&self) -> &str {
        self.pod.map_or("POD", |pod| pod.name.as_str())
    }

    pub(super) fn method(&self) -> ServerSideEncryption {
        self.settings.connection.server_side_encryption_method
    }

    pub(super) fn is_role_based(&self) -> bool {
        self.settings.is_role_based()
    }

    /// How mParticle writes according to the settings.
    pub(super) fn access(&self) -> AccessKind {
        if self.is_role_based() { AccessKind::RoleBased } else { AccessKind::UserBased }
    }
}

/// Everything that was read.
#[derive(Debug)]
pub struct Snapshot {
    /// The values that the bucket is compared with.
    pub expected: Expected,
    /// Whether the endpoint is AWS itself.
    pub is_aws: bool,
    /// Whether the endpoint uses plain HTTP.
    pub is_plain_http: bool,
    /// The time of reading.
    pub at: Timestamp,
    /// Whether the bucket exists.
    pub whereabouts: Answer<Whereabouts>,
    /// The region from `GetBucketLocation`.
    pub location: Answer<String>,
    /// The bucket policy.
    pub policy: Answer<Option<String>>,
    /// The public access block.
    pub public_access_block: Answer<Option<PublicAccessBlock>>,
    /// The object ownership.
    pub ownership: Answer<Option<String>>,
    /// The default encryption.
    pub encryption: Answer<Option<DefaultEncryption>>,
    /// The lifecycle rules.
    pub lifecycle: Answer<Vec<LifecycleRule>>,
    /// Whether the requester pays.
    pub requester_pays: Answer<bool>,
    /// The grants of the bucket's ACL to others than its owner.
    pub grants: Answer<Vec<Grant>>,
    /// Whether S3 regards the bucket policy as public.
    pub policy_is_public: Answer<Option<bool>>,
    /// The object lock.
    pub object_lock: Answer<Option<ObjectLock>>,
    /// Whether overwritten and deleted versions are kept.
    pub is_versioned: Answer<bool>,
    /// The KMS key of mParticle's objects, if there is one.
    pub key: Option<KeySnapshot>,
    /// The principal that read the configuration.
    pub inspector: Answer<Caller>,
    /// The role that read the configuration, if the inspector is a session of a role: that of the module `reader`.
    pub role: Option<RoleSnapshot>,
    /// The user whose key mParticle uses; None with role-based access.
    pub user: Option<UserSnapshot>,
    /// The verification object.
    pub write: Answer<Write>,
}

impl Snapshot {
    /// Whether the key can have a policy. On servers other than AWS, keys may have neither ARNs nor policies.
    pub(super) fn has_key_policies(&self, key: &KeySnapshot) -> bool {
        self.is_aws || key.id.starts_with("arn:")
    }

    /// The bucket's region: as AWS returns it with the bucket, else from `GetBucketLocation`.
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

/// What was read about a KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySnapshot {
    /// The key's name in the settings or the bucket's configuration.
    pub id: String,
    /// The answer of `DescribeKey`.
    pub key: Answer<Key>,
    /// Its policy.
    pub policy: Answer<String>,
}

/// A KMS key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its ARN.
    pub arn: String,
    /// The state: `Enabled`, `Disabled`, `PendingDeletion` …
    pub state: String,
    /// Whether the key is for symmetric encryption, which S3 needs.
    pub encrypts: bool,
    /// Whether AWS manages the key. Then its policy cannot be changed and other accounts cannot use it.
    pub of_aws: bool,
}

/// What was read about the IAM user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSnapshot {
    /// The owner of the access key in the settings.
    pub caller: Answer<Caller>,
    /// The user's ARN.
    pub arn: Answer<String>,
    /// The policy that limits the user's permissions, with its ARN; `None` if it has none.
    pub boundary: Answer<Option<NamedText>>,
    /// The id of the key in the settings.
    pub key_id: Option<String>,
    /// The user's policies, including those of its groups.
    pub policies: Answer<Vec<NamedText>>,
    /// The user's access keys.
    pub keys: Answer<Vec<AccessKey>>,
    /// IAM's simulation of the user's requests.
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
    /// Whether the key is active.
    pub active: bool,
    /// When it was created, if IAM returns it.
    pub created: Option<Timestamp>,
    /// When and where it was last used; `None` if it was never used.
    pub used: Answer<Option<KeyUse>>,
}

/// The last use of an access key. IAM knows it with a delay of up to hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// When.
    pub at: Timestamp,
    /// The service, for instance `s3`.
    pub service: String,
    /// The region.
    pub region: String,
}

/// A role in the bucket's account.
#[derive(Debug)]
pub struct RoleSnapshot {
    /// Its ARN, and who may assume it.
    pub role: Answer<Role>,
    /// Its policies.
    pub policies: Answer<Vec<NamedText>>,
}

/// A role of IAM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// Its trust policy.
    pub trust: String,
    /// The ARN of its permission boundary.
    pub boundary: Option<String>,
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
    /// Condition keys of the policies that the simulated request did not have.
    pub missing_context: Vec<String>,
}

/// The verification object and the result of writing it.
#[derive(Debug)]
pub struct Write {
    /// Its key.
    pub key: String,
    /// The principal that wrote it.
    pub caller: Answer<Caller>,
    /// Whether that principal writes for mParticle.
    pub as_mparticle: bool,
    /// The answer.
    pub outcome: Result<(), StoreError>,
    /// How it is stored.
    pub stored: Answer<Option<StoredEncryption>>,
    /// Whether it could be removed, if removal was requested.
    pub removed: Option<Answer<()>>,
}
