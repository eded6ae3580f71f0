//! The key and the secret of an input.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::settings::Secret;

/// The variable with the key of the input.
const KEY_VARIABLE: &str = "MPARTICLE_API_KEY";
/// The variable with the secret of the input.
const SECRET_VARIABLE: &str = "MPARTICLE_API_SECRET";

/// The key and the secret of an input, for HTTP basic authentication.
#[derive(Debug, Clone)]
pub struct Credentials {
    key: Secret,
    secret: Secret,
}

/// Why there are no credentials. Values are never shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// A variable is not set or empty.
    #[error("the environment variable {0} is not set: it holds the key or secret of the mParticle input")]
    Missing(&'static str),
    /// The value is not a valid key or secret.
    #[error(
        "the environment variable {0} has a blank, a colon or a character outside ASCII; it must be the value from mParticle's page alone"
    )]
    Invalid(&'static str),
}

impl Credentials {
    /// Credentials with this key and secret.
    pub fn new(key: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { key: Secret::new(key), secret: Secret::new(secret) }
    }

    /// The credentials in the variables `MPARTICLE_API_KEY` and `MPARTICLE_API_SECRET`; `None` if neither is set.
    ///
    /// # Errors
    /// If only one is set, or a value is not valid.
    pub fn of_environment() -> Result<Option<Self>, CredentialsError> {
        let read = |name| match std::env::var(name) {
            Ok(value) if value.is_empty() => Ok(None),
            Ok(value) if value.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Ok(_) | Err(_) => Err(CredentialsError::Invalid(name)),
        };
        match (read(KEY_VARIABLE)?, read(SECRET_VARIABLE)?) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(CredentialsError::Missing(KEY_VARIABLE)),
            (Some(_), None) => Err(CredentialsError::Missing(SECRET_VARIABLE)),
            (Some(key), Some(secret)) => Ok(Some(Self::new(key, secret))),
        }
    }

    /// The same credentials, which must be set.
    ///
    /// # Errors
    /// As [`of_environment`](Self::of_environment), and if neither is set.
    pub fn required() -> Result<Self, CredentialsError> {
        Self::of_environment()?.ok_or(CredentialsError::Missing(KEY_VARIABLE))
    }

    /// Whether this is the key.
    pub(super) fn has_key(&self, key: &[u8]) -> bool {
        self.key.expose().as_bytes() == key
    }

    /// The value of the header `Authorization`.
    pub(super) fn authorization(&self) -> String {
        format!("Basic {}", STANDARD.encode(format!("{}:{}", self.key.expose(), self.secret.expose())))
    }
}
