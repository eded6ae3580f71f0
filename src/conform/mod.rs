//! The conformance tester. A subject receives settings and batches, its objects are read, and each clause of the
//! contract is checked. The expected result is computed here from the contract alone, without the engine's code.
//!
//! Each module imports only modules above it in this list.

pub mod document;

pub mod expect;

pub mod compare;

mod bucket;

pub mod synthesize;

pub mod access;

mod cases;

mod subject;

pub mod checks;

mod suite;

mod faults;
#[cfg(feature = "self-test")]
pub mod mutants;

pub use bucket::{
    Leftover, MOST_TEXT, NotARunId, Object, RunId, ServerTraits, leftovers, list_all, read_all, read_back, remove,
};
pub use cases::{
    Material, Plan, Scenario, Target, TargetError, changed_settings, combination_count, combined, edges, far_edges,
    matrix, plans, shown_settings,
};
pub use faults::{Delivered, Deliverer, FaultsError, run_faults};
pub use subject::{CommandSubject, Subject, SubjectError};
pub use suite::{BadPattern, Filter, Progress, Suite, UnknownName, Wanted, collect_evidence};
