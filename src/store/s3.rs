//! A bucket on AWS or on a compatible server, accessed with the AWS SDK.

use std::fmt;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{
    BucketLocationConstraint, CreateBucketConfiguration, EncodingType, ObjectCannedAcl, ServerSideEncryption,
};
use jiff::Timestamp;

use super::answer_limit::IsStreamed;
use super::{
    Acl, Encryption, Fetched, Headers, Object, ObjectMeta, Page, Store, StoreError, StoredEncryption, percent, session,
};

/// The location of a bucket, and the credentials for it.
#[derive(Debug, Clone)]
pub struct S3Config {
    /// The bucket's name.
    pub bucket: String,
    /// The region to sign for.
    pub region: String,
    /// The server, if it is not AWS itself.
    pub endpoint: Option<String>,
    /// Whether the bucket is in the path (`http://host/bucket/key`) or in the host name.
    pub path_style: bool,
    /// PEM certificates to trust in addition to those of the system.
    pub ca_bundle: Option<Vec<u8>>,
    /// The credentials that sign the requests.
    pub credentials: CredentialSource,
    /// A role to assume with these credentials.
    pub assume_role: Option<AssumeRole>,
    /// Whether to send the SDK's default checksums. Some servers refuse them.
    pub checksums: bool,
    /// Whether writes are conditional.
    pub conditions: Conditions,
}

/// Whether a write is refused where its key is taken (`If-None-Match: *`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditions {
    /// The condition is sent, and the server is known to keep it.
    Kept,
    /// The condition is sent. Of a server that is not AWS it is not known whether it keeps it.
    Sent,
    /// The condition is not sent: a write replaces the object that has its key.
    Off,
}

/// The source of credentials.
#[derive(Clone)]
pub enum CredentialSource {
    /// The AWS standard chain: environment, profile, web identity, SSO, container, instance.
    Chain {
        /// The profile to use instead of the default one.
        profile: Option<String>,
    },
    /// A key pair.
    Keys {
        /// The access key id.
        access_key_id: String,
        /// The secret access key; never shown.
        secret_access_key: String,
    },
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chain { profile } => f.debug_struct("Chain").field("profile", profile).finish(),
            Self::Keys { .. } => f.write_str("Keys(…)"),
        }
    }
}

/// A role to assume before writing.
#[derive(Debug, Clone)]
pub struct AssumeRole {
    /// The role's ARN.
    pub role_arn: String,
    /// The external id that the role's trust policy requires.
    pub external_id: Option<String>,
}

/// A bucket accessed with the AWS SDK.
#[derive(Debug, Clone)]
pub struct S3Store {
    client: Client,
    config: S3Config,
}

impl S3Store {
    /// Creates a client. No request is sent yet: a wrong endpoint or key is detected by the first request.
    ///
    /// # Errors
    /// If `ca_bundle` is not PEM.
    pub async fn connect(mut config: S3Config) -> Result<Self, StoreError> {
        let shared = session::load(&mut config, RetryConfig::disabled()).await?;
        Ok(Self { client: client(&shared, &config), config })
    }

    /// A client whose requests are not signed.
    ///
    /// # Errors
    /// If `ca_bundle` is not PEM.
    pub async fn connect_unsigned(config: S3Config) -> Result<Self, StoreError> {
        let credentials = CredentialSource::Chain { profile: None };
        let mut config = S3Config { credentials, assume_role: None, ..config };
        let mut shared = session::load(&mut config, RetryConfig::disabled()).await?.into_builder();
        shared.set_credentials_provider(None);
        Ok(Self { client: client(&shared.build(), &config), config })
    }

    /// A client for another bucket, endpoint or key pair that shares the connections of this one. The rest of `config`
    /// must be equal.
    pub fn sibling(&self, config: S3Config) -> Self {
        let mut builder = self.client.config().to_builder();
        builder.set_endpoint_url(config.endpoint.clone());
        if let CredentialSource::Keys { access_key_id, secret_access_key } = &config.credentials {
            let keys = Credentials::new(access_key_id, secret_access_key, None, None, "settings");
            builder = builder.credentials_provider(keys);
        }
        Self { client: Client::from_conf(builder.build()), config }
    }

    fn target(&self, key: &str) -> String {
        format!("{}/{key}", self.config.bucket)
    }

    fn fail<E>(&self, operation: &'static str, target: String, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        failure(self.config.endpoint.as_deref(), operation, target, error)
    }
}

/// The metadata in an answer to GET or HEAD, which are two types of the SDK with the same methods.
macro_rules! metadata {
    ($key:expr, $answer:expr) => {
        ObjectMeta {
            key: $key.to_owned(),
            size: size($answer.content_length()),
            etag: $answer.e_tag().map(unquote),
            modified_at: $answer.last_modified().and_then(timestamp),
            headers: Some(Headers {
                content_type: $answer.content_type().map(str::to_owned),
                content_encoding: $answer.content_encoding().map(str::to_owned),
                encryption: $answer.server_side_encryption().map(|method| StoredEncryption {
                    method: method.as_str().to_owned(),
                    key_id: $answer.ssekms_key_id().map(str::to_owned),
                }),
            }),
        }
    };
}

#[async_trait]
impl Store for S3Store {
    fn name(&self) -> String {
        match &self.config.endpoint {
            Some(endpoint) => format!("bucket `{}` at {endpoint}", self.config.bucket),
            None => format!("bucket `{}` in {}", self.config.bucket, self.config.region),
        }
    }

    async fn put(&self, object: &Object) -> Result<(), StoreError> {
        let mut request = self
            .client
            .put_object()
            .bucket(&self.config.bucket)
            .key(&object.key)
            .content_type(object.content_type)
            .set_if_none_match((self.config.conditions != Conditions::Off).then(|| "*".to_owned()))
            .body(ByteStream::from(object.body.clone()));
        if let Some(encryption) = &object.encryption {
            let (method, key_id) = match encryption {
                Encryption::Aes256 => (ServerSideEncryption::Aes256, None),
                Encryption::AwsKms { key_id } => (ServerSideEncryption::AwsKms, key_id.clone()),
                Encryption::AwsKmsDsse { key_id } => (ServerSideEncryption::AwsKmsDsse, key_id.clone()),
            };
            request = request.server_side_encryption(method).set_ssekms_key_id(key_id);
        }
        if let Some(acl) = object.acl {
            request = request.acl(match acl {
                Acl::BucketOwnerFullControl => ObjectCannedAcl::BucketOwnerFullControl,
                Acl::Private => ObjectCannedAcl::Private,
            });
        }
        match request.send().await {
            Ok(answer) if answer.e_tag().is_some() => Ok(()),
            // S3 can start an answer with 200 and end it with an error, and a proxy can answer instead of S3. Only a
            // stored object has an entity tag. Without one, the object may or may not exist.
            Ok(_) => {
                let detail = "the answer (200) has no entity tag, so it does not confirm a stored object";
                Err(StoreError::unanswered("PutObject", self.target(&object.key), true, detail))
            }
            Err(error) => {
                let error = self.fail("PutObject", self.target(&object.key), error);
                let is_plain = object.encryption.is_none() && object.acl.is_none();
                Err(if is_plain && self.config.conditions != Conditions::Off { error.of_condition() } else { error })
            }
        }
    }

    fn may_ignore_conditions(&self) -> bool {
        let endpoint = self.config.endpoint.as_deref();
        self.config.conditions == Conditions::Sent && endpoint.is_some_and(|endpoint| !session::is_of_aws(endpoint))
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        let request = self.client.get_object().bucket(&self.config.bucket).key(key).customize();
        match request.mutate_request(|request| request.add_extension(IsStreamed)).send().await {
            Ok(answer) => {
                let meta = metadata!(key, answer);
                Ok(Fetched { meta, body: Box::pin(answer.body.into_async_read()) })
            }
            Err(error) => Err(self.fail("GetObject", self.target(key), error)),
        }
    }

    async fn head(&self, key: &str) -> Result<Option<ObjectMeta>, StoreError> {
        match self.client.head_object().bucket(&self.config.bucket).key(key).send().await {
            Ok(answer) => Ok(Some(metadata!(key, answer))),
            Err(SdkError::ServiceError(context)) if context.err().is_not_found() => Ok(None),
            Err(error) => Err(self.fail("HeadObject", self.target(key), error)),
        }
    }

    async fn list(&self, prefix: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        let request = self
            .client
            .list_objects_v2()
            .bucket(&self.config.bucket)
            .prefix(prefix)
            .set_continuation_token(continuation.map(str::to_owned));
        let mut answer = request.clone().send().await;
        // A key with a character that XML does not allow makes the page unreadable. With this parameter, keys are
        // percent-encoded.
        if answer.as_ref().is_err_and(is_unreadable) {
            answer = request.encoding_type(EncodingType::Url).send().await;
        }
        let answer = answer.map_err(|error| self.fail("ListObjectsV2", self.target(prefix), error))?;
        let is_encoded = answer.encoding_type() == Some(&EncodingType::Url);
        let mut page = Page { continuation: answer.next_continuation_token().map(str::to_owned), ..Page::default() };
        for object in answer.contents() {
            let key = object.key().unwrap_or_default();
            match String::from_utf8(if is_encoded { percent::decode(key) } else { key.into() }) {
                Ok(key) => page.objects.push(ObjectMeta {
                    key,
                    size: size(object.size()),
                    etag: object.e_tag().map(unquote),
                    modified_at: object.last_modified().and_then(timestamp),
                    headers: None,
                }),
                Err(_) => page.not_utf8.push(key.to_owned()),
            }
        }
        Ok(page)
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        match self.client.delete_object().bucket(&self.config.bucket).key(key).send().await {
            Ok(_) => Ok(()),
            Err(error) => Err(self.fail("DeleteObject", self.target(key), error)),
        }
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        let mut request = self.client.create_bucket().bucket(&self.config.bucket);
        // `us-east-1` is not a location: a bucket without a location is in this region.
        if self.config.region != "us-east-1" {
            let place = BucketLocationConstraint::from(self.config.region.as_str());
            request = request
                .create_bucket_configuration(CreateBucketConfiguration::builder().location_constraint(place).build());
        }
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("BucketAlreadyOwnedByYou") => Ok(()),
            Err(error) => Err(self.fail("CreateBucket", self.config.bucket.clone(), error)),
        }
    }
}

/// A client for the bucket.
pub(super) fn client(shared: &SdkConfig, config: &S3Config) -> Client {
    let mut builder = aws_sdk_s3::config::Builder::from(shared).force_path_style(config.path_style);
    builder.set_endpoint_url(config.endpoint.clone());
    if !config.checksums {
        builder = builder
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    Client::from_conf(builder.build())
}

/// Converts an error of any service of the SDK. The message names the endpoint.
pub(crate) fn failure<E>(
    endpoint: Option<&str>,
    operation: &'static str,
    target: impl Into<String>,
    error: SdkError<E, HttpResponse>,
) -> StoreError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let at = endpoint.unwrap_or("AWS");
    match error {
        SdkError::ConstructionFailure(_) => {
            StoreError::unsendable(operation, target, DisplayErrorContext(&error).to_string())
        }
        SdkError::ServiceError(context) => {
            let (error, raw) = (context.err(), context.raw());
            let message = error.message().unwrap_or_default();
            let is_elsewhere = raw.status().as_u16() == 301 || error.code() == Some("AuthorizationHeaderMalformed");
            let detail = match raw.headers().get("x-amz-bucket-region").filter(|_| is_elsewhere) {
                Some(region) => format!("the bucket is in `{region}`"),
                None => message.to_owned(),
            };
            StoreError::answered(operation, target, raw.status().as_u16(), error.code(), detail)
        }
        SdkError::ResponseError(ref context) => {
            let status = context.raw().status().as_u16();
            StoreError::unanswered(operation, target, true, format!("the answer of {at} ({status}) broke off"))
        }
        SdkError::DispatchFailure(ref failure) => {
            let sent = !failure.is_user() && !is_connect_failure(&error);
            let cause = innermost(&error);
            if is_without_credentials(&error) {
                return StoreError::without_credentials(operation, target, cause);
            }
            if failure.as_connector_error().is_none_or(|e| e.is_other() && cause.contains("credential")) {
                return StoreError::unsendable(operation, target, cause);
            }
            if cause.contains("InvalidContentType") {
                let detail = format!("{at} answers in plain HTTP where `https://` asks for TLS");
                return StoreError::plain(operation, target, detail);
            }
            if cause.contains("certificate") {
                return StoreError::untrusted(operation, target, format!("{at}: {cause}"));
            }
            StoreError::unanswered(operation, target, sent, format!("{at}: {cause}"))
        }
        error => StoreError::unanswered(operation, target, true, format!("{at}: {}", innermost(&error))),
    }
}

/// Whether the server reported success but the answer cannot be read.
fn is_unreadable<E>(error: &SdkError<E, HttpResponse>) -> bool {
    error.raw_response().is_some_and(|answer| answer.status().is_success())
}

fn size(length: Option<i64>) -> u64 {
    length.and_then(|n| u64::try_from(n).ok()).unwrap_or_default()
}

fn timestamp(date: &aws_sdk_s3::primitives::DateTime) -> Option<Timestamp> {
    Timestamp::new(date.secs(), i32::try_from(date.subsec_nanos()).ok()?).ok()
}

fn unquote(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

/// The innermost error of the SDK, which has the cause.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The SDK reports missing credentials as a connection failure, because it loads them when it sends a request.
fn is_without_credentials(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<CredentialsError>())
}

/// If no connection was made, no request was sent.
fn is_connect_failure(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<hyper_util::client::legacy::Error>().is_some_and(|error| error.is_connect()) {
            return true;
        }
        next = error.source();
    }
    false
}
