//! What valid lines and their files hold.

mod days;
mod files;
mod repeats;
mod tally;

pub use days::Days;
pub use files::Files;
pub(super) use files::date_of;
pub use repeats::Repeats;
pub(super) use repeats::mix;
pub use tally::Tally;
