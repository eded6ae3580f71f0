//! What a request asks for, in the terms of policies: rights on resources, and what is known about it besides.

use hyper::HeaderMap;
use jiff::Timestamp;

use super::rules::Transport;
use crate::access::Partition;
use crate::access::evaluate::Context;
use crate::store::percent;

/// A request, as far as it is judged.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    /// The S3 operation, for instance `PutObject`.
    pub(super) operation: &'a str,
    /// The bucket; none for a list of buckets.
    pub(super) bucket: Option<&'a str>,
    /// The object's key.
    pub(super) key: Option<&'a str>,
    /// The query string.
    pub(super) query: &'a str,
    /// The headers.
    pub(super) headers: &'a HeaderMap,
    /// What the connection counts as.
    pub(super) transport: Transport,
}

/// A right that a request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) action: String,
    pub(super) resource: String,
}

impl Asked<'_> {
    /// The rights that the operation needs. `is_there` says whether the object exists: only who may list is told that one
    /// does not.
    pub(super) fn needs(&self, partition: Partition, is_there: bool) -> Vec<Need> {
        let bucket = format!("arn:{partition}:s3:::{}", self.bucket.unwrap_or("*"));
        let object = format!("{bucket}/{}", self.key.unwrap_or("*"));
        let need =
            |action: &str, resource: &str| Need { action: format!("s3:{action}"), resource: resource.to_owned() };
        match self.operation {
            "ListBuckets" => vec![need("ListAllMyBuckets", "*")],
            "HeadBucket" | "ListObjects" | "ListObjectsV2" => vec![need("ListBucket", &bucket)],
            "GetObject" | "HeadObject" if is_there => vec![need("GetObject", &object)],
            "GetObject" | "HeadObject" => vec![need("GetObject", &object), need("ListBucket", &bucket)],
            "DeleteObject" | "DeleteObjects" => vec![need("DeleteObject", &object)],
            "AbortMultipartUpload" => vec![need("AbortMultipartUpload", &object)],
            "ListParts" => vec![need("ListMultipartUploadParts", &object)],
            "UploadPart" | "CompleteMultipartUpload" => vec![need("PutObject", &object)],
            "PutObject" | "CreateMultipartUpload" if self.sends_acl() => {
                vec![need("PutObject", &object), need("PutObjectAcl", &object)]
            }
            "PutObject" | "CreateMultipartUpload" => vec![need("PutObject", &object)],
            other if self.key.is_some() => vec![need(other, &object)],
            other => vec![need(other, &bucket)],
        }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Whether it says who may read or own the object.
    pub(super) fn sends_acl(&self) -> bool {
        self.headers.keys().any(|name| name.as_str() == "x-amz-acl" || name.as_str().starts_with("x-amz-grant-"))
    }

    /// Whether it makes an object, and so chooses its encryption.
    pub(super) fn stores(&self) -> bool {
        matches!(self.operation, "PutObject" | "CreateMultipartUpload")
    }

    /// Adds what S3 knows of a request to what is known of its principal.
    pub(super) fn describe(&self, context: &mut Context, owner: &str) {
        match self.transport {
            Transport::Tls12 => context.set("s3:TlsVersion", ["1.2"]),
            Transport::Tls11 => context.set("s3:TlsVersion", ["1.1"]),
            Transport::Plain => {
                context.set("aws:SecureTransport", ["false"]);
                context.remove("s3:TlsVersion");
            }
        }
        let now = Timestamp::now();
        context.set("aws:CurrentTime", [now.to_string()]);
        context.set("aws:EpochTime", [now.as_second().to_string()]);
        context.set("aws:ResourceAccount", [owner]);
        context.set("s3:ResourceAccount", [owner]);
        context.set("s3:signatureversion", ["AWS4-HMAC-SHA256"]);
        for header in [
            "x-amz-acl",
            "x-amz-content-sha256",
            "x-amz-storage-class",
            "x-amz-server-side-encryption",
            "x-amz-server-side-encryption-aws-kms-key-id",
        ] {
            if let Some(value) = self.header(header) {
                context.set(&format!("s3:{header}"), [value]);
            }
        }
        if let Some(value) = self.header("if-none-match") {
            context.set("s3:if-none-match", [value]);
        }
        for (name, value) in self.query.split('&').filter_map(|pair| pair.split_once('=')) {
            if matches!(name, "prefix" | "delimiter" | "max-keys")
                && let Ok(value) = String::from_utf8(percent::decode(value))
            {
                context.set(&format!("s3:{name}"), [value]);
            }
        }
    }
}
