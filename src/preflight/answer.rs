//! The answer to a request, or why there is none: a missing permission, or a server that does not support the request.
//! Neither says anything about the bucket, so a check without its answer is skipped and never passes.

use crate::store::{Advice, StoreError};

/// The requested value, or why it is not known.
pub type Answer<T> = Result<T, Unanswered>;

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unanswered {
    /// The caller lacks a permission.
    #[error("permission {permission} is missing: {words}")]
    Forbidden {
        /// The permission.
        permission: &'static str,
        /// The server's message.
        words: String,
    },
    /// The server does not support the request, or fails.
    #[error("the server does not answer this: {0}")]
    Unsupported(String),
    /// The request was not sent, for this reason.
    #[error("{0}")]
    NotAsked(String),
}

/// Error codes of AWS and compatible servers for invalid credentials.
const BAD_CREDENTIALS: [&str; 11] = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidToken",
    "TokenRefreshRequired",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "AuthFailure",
    "RequestTimeTooSkewed",
];

/// Whether the server refuses the credentials themselves. Then every further request would fail too.
pub(super) fn refuses_credentials(error: &StoreError) -> bool {
    match error.code.as_deref() {
        Some(code) => BAD_CREDENTIALS.contains(&code),
        // Nothing was sent: there are no credentials, or the role could not be assumed.
        None => error.status.is_none() && error.advice == Advice::Park,
    }
}

/// Whether no answer was received.
pub(super) fn is_unreachable(error: &StoreError) -> bool {
    error.status.is_none() && error.advice == Advice::Retry
}

/// Whether the caller lacks a permission.
pub(super) fn is_forbidden(error: &StoreError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.status == Some(403) || code.contains("AccessDenied") || code == "NotAuthorizedException"
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        let words = words(&error);
        match is_forbidden(&error) {
            true => Self::Forbidden { permission: permission(error.operation), words },
            false => Self::Unsupported(words),
        }
    }
}

/// The server's message on one line, shortened.
pub(super) fn words(error: &StoreError) -> String {
    let answer = match (&error.code, error.status) {
        (Some(code), Some(status)) => format!("{code} ({status})"),
        (None, Some(status @ 200..=299)) => format!("an answer that cannot be read ({status})"),
        (None, Some(status)) => format!("status {status}"),
        _ => "no answer".to_owned(),
    };
    let mut detail: String = error.detail.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = detail.char_indices().nth(160) {
        detail.truncate(at);
        detail.push('…');
    }
    match detail.is_empty() || detail.starts_with('<') {
        true => format!("{}: {answer}", error.operation),
        false => format!("{}: {answer}, {detail}", error.operation),
    }
}

/// The permission that an operation needs.
fn permission(operation: &str) -> &'static str {
    let known = PERMISSIONS.iter().find(|(known, _)| *known == operation);
    known.map_or("that the answer does not name", |(_, permission)| permission)
}

/// Each operation with the permission that it needs.
const PERMISSIONS: &[(&str, &str)] = &[
    ("HeadBucket", "s3:ListBucket"),
    ("GetBucketLocation", "s3:GetBucketLocation"),
    ("GetBucketPolicy", "s3:GetBucketPolicy"),
    ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"),
    ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
    ("GetBucketRequestPayment", "s3:GetBucketRequestPayment"),
    ("GetBucketAcl", "s3:GetBucketAcl"),
    ("GetBucketPolicyStatus", "s3:GetBucketPolicyStatus"),
    ("GetObjectLockConfiguration", "s3:GetBucketObjectLockConfiguration"),
    ("GetBucketVersioning", "s3:GetBucketVersioning"),
    ("PutObject", "s3:PutObject"),
    ("HeadObject", "s3:GetObject"),
    ("DeleteObject", "s3:DeleteObject"),
    ("DescribeKey", "kms:DescribeKey"),
    ("GetKeyPolicy", "kms:GetKeyPolicy"),
    ("GetUser", "iam:GetUser"),
    ("ListUserPolicies", "iam:ListUserPolicies"),
    ("GetUserPolicy", "iam:GetUserPolicy"),
    ("ListAttachedUserPolicies", "iam:ListAttachedUserPolicies"),
    ("ListGroupsForUser", "iam:ListGroupsForUser"),
    ("ListGroupPolicies", "iam:ListGroupPolicies"),
    ("GetGroupPolicy", "iam:GetGroupPolicy"),
    ("ListAttachedGroupPolicies", "iam:ListAttachedGroupPolicies"),
    ("GetPolicy", "iam:GetPolicy"),
    ("GetPolicyVersion", "iam:GetPolicyVersion"),
    ("ListAccessKeys", "iam:ListAccessKeys"),
    ("GetAccessKeyLastUsed", "iam:GetAccessKeyLastUsed"),
    ("GetRole", "iam:GetRole"),
    ("ListRolePolicies", "iam:ListRolePolicies"),
    ("GetRolePolicy", "iam:GetRolePolicy"),
    ("ListAttachedRolePolicies", "iam:ListAttachedRolePolicies"),
    ("SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(operation: &'static str, status: u16, code: Option<&str>) -> StoreError {
        StoreError::answered(operation, "mp-forwarding-acme", status, code, "its message")
    }

    #[test]
    fn a_missing_permission_is_named_and_an_unsupported_request_is_not_one() {
        let forbidden = Unanswered::from(answered("GetBucketEncryption", 403, Some("AccessDenied")));
        assert!(matches!(forbidden, Unanswered::Forbidden { permission: "s3:GetEncryptionConfiguration", .. }));
        // KMS refuses with status 400.
        let of_kms = Unanswered::from(answered("DescribeKey", 400, Some("AccessDeniedException")));
        assert!(matches!(of_kms, Unanswered::Forbidden { permission: "kms:DescribeKey", .. }));
        for (status, code) in [(501, "NotImplemented"), (400, "MalformedXML"), (500, "InternalError")] {
            let answer = Unanswered::from(answered("GetPublicAccessBlock", status, Some(code)));
            assert_eq!(
                answer,
                Unanswered::Unsupported(format!("GetPublicAccessBlock: {code} ({status}), its message"))
            );
        }
    }

    #[test]
    fn refused_credentials_differ_from_missing_permissions() {
        for (status, code, expected) in [
            (400, Some("ExpiredToken"), true),
            (403, Some("InvalidAccessKeyId"), true),
            (403, Some("SignatureDoesNotMatch"), true),
            (403, Some("AccessDenied"), false),
            (403, None, false),
            (404, Some("NoSuchBucketPolicy"), false),
        ] {
            assert_eq!(refuses_credentials(&answered("GetBucketPolicy", status, code)), expected, "{code:?}");
        }
        assert!(refuses_credentials(&StoreError::without_credentials("GetBucketPolicy", "b", "none")));
        let unreachable = StoreError::unanswered("GetBucketPolicy", "b", false, "refused");
        assert!(is_unreachable(&unreachable) && !refuses_credentials(&unreachable));
    }
}
