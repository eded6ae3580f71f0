//! An object on its way into a bucket, and what a listing says of one.

use bytes::Bytes;

use crate::settings::{ServerSideEncryption, Settings};

/// An object to be created. Key and bytes are fixed before the first attempt, so that every attempt is the same one.
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

/// Server-side encryption methods of S3, as they are asked for on a request.
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
    /// What `settings` have asked for on every object (SSE-1); nothing for `None`.
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
    /// `private`, which such a bucket refuses; sent to see whether it does, since it opens nothing where it is taken.
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
    /// How it is kept; a listing does not say.
    pub headers: Option<Headers>,
}

/// How a store says that it keeps an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers {
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Encoding`
    pub content_encoding: Option<String>,
    /// The server-side encryption (SSE-1): asked for, or the bucket's own default where the store applies one.
    pub encryption: Option<StoredEncryption>,
}

/// The server-side encryption of a stored object, in the server's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEncryption {
    /// `x-amz-server-side-encryption`, for instance `AES256` or `aws:kms`.
    pub method: String,
    /// The key, where one encrypts and the server tells it.
    pub key_id: Option<String>,
}

/// A page of a listing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The objects of this page.
    pub objects: Vec<ObjectMeta>,
    /// Keys that are no UTF-8, percent-encoded: they can be told, but not asked for.
    pub not_utf8: Vec<String>,
    /// Hands over to the next page; `None` on the last one.
    pub continuation: Option<String>,
}
