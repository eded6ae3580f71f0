//! The condition keys of a request.

use std::collections::BTreeMap;

use super::principal::Principal;

/// Condition keys and their values. AWS ignores the case of their names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context(BTreeMap<String, Vec<String>>);

impl Context {
    /// No keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// The usual keys of a request of this principal, over TLS 1.2.
    pub fn of(principal: &Principal) -> Self {
        let mut context = Self::new();
        context.set("aws:SecureTransport", ["true"]);
        context.set("s3:TlsVersion", ["1.2"]);
        context.set("aws:ViaAWSService", ["false"]);
        let is_service = matches!(principal, Principal::Service(_));
        context.set("aws:PrincipalIsAWSService", [if is_service { "true" } else { "false" }]);
        if !is_service && *principal != Principal::Anonymous {
            // Every SDK signs this way.
            context.set("s3:signatureversion", ["AWS4-HMAC-SHA256"]);
            context.set("s3:authType", ["REST-HEADER"]);
        }
        for (key, value) in principal.context() {
            context.set(key, [value]);
        }
        context
    }

    /// Sets the values of a key and removes its previous values.
    pub fn set<T: Into<String>>(&mut self, key: &str, values: impl IntoIterator<Item = T>) {
        self.0.insert(key.to_ascii_lowercase(), values.into_iter().map(Into::into).collect());
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_ascii_lowercase());
    }

    /// A key's values, if the request has it.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }
}
