//! Everything that was seen, as plain data: the checks judge it and ask nothing more, so that each can be tested on its own.

use jiff::Timestamp;

use super::answer::Answer;
use crate::access::input::VpcEndpoint;
use crate::access::render::Edition;
use crate::access::{Partition, Pod, Roles};
use crate::settings::{ServerSideEncryption, Settings};
use crate::store::{DefaultEncryption, LifecycleRule, PublicAccessBlock, StoreError, StoredEncryption, Whereabouts};

/// What a bucket is held against.
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
    /// The VPC endpoints that the strict edition was made with.
    pub source_vpces: Vec<VpcEndpoint>,
    /// For how many days at least the export must stay.
    pub keep_days: u64,
    /// How old an access key may become, in days.
    pub key_age_days: u64,
}

impl Expected {
    /// What is held against the built-in bounds: 30 days of the export, 90 days of an access key.
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

    pub(super) fn method(&self) -> ServerSideEncryption {
        self.settings.connection.server_side_encryption_method
    }

    pub(super) fn is_role_based(&self) -> bool {
        self.settings.is_role_based()
    }
}

/// Everything that was seen.
#[derive(Debug)]
pub struct Sight {
    /// What it is held against.
    pub expected: Expected,
    /// Whether S3 was asked of AWS itself.
    pub is_aws: bool,
    /// Whether the endpoint speaks plain HTTP.
    pub is_plain_http: bool,
    /// When it was seen.
    pub at: Timestamp,
    /// Whether the bucket is there.
    pub whereabouts: Answer<Whereabouts>,
    /// Its region by its own account.
    pub location: Answer<String>,
    /// Its policy.
    pub policy: Answer<Option<String>>,
    /// What keeps the public out.
    pub public_access_block: Answer<Option<PublicAccessBlock>>,
    /// Who owns an object.
    pub ownership: Answer<Option<String>>,
    /// The encryption of objects that ask for none.
    pub encryption: Answer<Option<DefaultEncryption>>,
    /// The rules by which objects go.
    pub lifecycle: Answer<Vec<LifecycleRule>>,
    /// The KMS key that mParticle's objects are encrypted with, if one is.
    pub key: Option<KeySight>,
    /// Who looked.
    pub inspector: Answer<Caller>,
    /// The user by whose key mParticle writes; None with role-based access.
    pub user: Option<UserSight>,
    /// The verification object.
    pub write: Answer<Write>,
}

/// Who signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The ARN of a user, a role's session or an account's root.
    pub arn: String,
}

/// A KMS key as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySight {
    /// As the settings or the bucket name it.
    pub id: String,
    /// What KMS says of it.
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
    /// Whether it encrypts by one secret, as S3 needs it.
    pub encrypts: bool,
    /// Whether AWS manages it: then its policy cannot be changed, and no other account can use it.
    pub of_aws: bool,
}

/// The IAM user as it was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserSight {
    /// Whose key stands in the settings.
    pub caller: Answer<Caller>,
    /// The user's ARN.
    pub arn: Answer<String>,
    /// The id of the key in the settings.
    pub key_id: Option<String>,
    /// The user's policies, those of its groups included.
    pub policies: Answer<Vec<NamedText>>,
    /// The user's access keys.
    pub keys: Answer<Vec<AccessKey>>,
    /// What IAM itself says of the user's requests.
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
    /// When it was made, if IAM tells it.
    pub created: Option<Timestamp>,
}

/// IAM's own answer about a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated {
    /// The right.
    pub action: String,
    /// What it is about.
    pub resource: String,
    /// `allowed`, `implicitDeny` or `explicitDeny`.
    pub decision: String,
}

/// What became of the verification object.
#[derive(Debug)]
pub struct Write {
    /// Its key.
    pub key: String,
    /// Who sent it.
    pub caller: Answer<Caller>,
    /// Whether that is who writes for mParticle.
    pub as_mparticle: bool,
    /// How it was answered.
    pub outcome: Result<(), StoreError>,
    /// How the bucket keeps it.
    pub kept: Answer<Option<StoredEncryption>>,
    /// What became of it afterwards, if it was to be removed.
    pub removed: Option<Answer<()>>,
}
