//! (being written)

pub mod raw;
