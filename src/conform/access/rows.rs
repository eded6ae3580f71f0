//! The rows of a report that requests belong to.

/// The writer must be able to do it.
pub(crate) const WRITES: &str = "writes";
/// The writer must not be able to do it.
pub(crate) const NO_MORE: &str = "no more";
/// Other principals must not be able to do it.
pub(crate) const NOBODY_ELSE: &str = "nobody else";
/// Requests without a signature must be refused.
pub(crate) const UNSIGNED: &str = "unsigned";
/// Requests without TLS 1.2 must be refused.
pub(crate) const TLS: &str = "tls";
/// A key that is not allowed must be refused.
pub(crate) const KEYS: &str = "keys";
/// The verification object.
pub(crate) const VERIFICATION: &str = "verification";
/// ACLs on a bucket with ACLs off.
pub(crate) const ACLS: &str = "acls";
/// ACLs of an IAM user.
pub(crate) const USER_ACL: &str = "user acl";
/// All of them.
pub(crate) const ALL: [&str; 9] = [WRITES, NO_MORE, NOBODY_ELSE, UNSIGNED, TLS, KEYS, VERIFICATION, ACLS, USER_ACL];
