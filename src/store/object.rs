//! Objects to write, and objects in a listing.

use bytes::Bytes;
use jiff::Timestamp;

use crate::settings::{ServerSideEncryption, Settings};

/// An object to create. Key and bytes are fixed before the first attempt, so that all attempts are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The object key.
    pub key: String,
    /// The bytes as they will be stored.
    pub body: Bytes,
    /// The header `Content-Type`.
    pub content_type: &'static str,
    /// The server-side encryption to request, if any (SSE-1).
    pub encryption: Option<Encryption>,
    /// The canned ACL to send, if any (ACC-7).
    pub acl: Option<Acl>,
}

/// The server-side encryption that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// `AES256`, with keys that S3 manages.
    Aes256,
    /// `aws:kms`, with the default key of the bucket or account unless a key is given.
    AwsKms {
        /// The key's ARN, id or alias.
        key_id: Option<String>,
    },
    /// `aws:kms:dsse`: two layers of encryption.
    AwsKmsDsse {
        /// The key's ARN, id or alias.
        key_id: Option<String>,
    },
}

impl Encryption {
    /// The encryption that `settings` require for every object (SSE-1), if any.
    pub fn of(settings: &Settings) -> Option<Self> {
        let key_id = settings.engine.sse_kms_key_id.clone();
        match settings.connection.server_side_encryption_method {
            ServerSideEncryption::None => None,
            ServerSideEncryption::Aes256 => Some(Self::Aes256),
            ServerSideEncryption::AwsKms => Some(Self::AwsKms { key_id }),
            ServerSideEncryption::AwsKmsDsse => Some(Self::AwsKmsDsse { key_id }),
        }
    }
}

/// A canned ACL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acl {
    /// `bucket-owner-full-control`, which a bucket with ACLs disabled still accepts (ACC-7).
    BucketOwnerFullControl,
    /// `private`, which such a bucket refuses. It is for tests, because it gives no access to others if it is accepted.
    Private,
}

/// The metadata of an object from a listing or a `HEAD` request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    /// The object key.
    pub key: String,
    /// The number of stored bytes.
    pub size: u64,
    /// The entity tag from the server, without quotes.
    pub etag: Option<String>,
    /// The time of the last write, if the server says it.
    pub modified_at: Option<Timestamp>,
    /// The headers; a listing does not have them.
    pub headers: Option<Headers>,
}

/// The headers of a stored object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// The header `Content-Type`.
    pub content_type: Option<String>,
    /// The header `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The server-side encryption (SSE-1): the requested one, or the bucket's default.
    pub encryption: Option<StoredEncryption>,
}

/// The server-side encryption of a stored object, as reported by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEncryption {
    /// `x-amz-server-side-encryption`, for instance `AES256` or `aws:kms`.
    pub method: String,
    /// The key, if the server reports one.
    pub key_id: Option<String>,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects of this page.
    pub objects: Vec<ObjectMeta>,
    /// Keys that are not UTF-8, percent-encoded. They can be reported but not requested.
    pub not_utf8: Vec<String>,
    /// The token for the next page; `None` on the last page.
    pub continuation: Option<String>,
}
