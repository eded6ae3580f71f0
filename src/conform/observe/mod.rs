//! Observations of a bucket over time without known input: days without a file, and fields that appear and disappear.

mod days;
mod fields;

pub use days::Days;
pub use fields::Fields;
