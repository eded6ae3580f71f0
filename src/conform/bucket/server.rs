//! What a server can keep and tell of objects, found out by trying: what it lacks is shown with its name, never hidden and
//! never blamed on the subject.

use bytes::Bytes;

use super::readback::list_all;
use crate::report::{Check, Status};
use crate::store::{Encryption, Object, Store, StoreError};

/// What a server does with keys and says of encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTraits {
    /// The method that it shows for an object for which none was asked: the bucket's default, if it has one.
    pub encryption_unasked: Option<String>,
    /// Whether it shows the method that was asked for, and if not why.
    pub encryption_asked: Result<(), String>,
    /// Whether it keeps a `\` in a key, and if not why.
    pub backslash: Result<(), String>,
}

impl Default for ServerTraits {
    /// A server that shows what was asked for and nothing else, as the embedded one does.
    fn default() -> Self {
        Self { encryption_unasked: None, encryption_asked: Ok(()), backslash: Ok(()) }
    }
}

impl ServerTraits {
    /// Tries with three objects of four bytes under `folder` (with its slash), and removes them.
    ///
    /// # Errors
    /// If an object without any wish cannot be written or looked at.
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
                Ok(Some(method)) => Err(format!("it shows {method} where AES256 was asked for")),
                Ok(None) => Err("it does not show the encryption that was asked for".to_owned()),
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
                false => Err("it takes a `\\` in a key for something else".to_owned()),
            },
        };
        let _ = store.delete(&odd.key).await;
        Ok(Self { encryption_unasked: encryption_unasked?, encryption_asked, backslash })
    }

    /// What could not be put to the test on this server for what it does with keys.
    pub(in crate::conform) fn left_out(&self, server: &str) -> Option<Check> {
        let reason = self.backslash.as_ref().err()?;
        Some(Check {
            status: Status::NotApplicable,
            reason: Some(format!("{server}: {reason}; batches of such apps were left out")),
            ..Check::new("backslash", "NAME-1", "a `\\` of an app stands in its files' names")
        })
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
