//! Arguments whose types PyO3 cannot describe in the stubs.

use std::convert::Infallible;

use mp_forwarding::contract::schema::Form;
use pyo3::exceptions::PyValueError;
use pyo3::inspect::{PyStaticConstant, PyStaticExpr};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyIterator, PyString};

const fn of(module: &'static PyStaticExpr, name: &'static str) -> PyStaticExpr {
    PyStaticExpr::Attribute { value: module, attr: name }
}

/// An iterable of lines.
pub(crate) struct Lines<'py>(pub(crate) Bound<'py, PyIterator>);

impl<'py> FromPyObject<'_, 'py> for Lines<'py> {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = PyStaticExpr::Subscript {
        value: &of(&PyStaticExpr::Name { id: "collections.abc" }, "Iterable"),
        slice: &PyStaticExpr::Name { id: "bytes" },
    };

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        object.try_iter().map(Self)
    }
}

impl Lines<'_> {
    /// The next lines, at most `most`; none at the end.
    pub(crate) fn next_lines(&mut self, most: usize) -> PyResult<Vec<PyBackedBytes>> {
        self.0.by_ref().take(most).map(|line| Ok(line?.extract()?)).collect()
    }
}

/// The form of batches by its name.
#[derive(Clone, Copy)]
pub(crate) struct FormName(pub(crate) Form);

impl FormName {
    const OUTBOUND: &'static str = "outbound";
    const RAW: &'static str = "raw";
    const TYPE: PyStaticExpr = PyStaticExpr::Subscript {
        value: &of(&PyStaticExpr::Name { id: "typing" }, "Literal"),
        slice: &PyStaticExpr::Tuple {
            elts: &[
                PyStaticExpr::Constant { value: PyStaticConstant::Str(Self::OUTBOUND) },
                PyStaticExpr::Constant { value: PyStaticConstant::Str(Self::RAW) },
            ],
        },
    };

    pub(crate) fn as_str(self) -> &'static str {
        match self.0 {
            Form::Outbound => Self::OUTBOUND,
            Form::Inbound => Self::RAW,
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for FormName {
    type Error = PyErr;

    const INPUT_TYPE: PyStaticExpr = Self::TYPE;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<&str>()? {
            Self::OUTBOUND => Ok(Self(Form::Outbound)),
            Self::RAW => Ok(Self(Form::Inbound)),
            other => Err(PyValueError::new_err(format!("unknown form `{other}` (known: outbound, raw)"))),
        }
    }
}

impl<'py> IntoPyObject<'py> for FormName {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;

    const OUTPUT_TYPE: PyStaticExpr = Self::TYPE;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Infallible> {
        Ok(PyString::new(py, self.as_str()))
    }
}
