//! Settings files.

use std::path::PathBuf;

use mp_forwarding::settings::{self, SettingId};
use pyo3::exceptions::{PyKeyError, PyTypeError};
use pyo3::prelude::*;

use crate::error;

/// The checked settings of a connection: every rule of one setting and between settings holds.
///
/// Settings pickle if they have no access key. One with a key does not: the key would be in the pickle.
#[pyclass(frozen, eq, module = "mp_forwarding._native")]
#[derive(Clone, PartialEq)]
pub(crate) struct Settings {
    inner: settings::Settings,
}

#[pymethods]
impl Settings {
    /// Reads a settings file, TOML or JSON.
    ///
    /// :raises SettingsError: if it cannot be read, or has settings that cannot be used; ``problems`` names each
    #[staticmethod]
    fn load(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        py.detach(|| settings::Settings::load(&path))
            .map(|inner| Self { inner })
            .map_err(|error| error::settings(&error))
    }

    /// Reads the text of a TOML settings file.
    ///
    /// :raises SettingsError: as for :meth:`load`
    #[staticmethod]
    fn from_toml(text: &str) -> PyResult<Self> {
        settings::Settings::from_toml(text).map(|inner| Self { inner }).map_err(|error| error::settings(&error))
    }

    /// Reads the text of a JSON settings file.
    ///
    /// :raises SettingsError: as for :meth:`load`
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        settings::Settings::from_json(text).map(|inner| Self { inner }).map_err(|error| error::settings(&error))
    }

    /// The name of the bucket.
    #[getter]
    fn bucket(&self) -> &str {
        self.inner.connection.s3_bucket_name.as_str()
    }

    /// The folder of all objects, if there is one.
    #[getter]
    fn folder(&self) -> Option<&str> {
        self.inner.connection.folder_name.as_ref().map(|folder| folder.as_str())
    }

    /// Whether mParticle's own roles write, rather than a user with an access key.
    #[getter]
    fn role_based(&self) -> bool {
        self.inner.is_role_based()
    }

    /// Settings that have no effect, or less than their names promise: one sentence each.
    fn notes(&self) -> Vec<String> {
        self.inner.notes().iter().map(ToString::to_string).collect()
    }

    /// The value of a setting by mParticle's id, as text. Of a key it says only whether it is set.
    ///
    /// :raises KeyError: if there is no such setting
    fn __getitem__(&self, id: &str) -> PyResult<String> {
        match SettingId::ALL.iter().find(|known| known.as_str() == id) {
            Some(id) => Ok(self.inner.value_text(*id)),
            None => Err(PyKeyError::new_err(id.to_owned())),
        }
    }

    /// A JSON settings file with every setting and option, without the access key.
    fn to_json(&self) -> String {
        self.inner.to_json_with_access()
    }

    fn __repr__(&self) -> String {
        let folder = self.folder().map(|folder| format!("/{folder}")).unwrap_or_default();
        format!("<Settings of s3://{}{folder}>", self.bucket())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let this = slf.get();
        if this.inner.configuration.credentials.is_some() {
            return Err(PyTypeError::new_err(
                "settings with an access key do not pickle, because the key would be in the pickle: leave the key out, name its \
                 user in `engine.iam_user`, and let each worker sign with the credentials of its environment",
            ));
        }
        Ok((slf.get_type().getattr("from_json")?, (this.to_json(),)))
    }
}
