//! The intended use of a policy, and a fault in the policy.

use std::fmt::Display;
use std::net::IpAddr;

use super::rule::Rule;
use crate::access::input::Account;
use crate::access::pods::Roles;
use crate::access::policy::Statement;
use crate::settings::{BucketName, FolderName, ServerSideEncryption};

/// The intended use of a policy. Missing values are read from the policy if possible, else not checked.
#[derive(Debug, Clone, Default)]
pub struct Expectations {
    /// The bucket.
    pub bucket: Option<BucketName>,
    /// mParticle's roles.
    pub roles: Option<Roles>,
    /// The folder that mParticle writes to.
    pub folder: Option<FolderName>,
    /// The encryption that mParticle requests for each object (`None` by default).
    pub encryption: Option<ServerSideEncryption>,
    /// The account that owns the bucket, the key or the role.
    pub owner: Option<Account>,
    /// Addresses that mParticle writes from, one of each range. Without any, an address that no rule knows.
    pub mparticle_addresses: Vec<IpAddr>,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The rule that is broken.
    pub rule: Rule,
    /// The JSON Pointer to the place. A single statement without a list counts as a list of one statement.
    pub pointer: String,
    /// The fault, with the statement's name.
    pub message: String,
    /// How to fix it.
    pub remedy: String,
}

impl Fault {
    /// A fault of the policy as a whole.
    pub(super) fn of_policy(rule: Rule, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { rule, pointer: String::new(), message: message.into(), remedy: remedy.into() }
    }

    /// A fault of a member of a statement. An empty `member` means the statement itself.
    pub(super) fn of_statement(
        rule: Rule,
        statement: &Statement,
        member: &str,
        message: impl Display,
        remedy: impl Into<String>,
    ) -> Self {
        let pointer = match member {
            "" => format!("/Statement/{}", statement.index),
            member => format!("/Statement/{}/{member}", statement.index),
        };
        Self { rule, pointer, message: format!("{}: {message}", statement.name()), remedy: remedy.into() }
    }
}
