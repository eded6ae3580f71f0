//! What valid lines and their files hold.

mod days;
mod files;
mod likeness;
mod repeats;
mod tally;

pub use days::Days;
pub use files::Files;
pub(super) use files::date_of;
pub(super) use likeness::{Likeness, ReadHash};
pub use repeats::Repeats;
pub(super) use repeats::mix;
pub use tally::Tally;
pub(super) use tally::integer;
