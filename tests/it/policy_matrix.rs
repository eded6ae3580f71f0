//! A matrix of requests that are sent to a server with different credentials and compared with the decisions of `policy
//! can`.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use mp_forwarding::access::Policy;
use mp_forwarding::access::evaluate::{Context, Identity, Policies, Principal, Request, decide};
use serde_json::Value;

/// The bucket of the policies.
pub(crate) const BUCKET: &str = "mp-forwarding-acme";
/// Another bucket of the same owner.
pub(crate) const OTHER: &str = "mp-forwarding-another";
/// The folder to which an edition restricts mParticle.
pub(crate) const FOLDER: &str = "exports";
const VERIFICATION: &str = "mParticle_Bucket_Verification_20260101-000000.txt";

/// One request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked {
    Put(&'static str, &'static str),
    PutAcl(&'static str, &'static str),
    Get(&'static str, &'static str),
    Delete(&'static str, &'static str),
    List(&'static str, &'static str),
    Region(&'static str),
    Buckets,
    SetPolicy(&'static str),
}

/// Requests that the policies allow, and similar requests that they deny.
pub(crate) const MATRIX: [Asked; 15] = [
    Asked::Put(BUCKET, "exports/a.txt"),
    Asked::Put(BUCKET, "exports/2026-01-01/a.txt"),
    Asked::Put(BUCKET, "other/a.txt"),
    Asked::Put(BUCKET, VERIFICATION),
    Asked::Put(OTHER, "exports/a.txt"),
    Asked::Get(BUCKET, "exports/a.txt"),
    Asked::Get(BUCKET, "other/a.txt"),
    Asked::Get(OTHER, "exports/a.txt"),
    Asked::List(BUCKET, "exports/"),
    Asked::List(OTHER, "exports/"),
    Asked::Region(BUCKET),
    Asked::Region(OTHER),
    Asked::Buckets,
    Asked::Delete(BUCKET, "exports/a.txt"),
    Asked::SetPolicy(BUCKET),
];

impl Asked {
    pub(crate) fn action(self) -> &'static str {
        match self {
            Self::Put(..) => "s3:PutObject",
            Self::PutAcl(..) => "s3:PutObjectAcl",
            Self::Get(..) => "s3:GetObject",
            Self::Delete(..) => "s3:DeleteObject",
            Self::List(..) => "s3:ListBucket",
            Self::Region(_) => "s3:GetBucketLocation",
            Self::Buckets => "s3:ListAllMyBuckets",
            Self::SetPolicy(_) => "s3:PutBucketPolicy",
        }
    }

    pub(crate) fn resource(self) -> String {
        match self {
            Self::Put(bucket, key) | Self::PutAcl(bucket, key) | Self::Get(bucket, key) | Self::Delete(bucket, key) => {
                format!("arn:aws:s3:::{bucket}/{key}")
            }
            Self::List(bucket, _) | Self::Region(bucket) | Self::SetPolicy(bucket) => format!("arn:aws:s3:::{bucket}"),
            // The permission has no resource. Servers evaluate it for all buckets.
            Self::Buckets => "arn:aws:s3:::*".to_owned(),
        }
    }

    /// Whether the server allows the request. A failure other than a refusal counts as allowed.
    pub(crate) async fn passes(self, s3: &Client) -> bool {
        let body = || ByteStream::from_static(b"{}");
        let answer = match self {
            Self::Put(bucket, key) => code_of(s3.put_object().bucket(bucket).key(key).body(body()).send().await),
            Self::PutAcl(bucket, key) => {
                let acl = aws_sdk_s3::types::ObjectCannedAcl::BucketOwnerFullControl;
                code_of(s3.put_object_acl().bucket(bucket).key(key).acl(acl).send().await)
            }
            Self::Get(bucket, key) => code_of(s3.get_object().bucket(bucket).key(key).send().await),
            Self::Delete(bucket, key) => code_of(s3.delete_object().bucket(bucket).key(key).send().await),
            Self::List(bucket, prefix) => code_of(s3.list_objects_v2().bucket(bucket).prefix(prefix).send().await),
            Self::Region(bucket) => code_of(s3.get_bucket_location().bucket(bucket).send().await),
            Self::Buckets => code_of(s3.list_buckets().send().await),
            Self::SetPolicy(bucket) => code_of(s3.put_bucket_policy().bucket(bucket).policy("{}").send().await),
        };
        match answer {
            Ok(()) => true,
            Err(Some(code)) if code == "AccessDenied" => false,
            Err(Some(code)) if ["AccessControlListNotSupported", "MalformedPolicy"].contains(&code.as_str()) => true,
            Err(code) => panic!("{self:?}: neither passed nor denied: {code:?}"),
        }
    }
}

/// The error code, if the request failed.
fn code_of<T, E: ProvideErrorMetadata>(
    answer: Result<T, SdkError<E, aws_sdk_s3::config::http::HttpResponse>>,
) -> Result<(), Option<String>> {
    match answer {
        Ok(_) => Ok(()),
        // If the answer has no body or one that the SDK cannot read, only the status is known.
        Err(error) if error.code().is_none() => match error.raw_response().map(|raw| raw.status().as_u16()) {
            Some(200..=299) => Ok(()),
            Some(403) => Err(Some("AccessDenied".to_owned())),
            _ => Err(None),
        },
        Err(error) => Err(error.code().map(str::to_owned)),
    }
}

/// The sender and the policies.
pub(crate) struct Asker<'a> {
    pub(crate) principal: &'a str,
    pub(crate) own: Option<&'a Value>,
    pub(crate) bucket: Option<&'a Value>,
    pub(crate) owner: &'a str,
    /// Whether the server is accessed over TLS.
    pub(crate) tls: bool,
}

impl Asker<'_> {
    /// The decision of `policy can`.
    pub(crate) fn can(&self, asked: Asked) -> bool {
        let principal: Principal = self.principal.parse().unwrap();
        let mut context = Context::of(&principal);
        if !self.tls {
            context.set("aws:SecureTransport", ["false"]);
            context.remove("s3:TlsVersion");
        }
        if let Asked::List(_, prefix) = asked {
            context.set("s3:prefix", [prefix]);
        }
        let own = self.own.map(|document| Policy::from_value(document).unwrap());
        let own: Vec<(&str, &Policy)> = own.iter().map(|policy| ("own", policy)).collect();
        let bucket = self.bucket.map(|document| Policy::from_value(document).unwrap());
        let policies = Policies { identity: Identity::Known(&own), resource: bucket.as_ref(), owner: Some(self.owner) };
        let request = Request { principal, action: asked.action().to_owned(), resource: asked.resource(), context };
        decide(&request, &policies).unwrap().is_allowed()
    }

    /// Sends every request. Returns the requests for which the server and `policy can` differ, and the number of
    /// allowed requests.
    pub(crate) async fn ask(&self, s3: &Client, requests: &[Asked]) -> (Vec<String>, usize) {
        let (mut differences, mut passed) = (Vec::new(), 0);
        for asked in requests {
            let (server, can) = (asked.passes(s3).await, self.can(*asked));
            passed += usize::from(server);
            if server != can {
                let word = |passes: bool| if passes { "allowed" } else { "denied" };
                differences.push(format!("{asked:?}: the server {}, policy can {}", word(server), word(can)));
            }
        }
        (differences, passed)
    }
}

/// Creates buckets with an object in each place that is read.
pub(crate) async fn furnish(root: &Client) {
    for bucket in [BUCKET, OTHER] {
        root.create_bucket().bucket(bucket).send().await.unwrap();
        for key in ["exports/a.txt", "other/a.txt"] {
            root.put_object().bucket(bucket).key(key).body(ByteStream::from_static(b"{}")).send().await.unwrap();
        }
    }
}
