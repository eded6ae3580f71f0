//! Server-side encryption as seen by a client. The backend ignores the headers. Here they are stored while the server
//! runs, and returned with the object. Nothing is encrypted: only the request for encryption can be tested.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::sync::{Mutex, MutexGuard};

use super::access::AllRules;

/// The encryption that a request asks for: the method, and the key if it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requested {
    pub(super) method: ServerSideEncryption,
    pub(super) key_id: Option<SSEKMSKeyId>,
}

/// The encryption of each object, by bucket and key. An object without an entry was stored without encryption.
#[derive(Debug, Clone, Default)]
pub(super) struct Encryptions(Arc<RwLock<HashMap<(String, String), Requested>>>);

impl Encryptions {
    pub(super) fn get(&self, bucket: &str, key: &str) -> Option<Requested> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(bucket.to_owned(), key.to_owned())).cloned()
    }

    fn set(&self, bucket: String, key: String, requested: Option<Requested>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match requested {
            Some(requested) => known.insert((bucket, key), requested),
            None => known.remove(&(bucket, key)),
        };
    }
}

/// The number of objects that can be created at the same time.
const CREATING: usize = 64;

/// The backend checks whether an object exists and then writes it. Two requests that create an object at the same time
/// would both succeed. With these locks one waits for the other.
#[derive(Debug, Clone)]
pub(super) struct KeyLocks(Arc<[Mutex<()>]>);

impl Default for KeyLocks {
    fn default() -> Self {
        Self((0..CREATING).map(|_| Mutex::default()).collect())
    }
}

impl KeyLocks {
    async fn lock(&self, bucket: &str, key: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        (bucket, key).hash(&mut hasher);
        self.0[hasher.finish() as usize % CREATING].lock().await
    }
}

/// The backend with the encryption of objects.
pub(super) struct EncryptingBackend {
    pub(super) inner: FileSystem,
    pub(super) encryptions: Encryptions,
    pub(super) locks: KeyLocks,
    /// The default encryption of each bucket is among its rules.
    pub(super) rules: AllRules,
}

impl EncryptingBackend {
    /// The bucket's default encryption, for an object without a method of its own.
    fn default_of(&self, bucket: &str) -> Option<Requested> {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()?;
        let default = rules.default_encryption.as_ref()?;
        let method = ServerSideEncryption::from(default.method.clone());
        Some(Requested { method, key_id: default.key_id.clone() })
    }
}

fn headers(requested: Option<Requested>) -> (Option<ServerSideEncryption>, Option<SSEKMSKeyId>) {
    requested.map_or((None, None), |Requested { method, key_id }| (Some(method), key_id))
}

/// Passes operations without encryption unchanged to the backend.
macro_rules! delegate {
    ($($operation:ident: $input:ident => $output:ident),* $(,)?) => {
        #[async_trait]
        impl S3 for EncryptingBackend {
            $(async fn $operation(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                self.inner.$operation(request).await
            })*

            async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
                let input = &request.input;
                let (bucket, key) = (input.bucket.clone(), input.key.clone());
                let method = input.server_side_encryption.clone();
                let requested = method.map(|method| Requested { method, key_id: input.ssekms_key_id.clone() });
                let requested = requested.or_else(|| self.default_of(&bucket));
                let _guard = self.locks.lock(&bucket, &key).await;
                let mut answer = self.inner.put_object(request).await?;
                let output = &mut answer.output;
                (output.server_side_encryption, output.ssekms_key_id) = headers(requested.clone());
                self.encryptions.set(bucket, key, requested);
                Ok(answer)
            }

            async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
                let requested = self.encryptions.get(&request.input.bucket, &request.input.key);
                let mut answer = self.inner.get_object(request).await?;
                let output = &mut answer.output;
                (output.server_side_encryption, output.ssekms_key_id) = headers(requested);
                Ok(answer)
            }

            async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
                let requested = self.encryptions.get(&request.input.bucket, &request.input.key);
                let mut answer = self.inner.head_object(request).await?;
                let output = &mut answer.output;
                (output.server_side_encryption, output.ssekms_key_id) = headers(requested);
                Ok(answer)
            }
        }
    };
}

delegate! {
    create_bucket: CreateBucketInput => CreateBucketOutput,
    delete_bucket: DeleteBucketInput => DeleteBucketOutput,
    delete_object: DeleteObjectInput => DeleteObjectOutput,
    delete_objects: DeleteObjectsInput => DeleteObjectsOutput,
    get_bucket_location: GetBucketLocationInput => GetBucketLocationOutput,
    head_bucket: HeadBucketInput => HeadBucketOutput,
    list_buckets: ListBucketsInput => ListBucketsOutput,
    list_objects: ListObjectsInput => ListObjectsOutput,
    list_objects_v2: ListObjectsV2Input => ListObjectsV2Output,
    create_multipart_upload: CreateMultipartUploadInput => CreateMultipartUploadOutput,
    upload_part: UploadPartInput => UploadPartOutput,
    list_parts: ListPartsInput => ListPartsOutput,
    complete_multipart_upload: CompleteMultipartUploadInput => CompleteMultipartUploadOutput,
    abort_multipart_upload: AbortMultipartUploadInput => AbortMultipartUploadOutput,
}
