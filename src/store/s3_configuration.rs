//! Reads a bucket's configuration with the AWS SDK.

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::DateTimeFormat;
use aws_sdk_s3::types::{BucketVersioningStatus, ExpirationStatus, LifecycleRule as S3Rule, Payer};

use super::{
    BucketConfiguration, DefaultEncryption, Expiry, Grant, LifecycleRule, ObjectLock, Presence, PublicAccessBlock,
    Session, StoreError, Whereabouts, s3,
};

/// Storage classes whose objects must be restored before reading.
const ARCHIVES: [&str; 2] = ["GLACIER", "DEEP_ARCHIVE"];

/// The configuration of a session's bucket.
#[derive(Debug, Clone)]
pub struct S3BucketConfiguration {
    client: Client,
    bucket: String,
    endpoint: Option<String>,
}

impl S3BucketConfiguration {
    /// Creates a client. No request is sent yet.
    pub fn new(session: &Session) -> Self {
        Self {
            client: s3::client(&session.shared, &session.config),
            bucket: session.config.bucket.clone(),
            endpoint: session.config.endpoint.clone(),
        }
    }

    fn fail<E>(&self, operation: &'static str, error: SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        s3::failure(self.endpoint.as_deref(), operation, self.bucket.as_str(), error)
    }

    /// The answer, or `None` if the error code means that the configuration is not set.
    fn unless_unset<T, E>(
        &self,
        operation: &'static str,
        code: &str,
        answer: Result<T, SdkError<E, HttpResponse>>,
    ) -> Result<Option<T>, StoreError>
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match answer {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.code() == Some(code) => Ok(None),
            Err(error) => Err(self.fail(operation, error)),
        }
    }
}

#[async_trait]
impl BucketConfiguration for S3BucketConfiguration {
    async fn whereabouts(&self) -> Result<Whereabouts, StoreError> {
        let error = match self.client.head_bucket().bucket(&self.bucket).send().await {
            Ok(answer) => {
                let region = answer.bucket_region().map(str::to_owned);
                return Ok(Whereabouts { presence: Presence::There, region });
            }
            Err(error) => error,
        };
        let region = error.raw_response().and_then(|answer| answer.headers().get("x-amz-bucket-region"));
        let region = region.map(str::to_owned);
        let presence = match error.raw_response().map(|answer| answer.status().as_u16()) {
            Some(404) => Presence::Missing,
            Some(301) => Presence::Elsewhere,
            // A request that is signed for another region is refused with this status before any other check.
            Some(400) if region.is_some() => Presence::Elsewhere,
            Some(403) => Presence::Hidden,
            _ => return Err(self.fail("HeadBucket", error)),
        };
        Ok(Whereabouts { presence, region })
    }

    async fn location(&self) -> Result<String, StoreError> {
        match self.client.get_bucket_location().bucket(&self.bucket).send().await {
            // Buckets in the first region have no location. `EU` is an old name.
            Ok(answer) => Ok(match answer.location_constraint().map(|place| place.as_str()) {
                None | Some("") => "us-east-1".to_owned(),
                Some("EU") => "eu-west-1".to_owned(),
                Some(place) => place.to_owned(),
            }),
            Err(error) => Err(self.fail("GetBucketLocation", error)),
        }
    }

    async fn policy(&self) -> Result<Option<String>, StoreError> {
        let answer = self.client.get_bucket_policy().bucket(&self.bucket).send().await;
        let answer = self.unless_unset("GetBucketPolicy", "NoSuchBucketPolicy", answer)?;
        Ok(answer.and_then(|answer| answer.policy).filter(|text| !text.trim().is_empty()))
    }

    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, StoreError> {
        let answer = self.client.get_public_access_block().bucket(&self.bucket).send().await;
        let answer = self.unless_unset("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", answer)?;
        Ok(answer.and_then(|answer| answer.public_access_block_configuration).map(|block| PublicAccessBlock {
            block_public_acls: block.block_public_acls.unwrap_or_default(),
            ignore_public_acls: block.ignore_public_acls.unwrap_or_default(),
            block_public_policy: block.block_public_policy.unwrap_or_default(),
            restrict_public_buckets: block.restrict_public_buckets.unwrap_or_default(),
        }))
    }

    async fn ownership(&self) -> Result<Option<String>, StoreError> {
        let answer = self.client.get_bucket_ownership_controls().bucket(&self.bucket).send().await;
        let answer = self.unless_unset("GetBucketOwnershipControls", "OwnershipControlsNotFoundError", answer)?;
        let rule = answer.and_then(|answer| answer.ownership_controls?.rules.into_iter().next());
        Ok(rule.map(|rule| rule.object_ownership.as_str().to_owned()))
    }

    async fn default_encryption(&self) -> Result<Option<DefaultEncryption>, StoreError> {
        let answer = self.client.get_bucket_encryption().bucket(&self.bucket).send().await;
        let unset = "ServerSideEncryptionConfigurationNotFoundError";
        let answer = self.unless_unset("GetBucketEncryption", unset, answer)?;
        let configuration = answer.and_then(|answer| answer.server_side_encryption_configuration);
        Ok(configuration.and_then(|configuration| {
            configuration.rules.into_iter().find_map(|rule| {
                let default = rule.apply_server_side_encryption_by_default?;
                Some(DefaultEncryption {
                    method: default.sse_algorithm.as_str().to_owned(),
                    key_id: default.kms_master_key_id.filter(|id| !id.is_empty()),
                    bucket_key: rule.bucket_key_enabled.unwrap_or_default(),
                })
            })
        }))
    }

    async fn requester_pays(&self) -> Result<bool, StoreError> {
        match self.client.get_bucket_request_payment().bucket(&self.bucket).send().await {
            Ok(answer) => Ok(answer.payer() == Some(&Payer::Requester)),
            Err(error) => Err(self.fail("GetBucketRequestPayment", error)),
        }
    }

    async fn grants(&self) -> Result<Vec<Grant>, StoreError> {
        let answer = self.client.get_bucket_acl().bucket(&self.bucket).send().await;
        let answer = answer.map_err(|error| self.fail("GetBucketAcl", error))?;
        let owner = answer.owner().and_then(|owner| owner.id());
        let grants = answer.grants().iter().filter_map(|grant| {
            let grantee = grant.grantee()?;
            let id = grantee.uri().or(grantee.id()).or(grantee.display_name())?;
            let permission = grant.permission().map(|one| one.as_str().to_owned()).unwrap_or_default();
            (grantee.uri().is_some() || Some(id) != owner).then(|| Grant { grantee: id.to_owned(), permission })
        });
        Ok(grants.collect())
    }

    async fn policy_is_public(&self) -> Result<Option<bool>, StoreError> {
        let answer = self.client.get_bucket_policy_status().bucket(&self.bucket).send().await;
        let answer = self.unless_unset("GetBucketPolicyStatus", "NoSuchBucketPolicy", answer)?;
        Ok(answer.and_then(|answer| answer.policy_status?.is_public))
    }

    async fn object_lock(&self) -> Result<Option<ObjectLock>, StoreError> {
        let answer = self.client.get_object_lock_configuration().bucket(&self.bucket).send().await;
        let unset = "ObjectLockConfigurationNotFoundError";
        let answer = self.unless_unset("GetObjectLockConfiguration", unset, answer)?;
        let lock =
            answer.and_then(|answer| answer.object_lock_configuration).filter(|one| one.object_lock_enabled.is_some());
        Ok(lock.map(|lock| {
            let default = lock.rule.and_then(|rule| rule.default_retention);
            let days = default.as_ref().and_then(|one| one.days.or_else(|| one.years.map(|years| years * 365)));
            ObjectLock {
                mode: default.and_then(|one| one.mode).map(|mode| mode.as_str().to_owned()),
                days: days.and_then(count).unwrap_or_default(),
            }
        }))
    }

    async fn is_versioned(&self) -> Result<bool, StoreError> {
        match self.client.get_bucket_versioning().bucket(&self.bucket).send().await {
            Ok(answer) => Ok(answer.status() == Some(&BucketVersioningStatus::Enabled)),
            Err(error) => Err(self.fail("GetBucketVersioning", error)),
        }
    }

    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, StoreError> {
        let answer = self.client.get_bucket_lifecycle_configuration().bucket(&self.bucket).send().await;
        let answer = self.unless_unset("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration", answer)?;
        let rules = answer.and_then(|answer| answer.rules).unwrap_or_default();
        Ok(rules.iter().filter(|rule| rule.status == ExpirationStatus::Enabled).map(rule).collect())
    }
}

#[expect(deprecated, reason = "rules of the old form, with a prefix and no filter, still apply")]
fn rule(rule: &S3Rule) -> LifecycleRule {
    let filter = rule.filter();
    let all = filter.and_then(|filter| filter.and());
    let prefix = filter.and_then(|filter| filter.prefix()).or_else(|| all.and_then(|all| all.prefix()));
    let larger = filter.and_then(|filter| filter.object_size_greater_than());
    let smaller = filter.and_then(|filter| filter.object_size_less_than());
    let expiration = rule.expiration();
    let days = expiration.and_then(|one| one.days()).and_then(count);
    let date = expiration.and_then(|one| one.date()).and_then(|date| date.fmt(DateTimeFormat::DateTime).ok());
    let archives = rule.transitions().iter().filter_map(|transition| {
        let class = transition.storage_class()?.as_str();
        ARCHIVES.contains(&class).then(|| (transition.days().and_then(count).unwrap_or_default(), class.to_owned()))
    });
    LifecycleRule {
        id: rule.id().unwrap_or_default().to_owned(),
        prefix: prefix.or(rule.prefix()).unwrap_or_default().to_owned(),
        needs_tags: filter.is_some_and(|filter| filter.tag().is_some())
            || all.is_some_and(|all| !all.tags().is_empty()),
        larger_than: larger.or_else(|| all.and_then(|all| all.object_size_greater_than())).and_then(count),
        smaller_than: smaller.or_else(|| all.and_then(|all| all.object_size_less_than())).and_then(count),
        expiry: days.map(Expiry::Days).or(date.map(Expiry::Date)),
        archives: archives.collect(),
        noncurrent_days: rule.noncurrent_version_expiration().and_then(|one| one.noncurrent_days()).and_then(count),
        abort_uploads_after_days: rule
            .abort_incomplete_multipart_upload()
            .and_then(|abort| abort.days_after_initiation())
            .and_then(count),
    }
}

fn count(number: impl TryInto<u64>) -> Option<u64> {
    number.try_into().ok()
}
