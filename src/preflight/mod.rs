//! Whether a live bucket is ready for mParticle: its name, region, policy, owner, encryption, key and lifecycle, the user by
//! whose key mParticle may write, and the write that mParticle does first (ACC-1 to ACC-8).
//!
//! [`collect`] reads everything into one [`Snapshot`], then [`evaluate`] compares the snapshot with what is [`Expected`].
//! Whatever could not be read is skipped, with the missing permission or the server's message; a skip is never a pass.
//! [`CHECKS`] lists the checks.

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
    AccessKey, Caller, Expected, Key, KeySnapshot, NamedText, Simulated, Snapshot, UserSnapshot, Write,
};
pub use write::Writer;
