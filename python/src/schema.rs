//! The published JSON Schemas.

use mp_forwarding::cli;
use pyo3::prelude::*;

/// The published schema of this name as JSON; None if there is none.
#[pyfunction]
pub(crate) fn schema(py: Python<'_>, name: &str) -> Option<String> {
    py.detach(|| cli::published().into_iter().find(|schema| schema.name == name).map(|schema| schema.text()))
}

/// The names of the published schemas.
#[pyfunction]
pub(crate) fn schemas() -> Vec<&'static str> {
    cli::published().iter().map(|schema| schema.name).collect()
}
