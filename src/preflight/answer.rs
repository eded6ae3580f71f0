//! An answer, or why there is none: a right that is missing, or a server that does not know the question. Neither says
//! anything about the bucket, so whatever rests on it is skipped and never passed.

use crate::store::{Advice, StoreError};

/// What was asked for, or why it is not known.
pub type Answer<T> = Result<T, Unanswered>;

/// Why something is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// Those who asked may not.
    Forbidden {
        /// The right that they lack.
        right: &'static str,
        /// The server's own words.
        words: String,
    },
    /// The server does not know the question, or fails at it.
    Unsupported(String),
    /// It was not asked, for this reason.
    NotAsked(String),
}

/// Codes by which AWS and its look-alikes refuse the credentials themselves, whatever was asked.
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

/// Whether the server knows nobody by these credentials, so that asking on is in vain.
pub(super) fn refuses_credentials(error: &StoreError) -> bool {
    match error.code.as_deref() {
        Some(code) => BAD_CREDENTIALS.contains(&code),
        // Nothing was sent, for want of credentials or of a role to assume.
        None => error.status.is_none() && error.advice == Advice::Park,
    }
}

/// Whether nobody answered at all.
pub(super) fn is_unreachable(error: &StoreError) -> bool {
    error.status.is_none() && error.advice == Advice::Retry
}

/// Whether those who asked may not.
pub(super) fn is_forbidden(error: &StoreError) -> bool {
    let code = error.code.as_deref().unwrap_or_default();
    error.status == Some(403) || code.contains("AccessDenied") || code == "NotAuthorizedException"
}

impl From<StoreError> for Unanswered {
    fn from(error: StoreError) -> Self {
        let words = words(&error);
        match is_forbidden(&error) {
            true => Self::Forbidden { right: right(error.operation), words },
            false => Self::Unsupported(words),
        }
    }
}

/// What the server said, on one line and not longer than a person reads.
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

/// The right that an operation takes.
fn right(operation: &str) -> &'static str {
    RIGHTS
        .iter()
        .find(|(known, _)| *known == operation)
        .map_or("a right that its answer does not name", |(_, right)| right)
}

/// Each operation with the right that it takes, where they have different names.
const RIGHTS: &[(&str, &str)] = &[
    ("HeadBucket", "s3:ListBucket"),
    ("GetBucketLocation", "s3:GetBucketLocation"),
    ("GetBucketPolicy", "s3:GetBucketPolicy"),
    ("GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"),
    ("GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"),
    ("GetBucketEncryption", "s3:GetEncryptionConfiguration"),
    ("GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"),
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
    ("SimulatePrincipalPolicy", "iam:SimulatePrincipalPolicy"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(operation: &'static str, status: u16, code: Option<&str>) -> StoreError {
        StoreError::answered(operation, "mp-forwarding-acme", status, code, "its words")
    }

    #[test]
    fn a_missing_right_is_named_and_what_is_not_implemented_is_not_taken_for_one() {
        let forbidden = Unanswered::from(answered("GetBucketEncryption", 403, Some("AccessDenied")));
        assert!(matches!(forbidden, Unanswered::Forbidden { right: "s3:GetEncryptionConfiguration", .. }));
        // KMS refuses with 400.
        let of_kms = Unanswered::from(answered("DescribeKey", 400, Some("AccessDeniedException")));
        assert!(matches!(of_kms, Unanswered::Forbidden { right: "kms:DescribeKey", .. }));
        for (status, code) in [(501, "NotImplemented"), (400, "MalformedXML"), (500, "InternalError")] {
            let answer = Unanswered::from(answered("GetPublicAccessBlock", status, Some(code)));
            assert_eq!(answer, Unanswered::Unsupported(format!("GetPublicAccessBlock: {code} ({status}), its words")));
        }
    }

    #[test]
    fn credentials_that_nobody_knows_are_told_from_missing_rights() {
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
        let nobody = StoreError::unanswered("GetBucketPolicy", "b", false, "refused");
        assert!(is_unreachable(&nobody) && !refuses_credentials(&nobody));
    }
}
