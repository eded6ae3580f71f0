//! The input of access decisions: the policies, keys and ownership of a bucket, and the identities that make requests.

use crate::access::evaluate::Principal;
use crate::access::{Partition, Policy};
use crate::store::DefaultEncryption;

/// The rules of one bucket.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The partition of the bucket's ARN.
    pub partition: Partition,
    /// The account that owns the bucket, 12 digits.
    pub owner: String,
    /// The bucket policy, if there is one.
    pub policy: Option<Policy>,
    /// The object ownership, which decides whether ACLs have an effect (ACC-7).
    pub ownership: Ownership,
    /// The default encryption, for objects that are put without a method of their own. A key's id or alias is looked up in the account
    /// of the writer, so that only an ARN works for another account (ACC-10).
    pub default_encryption: Option<DefaultEncryption>,
    /// The KMS keys. A request with another key gets `KMS.NotFoundException`.
    pub keys: Vec<Key>,
}

/// The object ownership of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The bucket's owner owns every object, and ACLs are disabled. This is the default for new buckets since April
    /// 2023.
    BucketOwnerEnforced,
    /// The writer owns an object, and any canned ACL is accepted.
    ObjectWriter,
}

/// A KMS key with its policy.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key's ARN.
    pub arn: String,
    /// The key's policy.
    pub policy: Policy,
}

/// A principal with its own access keys.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The principal.
    pub principal: Principal,
    /// The identity policies, each with the name that a refusal shows. `None` for a principal of another account, whose
    /// policies are not known and are assumed to allow the request.
    pub policies: Option<Vec<(String, Policy)>>,
    /// Additional condition keys of its requests, for instance `aws:SourceVpce`.
    pub context: Vec<(String, Vec<String>)>,
}

/// The transport that policies see. Every connection is plain HTTP on loopback. The server has one address for each
/// transport, so that rules on TLS can be tested without a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// HTTPS with TLS 1.2.
    Tls12,
    /// HTTPS with TLS 1.1.
    Tls11,
    /// HTTP.
    Plain,
}

impl Transport {
    /// All transports.
    pub const ALL: [Self; 3] = [Self::Tls12, Self::Tls11, Self::Plain];
}
