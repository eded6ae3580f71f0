//! The conformance tester: a subject is handed settings and batches, what it wrote is read back, and each promise of the
//! contract is held against it. What must be written is worked out here from the contract alone, without the engine's code.

pub mod access;
mod case;
pub mod checks;
mod clean;
mod command;
pub mod compare;
mod concurrent;
pub mod cover;
pub mod document;
mod edges;
pub mod expect;
mod faults;
mod filter;
mod hold;
pub mod liars;
pub mod matrix;
pub mod observe;
mod place;
mod readback;
mod run_id;
mod scenario;
mod spread;
mod subject;
mod suite;
pub mod synthesize;
mod tally;
mod traits;

pub use clean::{Leftover, leftovers, remove};
pub use command::CommandSubject;
pub use edges::{edges, far_edges};
pub use faults::{Delivered, Deliverer, FaultsError, run_faults};
pub use filter::{BadPattern, Filter, UnknownName, Wanted};
pub use place::{Material, Place, PlaceError};
pub use readback::{MOST_TEXT, Object, list_all, read_all, read_back};
pub use run_id::{NotARunId, RunId};
pub use scenario::{Plan, Scenario, differences, plans, spelled};
pub use subject::{Subject, SubjectError};
pub use suite::{Progress, Suite, SuiteError};
pub use traits::ServerTraits;
