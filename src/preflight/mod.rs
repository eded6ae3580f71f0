//! Whether a live bucket is ready for mParticle: its name, region, policy, owner, encryption, key and lifecycle, the user by
//! whose key mParticle may write, and the very write that mParticle does first (ACC-1 to ACC-8).
//!
//! Two steps that never mix: [`look`] asks everything and writes one object, [`judge`] holds what was [seen](Sight) against
//! what is [expected](Expected). Whatever could not be asked is skipped with the right that was missing or the server's own
//! words, and a skip is never a pass. The registry of the checks is [`CHECKS`].

mod answer;
mod ask;
mod check;
mod checks;
mod deployed;
mod look;
mod report;
mod sight;
#[cfg(test)]
mod tests;
mod write;

pub use answer::{Answer, Unanswered};
pub use check::{CHECKS, Check, judge};
pub use look::{Parties, look};
pub use report::report;
pub use sight::{AccessKey, Caller, Expected, Key, KeySight, NamedText, Sight, Simulated, UserSight, Write};
pub use write::Writer;
