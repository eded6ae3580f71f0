//! The program's commands.

use std::ffi::OsString;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use mp_forwarding::cli::{self, Failure};
use mp_forwarding::report::{Format, Summary, write};
use mp_forwarding::validate::Cancel;
use pyo3::prelude::*;

use crate::error;

/// How long SIGINT waits until Python's handler runs.
const SIGNALS: Duration = Duration::from_millis(100);

/// Runs a command of the program. `arguments` begin with the program's name. Returns the exit code.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| cli::main(arguments) as u8)
}

/// The report of `mp-forwarding validate` with these arguments, as JSON.
#[pyfunction]
pub(crate) fn validate(py: Python<'_>, arguments: Vec<OsString>) -> PyResult<String> {
    let report = interruptible(py, |cancel| cli::validation(arguments, cancel))?;
    py.detach(|| json(&report))
}

/// A report as JSON.
pub(crate) fn json<T: Summary>(report: &mp_forwarding::report::Report<T>) -> PyResult<String> {
    let mut text = Vec::new();
    write::write(report, Format::Json, None, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Works on another thread, so that Python's handlers of signals run meanwhile. If one raises, as that of SIGINT does, the work ends.
pub(crate) fn interruptible<T: Send>(
    py: Python<'_>,
    work: impl FnOnce(Cancel) -> Result<T, Failure> + Send,
) -> PyResult<T> {
    let cancel = Cancel::default();
    let (ended, end) = channel::<()>();
    std::thread::scope(|scope| {
        let given = cancel.clone();
        let worker = scope.spawn(move || {
            let result = work(given);
            drop(ended);
            result
        });
        let mut raised = None;
        let end = std::sync::Mutex::new(end);
        let wait = || match end.lock() {
            Ok(end) => end.recv_timeout(SIGNALS),
            Err(_) => Err(RecvTimeoutError::Disconnected),
        };
        while py.detach(wait) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = py.check_signals() {
                cancel.cancel();
                raised = Some(error);
            }
        }
        let result = py.detach(|| worker.join());
        match (raised, result) {
            (Some(error), _) => Err(error),
            (None, Ok(result)) => result.map_err(|failure| error::failure(&failure)),
            (None, Err(panic)) => std::panic::resume_unwind(panic),
        }
    })
}
