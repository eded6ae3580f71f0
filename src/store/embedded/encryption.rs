//! Server-side encryption as a client sees it. The backend passes the headers over in silence; here they are remembered
//! for as long as the server runs and answered again. Nothing is encrypted: what is proven is that it was asked for.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};
use s3s_fs::FileSystem;
use tokio::sync::{Mutex, MutexGuard};

/// What was asked for an object: the method, and the key if one was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) method: ServerSideEncryption,
    pub(super) key_id: Option<SSEKMSKeyId>,
}

/// What was asked for each object, by bucket and key. An object without an entry was stored without a wish.
#[derive(Debug, Clone, Default)]
pub(super) struct Encryptions(Arc<RwLock<HashMap<(String, String), Asked>>>);

impl Encryptions {
    pub(super) fn of(&self, bucket: &str, key: &str) -> Option<Asked> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(bucket.to_owned(), key.to_owned())).cloned()
    }

    fn set(&self, bucket: String, key: String, asked: Option<Asked>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        match asked {
            Some(asked) => known.insert((bucket, key), asked),
            None => known.remove(&(bucket, key)),
        };
    }
}

/// So many objects can be created at the same time.
const CREATING: usize = 64;

/// The backend sees whether there is an object and then writes one: two that create it at the same time would both be let
/// through. Here one waits for the other.
#[derive(Debug, Clone)]
pub(super) struct OneByOne(Arc<[Mutex<()>]>);

impl Default for OneByOne {
    fn default() -> Self {
        Self((0..CREATING).map(|_| Mutex::default()).collect())
    }
}

impl OneByOne {
    async fn wait(&self, bucket: &str, key: &str) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        (bucket, key).hash(&mut hasher);
        self.0[hasher.finish() as usize % CREATING].lock().await
    }
}

/// The backend, with a memory for encryption.
#[derive(Debug)]
pub(super) struct Remembering {
    pub(super) inner: FileSystem,
    pub(super) encryptions: Encryptions,
    pub(super) creating: OneByOne,
}

/// Operations that encryption does not touch, handed on as they are.
macro_rules! hand_on {
    ($($operation:ident: $input:ident => $output:ident),* $(,)?) => {
        #[async_trait]
        impl S3 for Remembering {
            $(async fn $operation(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                self.inner.$operation(request).await
            })*

            async fn put_object(&self, request: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
                let input = &request.input;
                let (bucket, key) = (input.bucket.clone(), input.key.clone());
                let method = input.server_side_encryption.clone();
                let asked = method.map(|method| Asked { method, key_id: input.ssekms_key_id.clone() });
                let _turn = self.creating.wait(&bucket, &key).await;
                let mut answer = self.inner.put_object(request).await?;
                if let Some(Asked { method, key_id }) = asked.clone() {
                    answer.output.server_side_encryption = Some(method);
                    answer.output.ssekms_key_id = key_id;
                }
                self.encryptions.set(bucket, key, asked);
                Ok(answer)
            }

            async fn get_object(&self, request: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
                let asked = self.encryptions.of(&request.input.bucket, &request.input.key);
                let mut answer = self.inner.get_object(request).await?;
                if let Some(Asked { method, key_id }) = asked {
                    answer.output.server_side_encryption = Some(method);
                    answer.output.ssekms_key_id = key_id;
                }
                Ok(answer)
            }

            async fn head_object(&self, request: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
                let asked = self.encryptions.of(&request.input.bucket, &request.input.key);
                let mut answer = self.inner.head_object(request).await?;
                if let Some(Asked { method, key_id }) = asked {
                    answer.output.server_side_encryption = Some(method);
                    answer.output.ssekms_key_id = key_id;
                }
                Ok(answer)
            }
        }
    };
}

hand_on! {
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
