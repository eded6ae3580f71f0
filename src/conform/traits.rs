//! What a server can tell of its objects, found out by trying: what it lacks is shown with its name, never hidden and
//! never blamed on the subject.

use bytes::Bytes;

use crate::store::{Encryption, Object, Store, StoreError};

/// What a server says of encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTraits {
    /// The method that it shows for an object for which none was asked: the bucket's default, if it has one.
    pub encryption_unasked: Option<String>,
    /// Whether it shows the method that was asked for, and if not why.
    pub encryption_asked: Result<(), String>,
}

impl Default for ServerTraits {
    /// A server that shows what was asked for and nothing else, as the embedded one does.
    fn default() -> Self {
        Self { encryption_unasked: None, encryption_asked: Ok(()) }
    }
}

impl ServerTraits {
    /// Tries with two objects of four bytes under `folder` (with its slash), and removes them.
    ///
    /// # Errors
    /// If an object without any wish cannot be written or looked at.
    pub async fn probe(store: &dyn Store, folder: &str) -> Result<Self, StoreError> {
        let plain = probe(folder, "unasked", None);
        store.put(&plain).await?;
        let encryption_unasked = shown(store, &plain).await;
        let _ = store.delete(&plain.key).await;

        let asking = probe(folder, "asked", Some(Encryption::Aes256));
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
        Ok(Self { encryption_unasked: encryption_unasked?, encryption_asked })
    }
}

fn probe(folder: &str, name: &str, encryption: Option<Encryption>) -> Object {
    Object {
        key: format!("{folder}encryption-{name}.probe"),
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
