//! One error type for callers that only need to know what to do next.
//!
//! Each part of the library has an error type of its own that says what is wrong. `?` converts each of them to an
//! [`Error`], which keeps the original and adds what the caller can do ([`Action`]).
//!
//! ```
//! use mp_forwarding::error::{Action, Error};
//! use mp_forwarding::settings::{Settings, SettingsError};
//!
//! fn bucket(text: &str) -> Result<String, Error> {
//!     Ok(Settings::from_toml(text)?.connection.s3_bucket_name.to_string())
//! }
//!
//! let error = bucket("[connection]\ns3_bucket_name = \"No Bucket\"").unwrap_err();
//! assert_eq!(error.action(), Action::FixSettings);
//! assert!(error.downcast_ref::<SettingsError>().is_some());
//! ```

use std::fmt;

use crate::access::evaluate::EvaluateError;
use crate::access::render::RenderError;
use crate::access::terraform::TerraformError;
use crate::access::{MergeError, PolicyError, UnknownPod};
use crate::contract::object_key::ObjectKeyError;
use crate::settings::SettingsError;

/// What the caller can do about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Try the same again after a pause.
    Retry,
    /// Correct the settings.
    FixSettings,
    /// Correct the input: a file, a policy, a key or an argument.
    FixInput,
    /// Correct the bucket, its region, its policies or the credentials. The data is correct: keep it.
    FixTarget,
    /// Correct this machine: its disk, its memory, its permissions.
    FixMachine,
    /// Report a bug of this library.
    ReportBug,
}

/// Any error of this library, with what the caller can do about it.
///
/// Text and source are those of the original.
pub struct Error {
    action: Action,
    original: Box<dyn std::error::Error + Send + Sync>,
}

impl Error {
    /// What the caller can do.
    pub fn action(&self) -> Action {
        self.action
    }

    /// The original error, if it has this type.
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.original.downcast_ref()
    }

    fn new(action: Action, original: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self { action, original: Box::new(original) }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("action", &self.action).field("original", &self.original).finish()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.original.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.original.source()
    }
}

/// Converts each named type to an [`Error`]. The closure returns the action.
macro_rules! fold {
    ($($(#[$cfg:meta])? $original:ty => $action:expr),+ $(,)?) => {$(
        $(#[$cfg])?
        impl From<$original> for Error {
            fn from(original: $original) -> Self {
                let action: fn(&$original) -> Action = $action;
                Self::new(action(&original), original)
            }
        }
    )+};
}

fold! {
    SettingsError => |error| match error {
        SettingsError::Read { .. } => Action::FixMachine,
        _ => Action::FixSettings,
    },
    ObjectKeyError => |_| Action::FixInput,
    crate::ndjson::Inadmissible => |_| Action::FixInput,
    crate::access::input::InputError => |_| Action::FixInput,
    EvaluateError => |_| Action::FixInput,
    MergeError => |_| Action::FixInput,
    PolicyError => |_| Action::FixInput,
    TerraformError => |_| Action::FixInput,
    UnknownPod => |_| Action::FixInput,
    RenderError => |error| match error {
        RenderError::Template { .. } => Action::ReportBug,
        _ => Action::FixInput,
    },
    #[cfg(feature = "store")]
    crate::store::StoreError => of_store,
    #[cfg(feature = "explain")]
    crate::validate::InputError => |error| match error {
        // The request was repeated until its deadline.
        crate::validate::InputError::Object { .. } => Action::FixTarget,
        crate::validate::InputError::Changed { .. } => Action::Retry,
        _ => Action::FixInput,
    },
    #[cfg(feature = "forward")]
    crate::forward::SourceError => |_| Action::FixInput,
    #[cfg(feature = "forward")]
    crate::forward::StateError => |error| match error {
        crate::forward::StateError::Open { .. } | crate::forward::StateError::Database { .. } => Action::FixMachine,
        _ => Action::FixInput,
    },
    #[cfg(all(feature = "forward", feature = "s3"))]
    crate::forward::CaBundleError => |_| Action::FixSettings,
    #[cfg(feature = "forward")]
    crate::forward::DryRunError => |error| match error {
        crate::forward::DryRunError::Input(_) => Action::FixInput,
        _ => Action::ReportBug,
    },
    #[cfg(feature = "forward")]
    crate::forward::EngineError => |error| match error {
        crate::forward::EngineError::Stage(_) => Action::ReportBug,
        _ => Action::FixMachine,
    },
    #[cfg(feature = "embedded")]
    crate::store::EmbeddedError => |_| Action::FixMachine,
}

#[cfg(feature = "store")]
fn of_store(error: &crate::store::StoreError) -> Action {
    match error.advice {
        crate::store::Advice::Retry => Action::Retry,
        crate::store::Advice::Park => Action::FixTarget,
        crate::store::Advice::Exists => Action::FixInput,
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn an_error_keeps_its_text_and_its_cause() {
        let original = || crate::settings::Settings::load(std::path::Path::new("/nowhere.toml")).unwrap_err();
        let error = Error::from(original());
        assert_eq!(error.to_string(), original().to_string());
        assert_eq!(error.source().unwrap().to_string(), original().source().unwrap().to_string());
        assert_eq!(error.action(), Action::FixMachine);
    }

    #[cfg(feature = "store")]
    #[test]
    fn advice_of_a_store_decides() {
        let of =
            |status| Error::from(crate::store::StoreError::answered("PutObject", "b/k", status, None, "")).action();
        assert_eq!([of(503), of(403), of(412)], [Action::Retry, Action::FixTarget, Action::FixInput]);
    }
}
