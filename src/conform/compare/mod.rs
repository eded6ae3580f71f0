//! Compares expected with observed lines: equal, different, missing and surplus lines.
//!
//! Most lines are equal and are found by their digests. The remaining lines are paired by the ids of their events and
//! of their batch, and then compared member by member.

mod difference;
mod matching;
mod pairing;
mod schema;
#[cfg(test)]
mod tests;

pub use matching::{Clock, Comparison, Observed, compare};
pub use schema::SchemaFaults;
