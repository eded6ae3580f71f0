//! What is in the bucket: every object under a prefix, listed and read back.

use std::io::Read;
use std::sync::Arc;

use tokio::io::AsyncReadExt;
use tokio::task::JoinSet;

use crate::contract::object_key::is_verification_object;
use crate::ndjson::{Compression, Decoded};
use crate::store::{Headers, ObjectMeta, Store, StoreError};

/// Objects that are read at the same time.
const AT_ONCE: usize = 8;

/// An object that was read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// Its bytes as stored.
    pub size: u64,
    /// How it is stored, told by its first bytes.
    pub compression: Compression,
    /// How the store says that it keeps it; `None` where it does not say.
    pub headers: Option<Headers>,
    /// Its text, or why it has none.
    pub text: Result<Vec<u8>, String>,
}

/// Every object whose key begins with `prefix`, as the bucket lists them.
///
/// # Errors
/// If the bucket cannot be listed.
pub async fn list_all(store: &dyn Store, prefix: &str) -> Result<Vec<ObjectMeta>, StoreError> {
    let mut objects = Vec::new();
    let mut continuation = None;
    loop {
        let page = store.list(prefix, continuation.as_deref()).await?;
        objects.extend(page.objects);
        continuation = page.continuation;
        if continuation.is_none() {
            return Ok(objects);
        }
    }
}

/// Reads every object whose key begins with `prefix`, verification objects aside (ACC-6), in the order of their keys.
///
/// # Errors
/// If the bucket cannot be listed or an object cannot be read.
pub async fn read_back(store: &Arc<dyn Store>, prefix: &str, folder: Option<&str>) -> Result<Vec<Object>, StoreError> {
    let objects = read_all(store, prefix).await?;
    Ok(objects.into_iter().filter(|object| !is_verification_object(&object.key, folder)).collect())
}

/// The same with verification objects.
pub(super) async fn read_all(store: &Arc<dyn Store>, prefix: &str) -> Result<Vec<Object>, StoreError> {
    let mut objects = Vec::new();
    let mut reading = JoinSet::new();
    for meta in list_all(store.as_ref(), prefix).await? {
        while reading.len() >= AT_ONCE {
            collect(&mut reading, &mut objects).await?;
        }
        let store = store.clone();
        reading.spawn(async move { read(store.as_ref(), meta).await });
    }
    while !reading.is_empty() {
        collect(&mut reading, &mut objects).await?;
    }
    objects.sort_unstable_by(|a, b| a.key.cmp(&b.key));
    Ok(objects)
}

async fn collect(
    reading: &mut JoinSet<Result<Object, StoreError>>,
    objects: &mut Vec<Object>,
) -> Result<(), StoreError> {
    match reading.join_next().await {
        None => Ok(()),
        Some(Ok(object)) => {
            objects.push(object?);
            Ok(())
        }
        Some(Err(error)) => Err(StoreError::unsendable("GetObject", "reading back", error.to_string())),
    }
}

async fn read(store: &dyn Store, meta: ObjectMeta) -> Result<Object, StoreError> {
    let mut stored = Vec::new();
    let mut body = store.get(&meta.key).await?;
    body.read_to_end(&mut stored)
        .await
        .map_err(|error| StoreError::unanswered("GetObject", &meta.key, true, error.to_string()))?;
    let headers = store.head(&meta.key).await?.and_then(|meta| meta.headers);
    let (compression, text) = decode(&stored);
    Ok(Object { headers, key: meta.key, size: stored.len() as u64, compression, text })
}

fn decode(stored: &[u8]) -> (Compression, Result<Vec<u8>, String>) {
    let broken = |error: std::io::Error| error.to_string();
    match Decoded::new(stored) {
        Err(error) => (Compression::Plain, Err(broken(error))),
        Ok(mut decoded) => {
            let mut text = Vec::new();
            let outcome = decoded.read_to_end(&mut text).map(|_| text).map_err(broken);
            (decoded.compression(), outcome)
        }
    }
}
