//! The report rows for the requests that test access.

/// Requests that the writer must be allowed to make.
pub(crate) const WRITES: &str = "writes";
/// Requests that the writer must not be allowed to make.
pub(crate) const NO_MORE: &str = "no more";
/// Requests of other principals, which must be refused.
pub(crate) const OTHERS: &str = "others";
/// Requests without a signature, which must be refused.
pub(crate) const UNSIGNED: &str = "unsigned";
/// Requests without TLS 1.2, which must be refused.
pub(crate) const TLS: &str = "tls";
/// Requests with a key that is not allowed, which must be refused.
pub(crate) const KEYS: &str = "keys";
/// Requests for the verification object.
pub(crate) const VERIFICATION: &str = "verification";
/// Requests with ACLs on a bucket with ACLs off.
pub(crate) const ACLS: &str = "acls";
/// Requests with ACLs of an IAM user.
pub(crate) const USER_ACL: &str = "user acl";
/// All rows.
pub(crate) const ALL: [&str; 9] = [WRITES, NO_MORE, OTHERS, UNSIGNED, TLS, KEYS, VERIFICATION, ACLS, USER_ACL];
