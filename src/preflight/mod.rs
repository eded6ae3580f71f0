//! Checks that a live bucket is ready for mParticle: its name, region, policy, owner, encryption, key and lifecycle,
//! the IAM user whose key mParticle uses, and mParticle's first write (ACC-1 to ACC-8).
//!
//! [`collect`] reads everything into one [`Snapshot`]. [`evaluate`] then compares the snapshot with the [`Expected`]
//! values.
//! Checks of values that could not be read are skipped, with the missing permission or the server's message. A skipped
//! check does not pass. [`CHECKS`] lists all checks.

mod answer;
mod ask;
mod check;
mod checks;
mod collect;
mod deployed;
mod permissions;
mod registry;
mod report;
mod snapshot;
#[cfg(test)]
mod tests;
mod write;

pub use answer::{Answer, Unanswered};
pub use check::Definition;
pub use collect::{Parties, collect};
pub use registry::{CHECKS, evaluate};
pub use report::{report, report_of_failure};
pub use snapshot::{
    AccessKey, Caller, Expected, Key, KeySnapshot, KeyUse, NamedText, Role, RoleSnapshot, Simulated, Snapshot,
    UserSnapshot, Write,
};
pub use write::Writer;
