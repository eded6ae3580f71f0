//! What valid lines and their files hold.

mod days;
mod files;
mod hash;
mod kept;
mod likeness;
mod repeats;
mod tally;

pub use days::Days;
pub use files::Files;
pub(super) use files::date_of;
pub(super) use hash::{ReadHash, hash_of, mix};
pub use kept::KeptByHash;
pub(super) use likeness::{Alike, Likeness, SameFiles};
pub use repeats::Repeats;
pub use tally::Tally;
pub(super) use tally::integer;
