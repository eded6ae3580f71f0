//! The clauses of the contract, and the questions that the documentation leaves open.
//!
//! Every clause has an id, one sentence, and the page of mParticle's documentation that it comes from. A finding names
//! a clause by its id. The clause of a setting's effect has the setting's id.

mod entry;
mod lookup;
mod register;
mod remedy;
mod undefined;

pub use entry::{Clause, DELIVERY, EDITION, OURS};
pub use lookup::{find, is_known, known_id};
pub use register::CLAUSES;
pub use remedy::remedy;
pub use undefined::{UNDEFINED, Undefined};
