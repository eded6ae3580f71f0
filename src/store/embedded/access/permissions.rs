//! A request in the terms of policies: its needed permissions and its condition keys.

use hyper::HeaderMap;
use jiff::Timestamp;

use super::rules::Transport;
use crate::access::Partition;
use crate::access::evaluate::Context;
use crate::store::percent;

/// The properties of a request that policies evaluate.
#[derive(Debug)]
pub(super) struct S3Call<'a> {
    /// The S3 operation, for instance `PutObject`.
    pub(super) operation: &'a str,
    /// The bucket; `None` for a list of buckets.
    pub(super) bucket: Option<&'a str>,
    /// The object's key.
    pub(super) key: Option<&'a str>,
    /// The query string.
    pub(super) query: &'a str,
    /// The headers.
    pub(super) headers: &'a HeaderMap,
    /// The transport that the connection is treated as.
    pub(super) transport: Transport,
}

/// An action on a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Permission {
    pub(super) action: String,
    pub(super) resource: String,
}

impl S3Call<'_> {
    /// The permissions that the operation needs. `exists` says whether the object exists. Only principals that may list
    /// are allowed to see that an object does not exist.
    pub(super) fn permissions(&self, partition: Partition, exists: bool) -> Vec<Permission> {
        let bucket = format!("arn:{partition}:s3:::{}", self.bucket.unwrap_or("*"));
        let object = format!("{bucket}/{}", self.key.unwrap_or("*"));
        let need =
            |action: &str, resource: &str| Permission { action: format!("s3:{action}"), resource: resource.to_owned() };
        match self.operation {
            "ListBuckets" => vec![need("ListAllMyBuckets", "*")],
            "HeadBucket" | "ListObjects" | "ListObjectsV2" => vec![need("ListBucket", &bucket)],
            "GetObject" | "HeadObject" if exists => vec![need("GetObject", &object)],
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

    /// Whether the request sends an ACL.
    pub(super) fn sends_acl(&self) -> bool {
        self.headers.keys().any(|name| name.as_str() == "x-amz-acl" || name.as_str().starts_with("x-amz-grant-"))
    }

    /// Whether the request creates an object and can choose its encryption.
    pub(super) fn stores(&self) -> bool {
        matches!(self.operation, "PutObject" | "CreateMultipartUpload")
    }

    /// Adds the condition keys of the request to those of its principal.
    pub(super) fn add_to(&self, context: &mut Context, owner: &str) {
        match self.transport {
            Transport::Tls12 => context.set("s3:TlsVersion", ["1.2"]),
            Transport::Tls11 => context.set("s3:TlsVersion", ["1.1"]),
            Transport::Plain => {
                context.set("aws:SecureTransport", ["false"]);
                context.remove("s3:TlsVersion");
            }
        }
        for (key, header) in [("aws:UserAgent", "user-agent"), ("aws:Referer", "referer")] {
            if let Some(value) = self.header(header) {
                context.set(key, [value]);
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
