//! The register of rules.

use std::fmt::{self, Display, Formatter};

/// How bad a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// A matter of order.
    Note,
    /// It works, and less safely than it could.
    Warning,
    /// Something does not work, or is open to those whom it should not be open to.
    Error,
}

impl Severity {
    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! rules {
    ($($variant:ident $id:literal $severity:ident $clause:literal $title:literal),* $(,)?) => {
        /// A rule of the lint.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $title] $variant,)*
        }

        impl Rule {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its id, which stays.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// How bad it is to break it.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// The clause of the contract that it rests on; empty for a rule of AWS.
            pub fn clause(self) -> &'static str {
                match self { $(Self::$variant => $clause,)* }
            }

            /// What it demands, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

rules! {
    KmsOnS3Arn "kms-on-s3-arn" Error "ACC-5" "A right of KMS is granted on a key's ARN.",
    KmsAlias "kms-alias" Error "ACC-5" "A key is named by its ARN and not by an alias.",
    NoDataKey "no-data-key" Error "ACC-5" "A writer with a key may generate data keys.",
    BucketActionOnObjects "bucket-action-on-objects" Error "ACC-5" "A right on the bucket is granted on the bucket's ARN.",
    ObjectActionOnBucket "object-action-on-bucket" Error "ACC-5" "A right on objects is granted on the objects' ARN.",
    AccountActionOnArn "account-action-on-arn" Note "ACC-4" "A right that has no resource is granted on `*`.",
    NoTls "no-tls" Warning "ACC-5" "Requests without TLS are denied.",
    OldTls "old-tls" Warning "ACC-5" "Requests with TLS below 1.2 are denied.",
    HalfTls "half-tls" Warning "ACC-5" "What is demanded of TLS covers the bucket and its objects.",
    WildcardPrincipal "wildcard-principal" Error "ACC-3" "Nothing is granted to everyone.",
    WrongRole "wrong-role" Error "ACC-3" "mParticle's roles are those of your pod.",
    MissingWriterRole "missing-writer-role" Error "ACC-3" "The role that uploads files may put objects and their ACLs.",
    MissingVerifyRole "missing-verify-role" Error "ACC-3" "The role that verifies the bucket may put objects and their ACLs.",
    DeniesMParticle "denies-mparticle" Error "ACC-3" "No Deny reaches what mParticle writes.",
    DeniesUnencrypted "denies-unencrypted" Error "server_side_encryption_method" "No encryption is demanded that the settings do not send.",
    BucketPrefix "bucket-prefix" Error "ACC-2" "The bucket's name lets mParticle's roles write.",
    OtherBucket "other-bucket" Warning "ACC-3" "Every statement is about the bucket.",
    MoreThanPut "more-than-put" Warning "ACC-3" "mParticle's roles may put objects and their ACLs and nothing else.",
    CannotPut "cannot-put" Warning "ACC-4" "The user may put objects in the bucket that is named.",
    BroadAction "broad-action" Warning "ACC-5" "No statement allows every action.",
    AllowNot "allow-not" Warning "ACC-5" "What is allowed is named, and not what is left out.",
    BadPrincipal "bad-principal" Error "" "Each statement of a bucket's or a key's policy names principals that AWS takes.",
    BadAction "bad-action" Error "" "Actions are such as AWS takes.",
    BadResource "bad-resource" Error "" "Each statement names resources that AWS takes.",
    BadCondition "bad-condition" Error "" "Operators and values are such as AWS takes.",
    DuplicateSid "duplicate-sid" Error "" "A Sid stands once.",
    NoSid "no-sid" Note "ACC-5" "Every statement has a Sid.",
    OldVersion "old-version" Warning "" "The version is 2012-10-17.",
    TooLong "too-long" Error "" "The policy is as short as AWS takes.",
}

impl Rule {
    /// Whether AWS refuses to store what breaks it: then nothing can be said of what the policy does.
    pub fn is_refused_by_aws(self) -> bool {
        matches!(self, Self::BadPrincipal | Self::BadAction | Self::BadResource | Self::BadCondition)
    }
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
