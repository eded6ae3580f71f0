//! What one part of a validation found.

use std::ffi::OsString;

use mp_forwarding::cli;
use mp_forwarding::validate;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::command::{interruptible, json};
use crate::error;

/// What a validation of some files found, to be merged with that of others: see :func:`mp_forwarding.merge`.
///
/// It has no values of events. It pickles, and has at most a few MB.
#[pyclass(frozen, eq, module = "mp_forwarding._native")]
#[derive(PartialEq)]
pub(crate) struct Partial {
    bytes: Vec<u8>,
}

impl Partial {
    fn read(&self) -> PyResult<validate::Partial> {
        validate::Partial::from_bytes(&self.bytes).map_err(error::usage)
    }
}

#[pymethods]
impl Partial {
    /// Reads the content of a file of ``mp-forwarding validate --partial FILE``.
    ///
    /// :raises UsageError: if it is something else, or of another version
    #[staticmethod]
    fn from_bytes(py: Python<'_>, content: &[u8]) -> PyResult<Self> {
        py.detach(|| {
            validate::Partial::from_bytes(content).map_err(error::usage)?;
            Ok(Self { bytes: content.to_vec() })
        })
    }

    /// The content of such a file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.bytes)
    }

    fn __add__(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        py.detach(|| {
            let merged = validate::Partial::merge(vec![self.read()?, other.read()?]).map_err(error::usage)?;
            Ok(Self { bytes: merged.to_bytes() })
        })
    }

    fn __repr__(&self) -> String {
        format!("<Partial of {} bytes>", self.bytes.len())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyBytes>,))> {
        Ok((slf.get_type().getattr("from_bytes")?, (slf.get().to_bytes(slf.py()),)))
    }
}

/// What `mp-forwarding validate` with these arguments finds.
#[pyfunction]
pub(crate) fn partial(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<Partial> {
    let partial = interruptible(py, |cancel| cli::partial(arguments, cancel))?;
    Ok(Partial { bytes: py.detach(|| partial.to_bytes()) })
}

/// The report of the whole as JSON.
#[pyfunction]
pub(crate) fn merge(py: Python<'_>, partials: Vec<PyRef<'_, Partial>>) -> PyResult<String> {
    let parts = partials.iter().map(|partial| partial.read()).collect::<PyResult<Vec<_>>>()?;
    py.detach(|| json(&validate::Partial::merge(parts).map_err(error::usage)?.into_whole_report()))
}
