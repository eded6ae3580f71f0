//! Synthetic batches.

use mp_forwarding::conform::synthesize::Synthesizer;
use mp_forwarding::external::jiff::Timestamp;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyType};

use crate::error;

/// Synthetic batches, one line of JSON each, without the line end. The same seed gives the same lines.
///
/// It is an iterator. A pickled one continues where it was.
#[pyclass(module = "mp_forwarding._native")]
pub(crate) struct Batches {
    lines: Synthesizer,
    batches: u64,
    seed: u64,
    clock: String,
    taken: u64,
}

#[pymethods]
impl Batches {
    #[new]
    #[pyo3(signature = (batches, seed, clock, taken = 0))]
    fn new(py: Python<'_>, batches: u64, seed: u64, clock: String, taken: u64) -> PyResult<Self> {
        let now: Timestamp = clock.parse().map_err(error::usage)?;
        let mut lines = Synthesizer::new(seed, now);
        py.detach(|| (0..taken).for_each(|_| drop(lines.next())));
        Ok(Self { lines, batches, seed, clock, taken })
    }

    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&mut self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        if self.taken >= self.batches {
            return None;
        }
        self.taken += 1;
        let lines = &mut self.lines;
        py.detach(|| lines.next()).map(|line| PyBytes::new(py, line.as_bytes()))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyType>, (u64, u64, String, u64)) {
        let this = slf.borrow();
        (slf.get_type(), (this.batches, this.seed, this.clock.clone(), this.taken))
    }
}
