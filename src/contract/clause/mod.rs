//! The clauses that the export promises, and the register of what its documentation leaves open.
//!
//! Every clause has an id, one sentence of ours and the page of mParticle's documentation that it comes from. A finding
//! cites a clause by its id. A connection setting's id is the clause of that setting's effect.

mod entry;
mod lookup;
mod register;
mod remedy;
mod undefined;

pub use entry::{Clause, DELIVERY, EDITION, OURS};
pub use lookup::{find, is_known};
pub use register::CLAUSES;
pub use remedy::remedy;
pub use undefined::{UNDEFINED, Undefined};
