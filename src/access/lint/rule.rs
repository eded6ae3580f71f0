//! The list of all rules.

use std::fmt::{self, Display, Formatter};

use crate::severity::Severity;

macro_rules! rules {
    ($($variant:ident $id:literal $severity:ident $clause:literal $title:literal),* $(,)?) => {
        /// A rule of the lint.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Rule {
            $(#[doc = $title] $variant,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The rule's id. It does not change between versions.
            pub fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// The severity of a fault.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// The clause of the contract that the rule tests; empty for a rule of AWS.
            pub fn clause(self) -> &'static str {
                match self { $(Self::$variant => $clause,)* }
            }

            /// The requirement in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

rules! {
    Refused "refused" Error "ACC-9" "AWS stores the policy",
    UnknownAction "unknown-action" Warning "ACC-9" "every action exists",
    DeletedPrincipal "deleted-principal" Warning "ACC-9" "no principal was deleted or made again",
    KmsOnS3Arn "kms-on-s3-arn" Error "ACC-5" "permissions for KMS are granted on a key's ARN",
    KmsAlias "kms-alias" Error "ACC-5" "a key is named by its ARN and not by an alias",
    NoDataKey "no-data-key" Error "ACC-5" "a writer with a key may generate data keys",
    BucketActionOnObjects "bucket-action-on-objects" Error "ACC-5" "permissions for the bucket are granted on the bucket's ARN",
    ObjectActionOnBucket "object-action-on-bucket" Error "ACC-5" "permissions for objects are granted on the objects' ARN",
    AccountActionOnArn "account-action-on-arn" Note "ACC-4" "permissions without a resource are granted on `*`",
    NoTls "no-tls" Warning "ACC-5" "requests without TLS are denied",
    OldTls "old-tls" Warning "ACC-5" "requests with TLS below 1.2 are denied",
    HalfTls "half-tls" Warning "ACC-5" "the TLS statements cover the bucket and its objects",
    WildcardPrincipal "wildcard-principal" Error "ACC-3" "nothing is granted to everyone",
    WrongRole "wrong-role" Error "ACC-3" "mParticle's roles are those of your pod",
    MissingWriterRole "missing-writer-role" Error "ACC-3" "the role that uploads files may put objects and their ACLs",
    MissingVerifyRole "missing-verify-role" Error "ACC-3" "the role that verifies the bucket may put objects and their ACLs",
    DeniesMParticle "denies-mparticle" Error "ACC-3" "no Deny matches mParticle's writes",
    DeniesUnencrypted "denies-unencrypted" Error "server_side_encryption_method" "the policy requires no encryption that the settings do not send",
    BucketPrefix "bucket-prefix" Error "ACC-2" "the bucket's name has the prefix that mParticle's roles need",
    OtherBucket "other-bucket" Warning "ACC-3" "every statement concerns the bucket",
    MoreThanPut "more-than-put" Warning "ACC-3" "mParticle's roles may do nothing but write",
    AclDependent "acl-dependent" Warning "ACC-7" "mParticle may write with and without an ACL",
    OthersRead "others-read" Note "ACC-3" "no other principal may read",
    OthersChange "others-change" Warning "ACC-3" "no other principal may write, delete or change the policy",
    MoreThanNeeded "more-than-needed" Warning "ACC-4" "the user may do nothing beyond the bucket",
    TrustSubject "trust-subject" Warning "" "workflows of one repository may assume the role",
    TrustExternalId "trust-external-id" Warning "" "another account may assume the role only with an external id",
    CannotPut "cannot-put" Warning "ACC-4" "the user may put objects in the named bucket",
    BroadAction "broad-action" Warning "ACC-5" "no statement allows every action",
    AllowNot "allow-not" Warning "ACC-5" "an Allow names what it allows, without NotAction, NotResource or NotPrincipal",
    DuplicateSid "duplicate-sid" Error "" "each Sid is unique",
    NoSid "no-sid" Note "ACC-5" "every statement has a Sid",
    OldVersion "old-version" Warning "" "the version is 2012-10-17",
    TooLong "too-long" Error "" "the policy is not longer than AWS allows",
}

impl Display for Rule {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}
