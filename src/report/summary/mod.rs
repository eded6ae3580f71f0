//! What only one command has to say, beside the checks and findings of every report.

mod faults;
mod self_test;
mod validation;

pub use faults::{FaultRun, Faults};
pub use self_test::{CorrectCase, FailedCheck, SelfTest, TestedMutant};
pub use validation::{Baseline, Contents, FolderShare, Repeated, SampleOf, Validation};
