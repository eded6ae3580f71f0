//! An object to be written, and what a listing says of one.

use bytes::Bytes;

use crate::settings::{ServerSideEncryption, Settings};

/// An object to be created. Key and bytes are fixed before the first attempt, so that all attempts are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// The object key.
    pub key: String,
    /// The bytes as they will be stored.
    pub body: Bytes,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// The server-side encryption to ask for, if any (SSE-1).
    pub encryption: Option<Encryption>,
    /// The canned ACL to send, if any (ACC-7).
    pub acl: Option<Acl>,
}

/// Server-side encryption of S3, as a request asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encryption {
    /// `AES256`: keys that S3 manages.
    Aes256,
    /// `aws:kms`, with the bucket's or account's default key if none is named.
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
    /// The encryption that `settings` choose for every object (SSE-1), if they choose one.
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
    /// `bucket-owner-full-control`, the one that a bucket without ACLs still accepts (ACC-7).
    BucketOwnerFullControl,
    /// `private`, which such a bucket refuses. A test sends it, since it opens nothing where it is accepted.
    Private,
}

/// What a listing or a `HEAD` says of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectMeta {
    /// The object key.
    pub key: String,
    /// Stored bytes.
    pub size: u64,
    /// The entity tag as the server gave it, without quotes.
    pub etag: Option<String>,
    /// Its headers; a listing does not have them.
    pub headers: Option<Headers>,
}

/// The headers of a stored object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// The server-side encryption (SSE-1): the requested one, or the bucket's default.
    pub encryption: Option<StoredEncryption>,
}

/// The server-side encryption of a stored object, as the server names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEncryption {
    /// `x-amz-server-side-encryption`, for instance `AES256` or `aws:kms`.
    pub method: String,
    /// The key, if there is one and the server names it.
    pub key_id: Option<String>,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects of this page.
    pub objects: Vec<ObjectMeta>,
    /// Keys that are not UTF-8, percent-encoded: they can be reported and not requested.
    pub not_utf8: Vec<String>,
    /// The token for the next page; `None` on the last one.
    pub continuation: Option<String>,
}
