//! What a bucket shows over time, where no input is known: days without a file, and fields that come and go.

mod days;
mod fields;

pub use days::Days;
pub use fields::Fields;
