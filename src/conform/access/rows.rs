//! The rows of a report that attempts belong to.

/// What the writer must be able to do.
pub(crate) const WRITES: &str = "writes";
/// What the writer must not be able to do.
pub(crate) const NO_MORE: &str = "no more";
/// What others who sign must not be able to do.
pub(crate) const NOBODY_ELSE: &str = "nobody else";
/// What those who do not sign must not be able to do.
pub(crate) const UNSIGNED: &str = "unsigned";
/// What must not be possible without TLS 1.2.
pub(crate) const TLS: &str = "tls";
/// What must not be possible with a key that is not granted.
pub(crate) const KEYS: &str = "keys";
/// The verification object.
pub(crate) const VERIFICATION: &str = "verification";
/// ACLs on a bucket that has them off.
pub(crate) const ACLS: &str = "acls";
/// ACLs of an IAM user.
pub(crate) const USER_ACL: &str = "user acl";
/// All of them.
pub(crate) const ALL: [&str; 9] = [WRITES, NO_MORE, NOBODY_ELSE, UNSIGNED, TLS, KEYS, VERIFICATION, ACLS, USER_ACL];
