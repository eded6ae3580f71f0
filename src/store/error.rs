//! The errors of a store, and the table that says what a caller can do about each.
//!
//! | advice | meaning |
//! |---|---|
//! | [`Advice::Retry`] | the same request may succeed in a moment |
//! | [`Advice::Park`] | a person has to fix something; keep the data |
//! | [`Advice::Exists`] | an object with that key exists |
//!
//! No store error means that the data is wrong. Only input that cannot be read is quarantined.

use std::{fmt, io};

use super::advice::{OF_KEY, OF_SETTINGS, advise, grant};
use crate::visible::{shortened, visible};

/// What a caller can do about a [`StoreError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Try the same again after a pause.
    Retry,
    /// Keep the data and report it: access, bucket, region, key or credentials are wrong.
    Park,
    /// An object with that key exists. If an earlier attempt got no answer, the object may come from it.
    Exists,
}

const NO_BUCKET_TO_WRITE_TO: &str = "create the bucket (`conform` does it with `--create-bucket`), or name \
     another in `connection.s3_bucket_name` of a settings file (`--settings`)";

const WITHOUT_CONDITIONS: &str = "this server cannot refuse a name that is taken (`If-None-Match`): set `engine.conditional_writes = \
     false`; a repeated upload then replaces its own object, and of two files that draw the same name the second replaces the \
     first";

/// How many characters are kept of a server's error code and of its message.
const LONGEST_CODE: usize = 64;
const LONGEST_DETAIL: usize = 256;

/// Why a request to a store failed. Its text names the operation, the target and the remedy, never a secret.
#[derive(Debug)]
pub struct StoreError {
    /// The S3 operation, for instance `PutObject`.
    pub operation: &'static str,
    /// The bucket, or the bucket and key.
    pub target: String,
    /// The HTTP status, if an answer was received.
    pub status: Option<u16>,
    /// The S3 error code, if the answer has one.
    pub code: Option<String>,
    /// The message of the server or the connection, shortened, with escapes for what a terminal or a log would obey.
    pub detail: String,
    /// What the caller can do.
    pub advice: Advice,
    /// The remedy, in a few words.
    pub remedy: &'static str,
    /// Whether the server may have completed the request although no answer confirms it.
    pub answer_lost: bool,
}

impl StoreError {
    /// The server answered with an error.
    pub fn answered(
        operation: &'static str,
        target: impl Into<String>,
        status: u16,
        code: Option<&str>,
        detail: impl Into<String>,
    ) -> Self {
        let (advice, mut remedy) = advise(status, code);
        if advice == Advice::Park && status == 403 && matches!(code, None | Some("AccessDenied")) {
            remedy = grant(operation).unwrap_or(remedy);
        }
        let detail = shortened(&detail.into(), LONGEST_DETAIL);
        if status == 403 && is_of_key(code, &detail) && code == Some("AccessDenied") {
            remedy = OF_KEY;
        }
        if code == Some("NoSuchBucket") && operation == "PutObject" {
            remedy = NO_BUCKET_TO_WRITE_TO;
        }
        Self {
            operation,
            target: target.into(),
            status: Some(status),
            code: code.map(|code| shortened(code, LONGEST_CODE)),
            detail,
            advice,
            remedy,
            // An error with status 200 is sent after the work has started, and a server or gateway can fail after the
            // work is done.
            answer_lost: status < 300 || matches!(status, 500 | 502 | 504),
        }
    }

    /// The same for a write whose only condition is that its key is free. A server that cannot check this answers 501. The write
    /// is not repeated without the condition, because it could replace an object.
    pub fn of_condition(self) -> Self {
        let is_refused = self.status == Some(501);
        if is_refused { Self { advice: Advice::Park, remedy: WITHOUT_CONDITIONS, ..self } } else { self }
    }

    /// Whether the KMS key refused the request: S3 calls KMS for the principal, and names the action of KMS (ACC-5).
    pub fn is_of_key(&self) -> bool {
        is_of_key(self.code.as_deref(), &self.detail)
    }

    /// Whether the cause can go away while the program waits, for instance when somebody grants a permission. Otherwise the
    /// settings or the command are wrong.
    pub fn can_pass(&self) -> bool {
        match (self.advice, self.status) {
            (Advice::Retry, _) => true,
            (Advice::Exists, _) | (Advice::Park, None | Some(301 | 501)) => false,
            (Advice::Park, Some(_)) => self.code.as_deref().is_none_or(|code| !OF_SETTINGS.contains(&code)),
        }
    }

    /// The error code, else the HTTP status: the same for all errors with one cause.
    pub(crate) fn cause(&self) -> String {
        match (&self.code, self.status) {
            (Some(code), _) => code.clone(),
            (None, Some(status)) => format!("HTTP status {status}"),
            (None, None) => "no answer".to_owned(),
        }
    }

    /// No answer was received. `sent` says whether the request may have reached the server.
    pub fn unanswered(
        operation: &'static str,
        target: impl Into<String>,
        sent: bool,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            operation,
            target: target.into(),
            status: None,
            code: None,
            detail: shortened(&detail.into(), LONGEST_DETAIL),
            advice: Advice::Retry,
            remedy: "check the endpoint and the network",
            answer_lost: sent,
        }
    }

    /// The server's certificate is not trusted.
    pub fn untrusted(operation: &'static str, target: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            advice: Advice::Park,
            remedy: "if the server is yours, trust its certificate with `--ca-bundle` or `engine.ca_bundle`",
            ..Self::unanswered(operation, target, false, detail)
        }
    }

    /// The server does not use TLS.
    pub fn plain(operation: &'static str, target: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            remedy: "write the endpoint with `http://`, or name the port on which the server uses TLS",
            ..Self::untrusted(operation, target, detail)
        }
    }

    /// The request could not be sent: there are no credentials, or a key has invalid characters.
    pub fn unsendable(operation: &'static str, target: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            advice: Advice::Park,
            remedy: "check the credentials: settings, environment, profile",
            ..Self::unanswered(operation, target, false, detail)
        }
    }

    /// A variable of the environment names an endpoint that cannot be used.
    pub fn endpoint(target: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            remedy: "correct or unset the variable (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL) or the profile's endpoint_url; \
                     `engine.endpoint` has precedence over them",
            ..Self::unsendable("connecting", target, detail)
        }
    }

    /// The server gave a continuation token twice.
    pub(super) fn endless_listing(prefix: &str) -> Self {
        let detail = "the server gave the continuation token of an earlier page again, so the listing has no end";
        let remedy = "another program can list the bucket to show whether the server or a proxy is wrong";
        Self { advice: Advice::Park, remedy, ..Self::unanswered("ListObjectsV2", prefix, true, detail) }
    }

    /// The listing has more keys than are held.
    #[cfg(any(feature = "conform", feature = "canary"))]
    pub(crate) fn too_many_keys(prefix: &str, most: &str) -> Self {
        let detail = format!("there are more than {most}, the limit");
        let remedy = "list them with another program, and delete what is not needed";
        Self { advice: Advice::Park, remedy, ..Self::unanswered("ListObjectsV2", prefix, true, detail) }
    }

    /// The server took too long, so that another attempt is of no use.
    pub(crate) fn too_slow(operation: &'static str, target: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { advice: Advice::Park, ..Self::unanswered(operation, target, true, detail) }
    }

    /// The content of an object could not be read to its end.
    pub(crate) fn of_content(key: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::too_slow("GetObject", key, error.to_string()),
            _ => Self::unanswered("GetObject", key, true, error.to_string()),
        }
    }

    /// There are no credentials to sign the request with.
    pub fn without_credentials(operation: &'static str, target: impl Into<String>, detail: impl fmt::Display) -> Self {
        let detail = detail.to_string();
        // The SDK goes on with a line for each place without credentials.
        let detail = detail.lines().next().unwrap_or_default().trim_end_matches(" Attempted:").trim_end_matches('.');
        Self {
            remedy: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, use `--profile`, or set both keys in the settings",
            ..Self::unsendable(operation, target, format!("no credentials were found: {detail}"))
        }
    }
}

fn is_of_key(code: Option<&str>, detail: &str) -> bool {
    code.is_some_and(|code| code.starts_with("KMS.")) || detail.contains("kms:")
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of `{}` failed: ", self.operation, visible(&self.target))?;
        match (&self.code, self.status) {
            (Some(code), Some(status)) => write!(f, "{code} ({status})")?,
            (None, Some(status)) => write!(f, "HTTP status {status}")?,
            // The detail says what came.
            _ if self.advice == Advice::Park && self.answer_lost => {
                return write!(f, "{}; {}", self.detail, self.remedy);
            }
            _ if self.advice == Advice::Park => f.write_str("nothing was sent")?,
            _ => f.write_str("no answer")?,
        }
        if !self.detail.is_empty() {
            write!(f, ", {}", self.detail)?;
        }
        write!(f, "; {}", self.remedy)
    }
}

impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn advice(status: u16, code: Option<&str>) -> Advice {
        StoreError::answered("PutObject", "b/k", status, code, "").advice
    }

    #[test]
    fn a_code_outranks_its_status() {
        assert_eq!(advice(403, Some("RequestTimeTooSkewed")), Advice::Retry);
        assert_eq!(advice(403, Some("AccessDenied")), Advice::Park);
        assert_eq!(advice(400, Some("RequestTimeout")), Advice::Retry);
        assert_eq!(advice(400, Some("KMS.KeyUnavailable")), Advice::Park);
    }

    #[test]
    fn what_the_sdks_of_aws_repeat_is_repeated() {
        for code in [
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
            "RequestThrottled",
            "KMS.ThrottlingException",
            "KMS.InternalException",
            "BadDigest",
            "IncompleteBody",
            "XAmzContentSHA256Mismatch",
        ] {
            assert_eq!(advice(400, Some(code)), Advice::Retry, "{code}");
        }
        assert_eq!([420, 425, 429].map(|status| advice(status, None)), [Advice::Retry; 3]);
    }

    #[test]
    fn what_somebody_can_permit_may_pass_and_wrong_settings_may_not() {
        let can_pass = |status, code| StoreError::answered("PutObject", "b/k", status, Some(code), "").can_pass();
        assert!(can_pass(403, "AccessDenied") && can_pass(400, "ExpiredToken") && can_pass(404, "NoSuchBucket"));
        assert!(can_pass(418, "Brandnew"));
        assert!(!can_pass(301, "PermanentRedirect") && !can_pass(400, "AccessControlListNotSupported"));
        assert!(!StoreError::untrusted("PutObject", "b/k", "").can_pass());
    }

    #[test]
    fn a_server_without_conditions_is_not_retried() {
        assert_eq!((advice(501, Some("NotImplemented")), advice(501, None)), (Advice::Park, Advice::Park));
        let error = StoreError::answered("PutObject", "b/k", 501, None, "").of_condition();
        assert!(error.remedy.contains("engine.conditional_writes = false"), "{error}");
        let error = StoreError::answered("PutObject", "b/k", 503, None, "").of_condition();
        assert_eq!(error.advice, Advice::Retry);
    }

    /// Bug: the remedy for a refusal by the KMS key was to grant `s3:PutObject`.
    #[test]
    fn acc_5_a_refusal_by_the_key_names_the_policy_of_the_key() {
        let refused = |code, action: &str| {
            let detail =
                format!("User: arn:aws:sts::1:assumed-role/w/s is not authorized to perform: {action} on resource: r");
            StoreError::answered("PutObject", "b/k", 403, Some(code), detail)
        };
        for code in ["AccessDenied", "KMS.AccessDeniedException"] {
            let error = refused(code, "kms:GenerateDataKey");
            assert!(error.is_of_key() && error.remedy.contains("`policy render key`"), "{error}");
        }
        let error = refused("AccessDenied", "s3:PutObject");
        assert!(!error.is_of_key() && error.remedy.contains("grant `s3:PutObject`"), "{error}");
    }

    #[test]
    fn an_unknown_error_is_never_dropped() {
        assert_eq!(advice(400, Some("Brandnew")), Advice::Park);
        assert_eq!(advice(418, None), Advice::Park);
        assert_eq!(advice(599, None), Advice::Retry);
        assert_eq!(advice(412, None), Advice::Exists);
    }

    #[test]
    fn a_server_cannot_forge_lines_or_fill_the_terminal() {
        let long = "\u{1b}[2J\r\n::error::".to_owned() + &"x".repeat(10_000_000);
        let error = StoreError::answered("PutObject", "b/\u{9b}k", 400, Some(&long), long.as_str());
        let said = error.to_string();
        assert!(said.len() < 600 && !said.contains(|c: char| c.is_control()), "{said}");
        assert!(StoreError::unanswered("PutObject", "b", true, long).to_string().len() < 400);
    }

    #[test]
    fn a_message_names_the_target_and_the_remedy() {
        let error =
            StoreError::answered("PutObject", "mp-forwarding-x/a.txt", 404, Some("NoSuchBucket"), "it is not there");
        assert_eq!(
            error.to_string(),
            "PutObject of `mp-forwarding-x/a.txt` failed: NoSuchBucket (404), it is not there; create the bucket \
             (`conform` does it with `--create-bucket`), or name another in `connection.s3_bucket_name` of a settings file (`--settings`)"
        );
        let error = StoreError::answered("ListObjectsV2", "mp-forwarding-x", 403, Some("AccessDenied"), "");
        assert!(error.to_string().ends_with("that reads, or change the Deny that applies to it"), "{error}");
    }
}
