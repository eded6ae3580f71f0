//! What the server decides by: the policies, keys and ownership of a bucket, and the identities that make requests.

use crate::access::evaluate::Principal;
use crate::access::{Partition, Policy};

/// What applies to one bucket.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The partition of the bucket's ARN.
    pub partition: Partition,
    /// The account that owns the bucket, 12 digits.
    pub owner: String,
    /// The bucket's policy, if it has one.
    pub policy: Option<Policy>,
    /// The object ownership, which decides whether ACLs have a meaning (ACC-7).
    pub ownership: Ownership,
    /// The KMS keys. A request that names another one gets `KMS.NotFoundException`.
    pub keys: Vec<Key>,
}

/// The object ownership of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// The bucket's owner owns every object, and ACLs are off: the setting of new buckets since April 2023.
    BucketOwnerEnforced,
    /// The writer owns an object, and any canned ACL is accepted.
    ObjectWriter,
}

/// A KMS key with its policy.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its ARN.
    pub arn: String,
    /// Its policy.
    pub policy: Policy,
}

/// A principal with access keys of its own.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The principal.
    pub principal: Principal,
    /// Its identity policies, each with the name that a refusal shows. `None` for a principal of another account, whose
    /// policies cannot be seen here and are assumed to allow the request.
    pub policies: Option<Vec<(String, Policy)>>,
    /// Further condition keys of its requests, for instance `aws:SourceVpce`.
    pub context: Vec<(String, Vec<String>)>,
}

/// The transport that a connection is treated as. Every connection is plain HTTP on loopback; the server has one address for
/// each of these, so that rules on TLS can be tested without a certificate that clients would have to trust.
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
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Tls12, Self::Tls11, Self::Plain];
}
