//! Who is known to the server, and by which keys.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use super::rules::Guest;
use crate::store::CredentialSource;

/// Loopback only and gone with the process: these keys open nothing else.
const HOUSE_KEY_ID: &str = "AKIAEMBEDDEDEXAMPLE0";
const HOUSE_SECRET: &str = "embedded/s3/in/this/process/example/key0";

/// Who signed a request.
#[derive(Debug, Clone)]
pub(super) enum Signer {
    /// Whoever started the server: makes buckets, sweeps them out, and is judged by nobody.
    House,
    /// Somebody who was admitted.
    Guest(Arc<Guest>),
}

/// The guests by their access key ids.
#[derive(Debug, Clone, Default)]
pub(super) struct Guests(Arc<RwLock<HashMap<String, Arc<Guest>>>>);

impl Guests {
    /// Makes keys for `guest`.
    pub(super) fn admit(&self, guest: Guest) -> CredentialSource {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let access_key_id = format!("AKIAEMBEDDED{:08}", known.len() + 1);
        let secret_access_key = secret(&access_key_id);
        known.insert(access_key_id.clone(), Arc::new(guest));
        CredentialSource::Keys { access_key_id, secret_access_key }
    }

    pub(super) fn find(&self, access_key_id: &str) -> Option<Signer> {
        if access_key_id == HOUSE_KEY_ID {
            return Some(Signer::House);
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(access_key_id).cloned().map(Signer::Guest)
    }

    /// The keys of whoever started the server.
    pub(super) fn house() -> CredentialSource {
        CredentialSource::Keys { access_key_id: HOUSE_KEY_ID.to_owned(), secret_access_key: HOUSE_SECRET.to_owned() }
    }
}

fn secret(access_key_id: &str) -> String {
    format!("embedded/s3/{access_key_id}/example/key")
}

#[async_trait]
impl S3Auth for Guests {
    async fn get_secret_key(&self, access_key_id: &str) -> S3Result<SecretKey> {
        match self.find(access_key_id) {
            Some(Signer::House) => Ok(HOUSE_SECRET.into()),
            Some(Signer::Guest(_)) => Ok(secret(access_key_id).into()),
            None => Err(s3_error!(InvalidAccessKeyId, "the embedded S3 knows no such access key id")),
        }
    }
}
