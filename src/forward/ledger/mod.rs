//! What became of every event: counted always, and told one by one to a [`Journal`] if somebody asks for it.

mod books;
mod counts;
mod entry;
mod flag;
mod indices;
mod journal;

pub(crate) use books::Books;
pub use counts::Ledger;
pub use entry::{Carriage, LedgerEntry};
pub use flag::Flag;
pub use indices::Indices;
pub use journal::{Journal, LedgerFile};
