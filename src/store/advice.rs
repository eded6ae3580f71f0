//! The table of S3 error codes and HTTP statuses: what a caller can do about each.

use super::Advice;

/// A row of the table: an S3 error code, the advice, and the remedy.
type Row = (&'static str, Advice, &'static str);

/// S3 error codes. They have priority over the HTTP status.
const CODES: &[Row] = &[
    ("RequestTimeTooSkewed", Advice::Retry, "this machine's clock is wrong: set it with NTP"),
    ("RequestTimeout", Advice::Retry, "the connection is too slow for the object"),
    ("SlowDown", Advice::Retry, "the server requires fewer requests"),
    ("Throttling", Advice::Retry, "the server requires fewer requests"),
    ("ThrottlingException", Advice::Retry, "the server requires fewer requests"),
    ("ThrottledException", Advice::Retry, "the server requires fewer requests"),
    ("RequestThrottled", Advice::Retry, "the server requires fewer requests"),
    ("RequestThrottledException", Advice::Retry, "the server requires fewer requests"),
    ("RequestLimitExceeded", Advice::Retry, "the server requires fewer requests"),
    ("BandwidthLimitExceeded", Advice::Retry, "the server requires fewer requests"),
    ("TooManyRequests", Advice::Retry, "the server requires fewer requests"),
    ("TooManyRequestsException", Advice::Retry, "the server requires fewer requests"),
    ("PriorRequestNotComplete", Advice::Retry, "the server requires fewer requests"),
    ("RequestTimeoutException", Advice::Retry, "the connection is too slow for the object"),
    ("BadDigest", Advice::Retry, "the object was damaged on its way"),
    ("IncompleteBody", Advice::Retry, "the object was cut on its way"),
    ("XAmzContentSHA256Mismatch", Advice::Retry, "the object was damaged on its way"),
    ("InternalError", Advice::Retry, "the server failed"),
    ("ServiceUnavailable", Advice::Retry, "the server is overloaded"),
    ("OperationAborted", Advice::Retry, "another operation on the bucket is under way"),
    ("ConditionalRequestConflict", Advice::Retry, "another write of this key is under way"),
    ("PreconditionFailed", Advice::Exists, "an object with that name exists"),
    (
        "NoSuchBucket",
        Advice::Park,
        "create the bucket, or correct its name in the `s3://` URL or in `connection.s3_bucket_name`",
    ),
    ("InvalidObjectState", Advice::Park, "the object is archived: restore it first"),
    ("InvalidBucketName", Advice::Park, "correct `connection.s3_bucket_name`"),
    (
        "AccessDenied",
        Advice::Park,
        "grant `s3:PutObject` on the bucket's objects to the principal that writes, or change the Deny that applies to it",
    ),
    ("AllAccessDisabled", Advice::Park, "the bucket is disabled: ask AWS"),
    ("InvalidAccessKeyId", Advice::Park, "the server does not know the access key id: correct it"),
    ("SignatureDoesNotMatch", Advice::Park, "the secret access key does not belong to the access key id: correct it"),
    ("ExpiredToken", Advice::Park, "the session token has expired: get new credentials"),
    ("InvalidToken", Advice::Park, "the session token is not valid: get new credentials"),
    ("TokenRefreshRequired", Advice::Park, "get new credentials"),
    ("PermanentRedirect", Advice::Park, "the bucket is in another region: correct `configuration.aws_region`"),
    ("AuthorizationHeaderMalformed", Advice::Park, "the region is wrong: correct `configuration.aws_region`"),
    ("IllegalLocationConstraintException", Advice::Park, "the region is wrong: correct `configuration.aws_region`"),
    ("AccessControlListNotSupported", Advice::Park, "the bucket has ACLs off: unset `engine.acl`"),
    ("KMS.ThrottlingException", Advice::Retry, "KMS requires fewer requests: raise its quota, or use S3 Bucket Keys"),
    ("KMS.KMSInternalException", Advice::Retry, "KMS failed"),
    ("KMS.InternalException", Advice::Retry, "KMS failed"),
    ("KMS.DependencyTimeoutException", Advice::Retry, "KMS failed"),
    ("KMS.KeyUnavailableException", Advice::Retry, "the KMS key cannot be used at the moment"),
    ("KMS.DisabledException", Advice::Park, "enable the KMS key"),
    ("KMS.NotFoundException", Advice::Park, "correct `engine.sse_kms_key_id`"),
    ("KMS.AccessDeniedException", Advice::Park, OF_KEY),
    ("NotImplemented", Advice::Park, "this server does not support what a setting requests"),
];

/// HTTP statuses, for codes that are not in the table above. An error in neither table is parked: it does not end by
/// itself, and the data must not be dropped.
const STATUSES: &[(u16, Advice, &str)] = &[
    (301, Advice::Park, "the bucket is in another region: correct `configuration.aws_region`"),
    (307, Advice::Retry, "the bucket is moving"),
    (403, Advice::Park, "check the credentials and the policies"),
    (404, Advice::Park, "check the bucket and the endpoint"),
    (408, Advice::Retry, "the request was sent too slowly"),
    (409, Advice::Retry, "another operation is under way"),
    (412, Advice::Exists, "an object with that name exists"),
    (420, Advice::Retry, "the server requires fewer requests"),
    (425, Advice::Retry, "the server wants the request once more"),
    (429, Advice::Retry, "the server requires fewer requests"),
    (500, Advice::Retry, "the server failed"),
    (501, Advice::Park, "this server cannot do what a setting asks for"),
    (502, Advice::Retry, "a gateway failed"),
    (503, Advice::Retry, "the server is overloaded"),
    (504, Advice::Retry, "a gateway timed out"),
];

/// The remedy for a refusal by KMS, which S3 calls with the identity of the principal.
pub(super) const OF_KEY: &str = "allow the principal that action of KMS in the key's own policy, as `policy render key` does, or change the Deny that applies to it";

/// Errors that need other settings or another command. No error of these goes away while the program waits.
pub(super) const OF_SETTINGS: &[&str] = &[
    "AccessControlListNotSupported",
    "AuthorizationHeaderMalformed",
    "IllegalLocationConstraintException",
    "InvalidBucketName",
    "KMS.NotFoundException",
    "NotImplemented",
    "PermanentRedirect",
];

/// The permission that a refused operation needs.
pub(super) fn grant(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "GetObject" | "HeadObject" => {
            "grant `s3:GetObject` on the bucket's objects to the principal that reads, and `kms:Decrypt` on their key, or change \
             the Deny that applies to it"
        }
        "ListObjectsV2" => {
            "grant `s3:ListBucket` on the bucket to the principal that reads, or change the Deny that applies to it"
        }
        "DeleteObject" => "grant `s3:DeleteObject` on the objects that this run wrote, or leave them there",
        "CreateBucket" => "grant `s3:CreateBucket`, or create the bucket yourself",
        _ => return None,
    })
}

/// The advice and the remedy for an answer.
pub(super) fn advise(status: u16, code: Option<&str>) -> (Advice, &'static str) {
    if let Some(code) = code {
        if let Some(&(_, advice, remedy)) = CODES.iter().find(|(known, ..)| *known == code) {
            return (advice, remedy);
        }
        if code.starts_with("KMS.") {
            return (Advice::Park, "check the KMS key, its policy and `engine.sse_kms_key_id`");
        }
    }
    STATUSES.iter().find(|(known, ..)| *known == status).map_or_else(
        || {
            let advice = if status >= 500 { Advice::Retry } else { Advice::Park };
            (advice, "see the server's message")
        },
        |&(_, advice, remedy)| (advice, remedy),
    )
}
