//! Whether single lines are valid, and why not.

use std::sync::OnceLock;

use mp_forwarding::contract::schema::{Edition, Form};
use mp_forwarding::validate::{self, Explainer};
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::argument::{FormName, Lines};

/// How many lines of an iterable are checked at a time: enough to make releasing the GIL cheap.
const LINES: usize = 1024;

/// Checks lines against the schema of a batch, as one pass over the bytes.
///
/// Make one and share it: it is immutable and safe in threads. Pickling copies its arguments, not the compiled schema.
///
/// :param form: ``"outbound"`` as the export writes batches, or ``"raw"`` as ``raw_data_feed`` does
/// :param strict: accept only documented fields and values
/// :raises ValueError: if ``form`` is neither
#[pyclass(frozen, module = "mp_forwarding._native")]
pub(crate) struct Validator {
    inner: validate::Validator,
    explainer: OnceLock<Explainer>,
}

#[pymethods]
impl Validator {
    #[new]
    #[pyo3(signature = (form = FormName(Form::Outbound), strict = false))]
    fn new(py: Python<'_>, form: FormName, strict: bool) -> Self {
        let inner = py.detach(|| validate::Validator::new(Edition { form: form.0, strict }));
        Self { inner, explainer: OnceLock::new() }
    }

    /// ``"outbound"`` or ``"raw"``.
    #[getter]
    fn form(&self) -> FormName {
        FormName(self.inner.edition().form)
    }

    /// Whether only documented fields and values are accepted.
    #[getter]
    fn strict(&self) -> bool {
        self.inner.edition().strict
    }

    /// Whether a line is a valid batch. It may have its line end.
    ///
    /// :raises TypeError: if it is not ``bytes``
    fn check_line(&self, py: Python<'_>, line: &[u8]) -> bool {
        py.detach(|| self.inner.check_line(content(line)))
    }

    /// Whether each line is a valid batch: one answer per line, in their order. Takes any iterable of ``bytes``, such as a file that
    /// is opened with ``"rb"``.
    ///
    /// :raises TypeError: if a line is not ``bytes``
    fn check_lines(&self, py: Python<'_>, mut lines: Lines<'_>) -> PyResult<Vec<bool>> {
        let mut answers = Vec::new();
        loop {
            let some = lines.next_lines(LINES)?;
            if some.is_empty() {
                return Ok(answers);
            }
            py.detach(|| {
                let mut checker = self.inner.checker();
                answers.extend(some.iter().map(|line| checker.check_line(content(line))));
            });
        }
    }

    /// The numbers of the lines of a text that are not valid batches, counted from 1. Blank lines are wrong only for a strict
    /// validator. The list is empty if every line is valid.
    ///
    /// Rules for whole files, such as a line end after the last line, are those of :func:`mp_forwarding.validate`.
    ///
    /// :raises TypeError: if it is not ``bytes``
    fn check_text(&self, py: Python<'_>, text: &[u8]) -> Vec<u64> {
        py.detach(|| {
            let mut checker = self.inner.checker();
            let strict = self.inner.edition().strict;
            let mut is_wrong = |line: &[u8]| {
                let line = content(line);
                if line.iter().all(u8::is_ascii_whitespace) { strict } else { !checker.check_line(line) }
            };
            let lines = (1..).zip(text.split_inclusive(|byte| *byte == b'\n'));
            lines.filter(|(_, line)| is_wrong(line)).map(|(number, _)| number).collect()
        })
    }

    /// What is wrong with a line, up to 1,000 faults; empty if it is valid. Much slower than ``check_line``: ask it only about
    /// lines that are not valid.
    ///
    /// :raises TypeError: if it is not ``bytes``
    fn explain(&self, py: Python<'_>, line: &[u8]) -> Vec<Fault> {
        py.detach(|| {
            let explainer = self.explainer.get_or_init(|| Explainer::new(self.inner.edition()));
            let faults = explainer.explain(content(line)).into_iter();
            faults
                .map(|fault| Fault {
                    clause: fault.clause.to_owned(),
                    pointer: fault.pointer,
                    expected: fault.expected,
                    found: fault.found,
                })
                .collect()
        })
    }

    fn __repr__(&self) -> String {
        let strict = if self.strict() { "True" } else { "False" };
        format!("Validator({:?}, strict={strict})", self.form().as_str())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (FormName, bool)) {
        let this = slf.get();
        (slf.get_type(), (this.form(), this.strict()))
    }
}

/// A line without its end.
fn content(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// One thing that is wrong with a line. Values of events are never shown: ``found`` has the type and the size.
#[pyclass(frozen, eq, hash, module = "mp_forwarding._native")]
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Fault {
    /// The id of the clause that is broken; ``mp-forwarding clause ID`` explains it.
    #[pyo3(get)]
    clause: String,
    /// The JSON Pointer of the place; None for a line that is not JSON.
    #[pyo3(get)]
    pointer: Option<String>,
    /// What was expected.
    #[pyo3(get)]
    expected: String,
    /// What was found, masked; empty where ``expected`` is the whole message.
    #[pyo3(get)]
    found: String,
}

#[pymethods]
impl Fault {
    #[new]
    fn new(clause: String, pointer: Option<String>, expected: String, found: String) -> Self {
        Self { clause, pointer, expected, found }
    }

    fn __str__(&self) -> String {
        let place = self.pointer.as_deref().map(|pointer| format!(" {pointer}")).unwrap_or_default();
        match self.found.as_str() {
            "" => format!("{}{place}: {}", self.clause, self.expected),
            found => format!("{}{place}: expected {}, found {found}", self.clause, self.expected),
        }
    }

    fn __repr__(&self) -> String {
        format!("<Fault {self}>", self = self.__str__())
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (String, Option<String>, String, String)) {
        let Self { clause, pointer, expected, found } = slf.get().clone();
        (slf.get_type(), (clause, pointer, expected, found))
    }
}
