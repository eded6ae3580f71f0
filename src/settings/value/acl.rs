//! `engine.acl` (ACC-7).

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// The one canned ACL that buckets with ACLs turned off accept as well (ACC-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Acl {
    /// The bucket's owner owns the object too.
    #[serde(rename = "bucket-owner-full-control")]
    BucketOwnerFullControl,
}

impl Acl {
    /// The value of `x-amz-acl`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerFullControl => "bucket-owner-full-control",
        }
    }
}

impl Display for Acl {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
