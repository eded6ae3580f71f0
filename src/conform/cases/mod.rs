//! The cases of a run: settings, input and bucket.

mod built_in;
mod cover;
mod edges;
mod matrix;
mod scenario;
mod shown;
mod target;

pub use built_in::plans;
pub use edges::{edges, far_edges};
pub use matrix::{combination_count, combined, matrix};
pub use scenario::{Plan, Scenario};
pub use shown::{changed_settings, shown_settings};
pub use target::{Material, Target, TargetError};
