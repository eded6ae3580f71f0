//! What valid lines and their files hold.

mod days;
mod fields;
mod files;
mod hash;
mod hours;
mod kept;
mod likeness;
mod observed;
mod repeats;
mod tally;

pub use days::Days;
pub use files::Files;
pub(super) use files::date_of;
pub(super) use hash::{ReadHash, hash_of, mix};
pub(super) use hours::day_of;
pub use kept::KeptByHash;
pub(super) use likeness::{Alike, Likeness, SameFiles};
pub(super) use observed::{Observed, put as put_header};
pub use repeats::Repeats;
pub(super) use repeats::{IdPlace, Kept};
pub use tally::Tally;
pub(super) use tally::integer;
