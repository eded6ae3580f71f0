//! The extension module of the Python package `mp_forwarding`.
//!
//! It passes texts, bytes and numbers. `python/mp_forwarding/` makes Python types of them and has the documentation that
//! users read. Every call that takes time releases the GIL.

mod argument;
mod batches;
mod command;
mod error;
mod partial;
mod policy;
mod report;
mod schema;
mod settings;
mod validator;

use pyo3::prelude::*;

/// The compiled part of `mp_forwarding`.
#[pymodule]
mod _native {
    #[pymodule_export]
    use super::batches::Batches;
    #[pymodule_export]
    use super::command::{run_command, validate};
    #[pymodule_export]
    use super::partial::{Partial, merge, partial};
    #[pymodule_export]
    use super::policy::{check_policy, render_policy};
    #[pymodule_export]
    use super::report::render_report;
    #[pymodule_export]
    use super::schema::{schema, schemas};
    #[pymodule_export]
    use super::settings::Settings;
    #[pymodule_export]
    use super::validator::{Fault, Validator};
}
