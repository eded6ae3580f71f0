//! Mutants of a correct subject, store or policy: each breaks one clause on purpose, and the check of that clause must fail.

mod fixture;
mod mutant;

mod catalogue;

mod mutated;
mod self_test;

pub use catalogue::mutants;
pub use mutant::Mutant;
pub use self_test::{SelfTestError, self_test};
