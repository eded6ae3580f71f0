//! The library's errors as Python's.

use std::error::Error;

use mp_forwarding::cli::{ExitCode, Failure};
use mp_forwarding::settings::SettingsError;
use pyo3::PyErr;

/// The classes of `mp_forwarding._errors`.
mod class {
    pyo3::import_exception!(mp_forwarding._errors, SettingsError);
    pyo3::import_exception!(mp_forwarding._errors, TargetError);
    pyo3::import_exception!(mp_forwarding._errors, UsageError);
}

/// An argument or an input that cannot be used.
pub(crate) fn usage(error: impl Error) -> PyErr {
    class::UsageError::new_err(chain(&error))
}

/// Settings that cannot be used, with each problem.
pub(crate) fn settings(error: &SettingsError) -> PyErr {
    let problems: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    class::SettingsError::new_err((chain(error), problems))
}

/// The error of a command: of the kind that its exit code says.
pub(crate) fn failure(failure: &Failure) -> PyErr {
    if let Some(error) = failure.error.downcast_ref::<SettingsError>() {
        return settings(error);
    }
    let text = chain(failure.error.as_ref());
    match failure.code {
        ExitCode::Target => class::TargetError::new_err(text),
        _ => class::UsageError::new_err(text),
    }
}

/// An error and its causes on one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
