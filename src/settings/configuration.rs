//! The settings of an account: who writes, and where to.

use super::{Region, Secret};

/// mParticle's configuration settings, proven.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The user's key pair; `None` is role-based access (ACC-1).
    pub credentials: Option<KeyPair>,
    /// The bucket's region.
    pub aws_region: Region,
}

/// An access key with both its halves (ACC-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPair {
    /// Its public half.
    pub access_key_id: String,
    /// Its private half.
    pub secret_access_key: Secret,
}
