//! Reports in the formats of the program.

use mp_forwarding::external::serde_json;
use mp_forwarding::report::{Format, Policies, Report, Summary, Validation, write};
use pyo3::prelude::*;

use crate::error;

/// Writes a report of `validate` or `policy check`, given as JSON, in another format. A table is at most `width` columns wide.
#[pyfunction]
#[pyo3(signature = (report, format, width = None))]
pub(crate) fn render_report(py: Python<'_>, report: &str, format: &str, width: Option<usize>) -> PyResult<String> {
    let format: Format = format.parse().map_err(error::usage)?;
    py.detach(|| match serde_json::from_str::<Report<Validation>>(report) {
        Ok(report) => text(&report, format, width),
        Err(not_a_validation) => match serde_json::from_str::<Report<Policies>>(report) {
            Ok(report) => text(&report, format, width),
            Err(_) => Err(error::usage(not_a_validation)),
        },
    })
}

fn text<T: Summary>(report: &Report<T>, format: Format, width: Option<usize>) -> PyResult<String> {
    let mut text = Vec::new();
    write::write(report, format, width, &mut text).map_err(error::usage)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
