//! What is in force for a bucket, and who there is: the policies, keys and settings that would be deployed, in a form that
//! the server can judge requests by.

use crate::access::evaluate::Principal;
use crate::access::{Partition, Policy};

/// What is in force for one bucket.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The partition of the bucket's ARN.
    pub partition: Partition,
    /// The account that owns the bucket, 12 digits.
    pub owner: String,
    /// The bucket's policy, if it has one.
    pub policy: Option<Policy>,
    /// Whose objects are, and whether ACLs mean anything (ACC-7).
    pub ownership: Ownership,
    /// The KMS keys that there are; a request that names another gets `KMS.NotFoundException`.
    pub keys: Vec<Key>,
}

/// The object ownership of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ownership {
    /// Everything is the bucket owner's, and ACLs are off: the setting of new buckets since April 2023.
    BucketOwnerEnforced,
    /// Objects are their writer's, and any canned ACL is taken.
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

/// Somebody who makes requests with keys of their own.
#[derive(Debug, Clone)]
pub struct Guest {
    /// Who it is.
    pub principal: Principal,
    /// Their own policies, each under the name that a refusal calls it by. `None` for a principal of another account,
    /// whose policies nobody here can see and which are taken to allow what is asked.
    pub policies: Option<Vec<(String, Policy)>>,
    /// What else is known of their requests, for instance `aws:SourceVpce`.
    pub context: Vec<(String, Vec<String>)>,
}

/// What a connection counts as. Everything is plain HTTP on loopback; each address of the server stands for one of these,
/// so that a rule on TLS is judged without a certificate that clients would have to be told to trust.
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
