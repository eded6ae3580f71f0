//! The summaries of the commands: the part of a report that only one command has.

mod baseline;
mod bundle;
mod canary;
mod conformance;
mod faults;
mod files;
mod policies;
mod preflight;
mod replay;
mod self_test;
mod validation;

pub use baseline::Baseline;
pub use bundle::Bundle;
pub use canary::{Canary, Delay};
pub use conformance::{Case, Conformance};
pub use faults::{FaultRun, Faults};
pub use files::{Repair, RepairedFile, Resumed, SampleOf, WrongFile};
pub use policies::Policies;
pub use preflight::{AccessKind, ObjectState, Preflight, VerificationObject};
pub use replay::{Replay, SentBatches};
pub use self_test::{CorrectCase, FailedCheck, SelfTest, TestedMutant};
pub use validation::{Contents, FolderShare, NO_ENVIRONMENT, Repeated, Validation};
