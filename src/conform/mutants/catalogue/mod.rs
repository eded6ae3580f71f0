//! All mutants, grouped by the broken clauses.

pub(super) mod access;
mod batching;
mod content;
mod delivery;
pub(super) mod edit;
mod files;
mod layout;
mod naming;
mod settings;

use super::mutant::Mutant;

/// Every mutant, in the order of the checks that must catch it.
pub fn mutants() -> impl Iterator<Item = &'static Mutant> + Clone {
    const ALL: &[&[Mutant]] = &[
        naming::MUTANTS,
        layout::MUTANTS,
        files::MUTANTS,
        content::MUTANTS,
        settings::MUTANTS,
        batching::MUTANTS,
        delivery::MUTANTS,
        access::MUTANTS,
    ];
    ALL.iter().copied().flatten()
}
