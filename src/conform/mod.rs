//! The conformance tester: a subject is handed settings and batches, what it wrote is read back, and each promise of the
//! contract is held against it. What must be written is worked out here from the contract alone, without the engine's code.

pub mod checks;
pub mod compare;
pub mod cover;
pub mod document;
pub mod expect;
pub mod matrix;
mod readback;
mod scenario;
mod subject;
mod suite;
pub mod synthesize;
mod traits;

pub use readback::{Object, list_all, read_back};
pub use scenario::{Plan, Scenario, differences, plans};
pub use subject::{Subject, SubjectError};
pub use suite::{SuiteError, run};
pub use traits::ServerTraits;
