//! The features of a server, found by requests. The report names unsupported features, and the subject does not fail
//! for them.

use bytes::Bytes;

use super::readback::list_all;
use crate::report::model::{Check, Outcome};
use crate::store::{Encryption, Object, Store, StoreError};

/// Whether a server supports unusual keys and reports encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTraits {
    /// The method that the server reports for an object without a requested method: the bucket's default, if there is
    /// one.
    pub encryption_unasked: Option<String>,
    /// Whether the server reports the requested method, with the reason if not.
    pub encryption_asked: Result<(), String>,
    /// Whether the server keeps a `\` in a key, with the reason if not.
    pub backslash: Result<(), String>,
}

impl Default for ServerTraits {
    /// A server that reports the requested method, like the built-in one.
    fn default() -> Self {
        Self { encryption_unasked: None, encryption_asked: Ok(()), backslash: Ok(()) }
    }
}

impl ServerTraits {
    /// Writes three objects of four bytes to `folder` (with its slash), and removes them.
    ///
    /// # Errors
    /// If an object without encryption cannot be written or read.
    pub async fn probe(store: &dyn Store, folder: &str) -> Result<Self, StoreError> {
        let plain = probe(folder, "plain", None);
        store.put(&plain).await?;
        let encryption_unasked = shown(store, &plain).await;
        let _ = store.delete(&plain.key).await;

        let asking = probe(folder, "encrypted", Some(Encryption::Aes256));
        let encryption_asked = match store.put(&asking).await {
            Err(error) => Err(format!("it refuses AES256: {}", error.code.as_deref().unwrap_or(&error.detail))),
            Ok(()) => match shown(store, &asking).await {
                Ok(Some(method)) if method == "AES256" => Ok(()),
                Ok(Some(method)) => Err(format!("it shows {method} although AES256 was requested")),
                Ok(None) => Err("it does not show the requested encryption".to_owned()),
                Err(error) => Err(error.to_string()),
            },
        };
        let _ = store.delete(&asking.key).await;

        let odd = probe(folder, "back\\slash", None);
        let backslash = match store.put(&odd).await {
            Err(error) => {
                Err(format!("it refuses a `\\` in a key: {}", error.code.as_deref().unwrap_or(&error.detail)))
            }
            Ok(()) => match list_all(store, folder).await?.iter().any(|object| object.key == odd.key) {
                true => Ok(()),
                false => Err("it changes a `\\` in a key".to_owned()),
            },
        };
        let _ = store.delete(&odd.key).await;
        Ok(Self { encryption_unasked: encryption_unasked?, encryption_asked, backslash })
    }

    /// The check of `\` in keys, if this server does not support such keys.
    pub(in crate::conform) fn unsupported(&self, server: &str) -> Option<Check> {
        let reason = self.backslash.as_ref().err()?;
        let check = Check::new("backslash", Some("NAME-1"), "a `\\` of an app name is kept in file names");
        Some(check.with(Outcome::not_applicable(format!("{server}: {reason}; batches of such apps were left out"))))
    }
}

fn probe(folder: &str, name: &str, encryption: Option<Encryption>) -> Object {
    Object {
        key: format!("{folder}{name}.probe"),
        body: Bytes::from_static(b"{}\n\n"),
        content_type: "text/plain; charset=utf-8",
        encryption,
        acl: None,
    }
}

async fn shown(store: &dyn Store, object: &Object) -> Result<Option<String>, StoreError> {
    let meta = store.head(&object.key).await?;
    Ok(meta.and_then(|meta| meta.headers).and_then(|headers| headers.encryption).map(|encryption| encryption.method))
}
