//! Subjects and stores that break one promise each, on purpose: the proof that the tester would notice.
//!
//! These are doubles. Each stands around an honest subject, store or policy and damages what passes through it.

mod access;
mod batching;
mod content;
mod delivery;
mod double;
mod edit;
mod files;
mod layout;
mod lie;
mod naming;
mod self_test;
mod settings;
mod stage;

pub use lie::Liar;
pub use self_test::{SelfTestError, self_test};

/// Every liar, in the order of the checks that must catch it.
pub fn liars() -> impl Iterator<Item = &'static Liar> + Clone {
    const ALL: &[&[Liar]] = &[
        naming::LIARS,
        layout::LIARS,
        files::LIARS,
        content::LIARS,
        settings::LIARS,
        batching::LIARS,
        delivery::LIARS,
        access::LIARS,
    ];
    ALL.iter().copied().flatten()
}
