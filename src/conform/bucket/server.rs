//! The features of a server, found by requests. The report names unsupported features, and the subject does not fail
//! for them.

use std::collections::BTreeMap;

use bytes::Bytes;

use super::readback::list_all;
use crate::report::model::{Check, Outcome};
use crate::settings::ServerSideEncryption;
use crate::store::{Encryption, Object, Store, StoreError};

/// Whether a server supports unusual keys and reports encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerTraits {
    /// The method that the server reports for an object without a requested method: the bucket's default, if there is
    /// one.
    pub encryption_unasked: Option<String>,
    /// The methods that it does not show when a request asks for them, and why.
    pub encryption_refused: BTreeMap<ServerSideEncryption, String>,
    /// Whether the server keeps a `\` in a key, with the reason if not.
    pub backslash: Result<(), String>,
}

impl Default for ServerTraits {
    /// A server that shows every method that a request asks for, as the embedded one does.
    fn default() -> Self {
        Self { encryption_unasked: None, encryption_refused: BTreeMap::new(), backslash: Ok(()) }
    }
}

impl ServerTraits {
    /// Tries with an object of four bytes for each trait below `folder` (with its slash), and removes them. `key_id` is the key for
    /// `aws:kms`.
    ///
    /// # Errors
    /// If an object without encryption cannot be written or read.
    pub async fn probe(store: &dyn Store, folder: &str, key_id: Option<&str>) -> Result<Self, StoreError> {
        let plain = probe(folder, "plain", None);
        store.put(&plain).await?;
        let encryption_unasked = shown(store, &plain).await;
        let _ = store.delete(&plain.key).await;

        let mut encryption_refused = BTreeMap::new();
        let key_id = || key_id.map(str::to_owned);
        for (method, encryption) in [
            (ServerSideEncryption::Aes256, Encryption::Aes256),
            (ServerSideEncryption::AwsKms, Encryption::AwsKms { key_id: key_id() }),
            (ServerSideEncryption::AwsKmsDsse, Encryption::AwsKmsDsse { key_id: key_id() }),
        ] {
            let asking = probe(folder, "encrypted", Some(encryption));
            let reason = match store.put(&asking).await {
                Err(error) => {
                    let why = error.code.as_deref().unwrap_or(&error.detail);
                    Some(format!("it refuses {}: {why}", method.as_str()))
                }
                Ok(()) => match shown(store, &asking).await {
                    Ok(Some(shown)) if shown == method.as_str() => None,
                    Ok(Some(shown)) => Some(format!("it shows {shown} where {} was asked for", method.as_str())),
                    Ok(None) => Some(format!("it shows no encryption where {} was asked for", method.as_str())),
                    Err(error) => Some(error.to_string()),
                },
            };
            encryption_refused.extend(reason.map(|reason| (method, reason)));
            let _ = store.delete(&asking.key).await;
        }

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
        Ok(Self { encryption_unasked: encryption_unasked?, encryption_refused, backslash })
    }

    /// Whether no method shows: then an object without one shows nothing either.
    pub(in crate::conform) fn shows_no_encryption(&self) -> Option<&str> {
        let all = [ServerSideEncryption::Aes256, ServerSideEncryption::AwsKms, ServerSideEncryption::AwsKmsDsse];
        let is_refused = all.iter().all(|method| self.encryption_refused.contains_key(method));
        self.encryption_refused.values().next().filter(|_| is_refused).map(String::as_str)
    }

    /// A check for `\` in keys and for each of these methods of encryption that this server does not support. `own` is the method
    /// of the user's settings.
    pub(in crate::conform) fn unsupported(
        &self,
        server: &str,
        methods: &[ServerSideEncryption],
        own: ServerSideEncryption,
    ) -> Vec<Check> {
        let mut checks = Vec::new();
        for (method, reason) in self.encryption_refused.iter().filter(|(method, _)| methods.contains(method)) {
            let effect = match *method == own {
                true => "the settings ask for it, so nothing was left out",
                false => "the cases that ask for it ran without",
            };
            let method = method.as_str();
            let id = format!("encryption-{}", method.to_ascii_lowercase().replace(':', "-"));
            let check = Check::new(id, Some("SSE-1"), format!("encryption with {method}"));
            let reason = format!("{server}: {reason}; {effect}");
            checks.push(check.with(Outcome::not_applicable(reason)));
        }
        if let Err(reason) = &self.backslash {
            let check = Check::new("backslash", Some("NAME-1"), "a `\\` of an app name is kept in file names");
            let reason = format!("{server}: {reason}; batches of such apps were left out");
            checks.push(check.with(Outcome::not_applicable(reason)));
        }
        checks
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
