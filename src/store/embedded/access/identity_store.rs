//! The access keys that the server accepts, and their identities.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use s3s::auth::{S3Auth, SecretKey};
use s3s::{S3Result, s3_error};

use super::rules::Identity;
use crate::store::CredentialSource;

/// The server listens only on loopback and ends with the process, so this key gives access to nothing else.
const ADMIN_KEY_ID: &str = "AKIAEMBEDDEDEXAMPLE0";

/// The signer of a request.
#[derive(Debug, Clone)]
pub(super) enum Signer {
    /// The admin of the server, who is allowed everything.
    Admin,
    /// A registered identity.
    Identity(Arc<Identity>),
}

/// The registered identities by access key id.
#[derive(Debug, Clone, Default)]
pub(in crate::store::embedded) struct IdentityStore(Arc<RwLock<HashMap<String, Arc<Identity>>>>);

impl IdentityStore {
    /// Registers an identity and returns its keys.
    pub(in crate::store::embedded) fn register(&self, identity: Identity) -> CredentialSource {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let access_key_id = format!("AKIAEMBEDDED{:08}", known.len() + 1);
        known.insert(access_key_id.clone(), Arc::new(identity));
        keys(access_key_id)
    }

    /// The access key of the admin.
    pub(in crate::store::embedded) fn admin() -> CredentialSource {
        keys(ADMIN_KEY_ID.to_owned())
    }

    pub(super) fn find(&self, access_key_id: &str) -> Option<Signer> {
        if access_key_id == ADMIN_KEY_ID {
            return Some(Signer::Admin);
        }
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(access_key_id).cloned().map(Signer::Identity)
    }
}

fn keys(access_key_id: String) -> CredentialSource {
    CredentialSource::Keys { secret_access_key: secret(&access_key_id), access_key_id }
}

fn secret(access_key_id: &str) -> String {
    format!("embedded/s3/{access_key_id}/example/key")
}

#[async_trait]
impl S3Auth for IdentityStore {
    async fn get_secret_key(&self, access_key_id: &str) -> S3Result<SecretKey> {
        match self.find(access_key_id) {
            Some(_) => Ok(secret(access_key_id).into()),
            None => Err(s3_error!(InvalidAccessKeyId, "the built-in S3 does not know this access key id")),
        }
    }
}
