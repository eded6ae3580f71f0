//! The program's commands.

use std::ffi::OsString;

use mp_forwarding::cli;
use mp_forwarding::report::{Format, write};
use pyo3::prelude::*;

use crate::error;

/// Runs a command of the program. `arguments` begin with the program's name. Returns the exit code.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::main(arguments) as u8)
}

/// The report of `mp-forwarding validate` with these arguments, as JSON.
#[pyfunction]
pub(crate) fn validate(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<String> {
    py.detach(|| {
        let report = cli::validation(arguments).map_err(|failure| error::failure(&failure))?;
        let mut text = Vec::new();
        write::write(&report, Format::Json, None, &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    })
}
