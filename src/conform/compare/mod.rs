//! Expected lines against observed lines: what is the same, what differs and where, what is missing and what is too much.
//!
//! Most lines are the same, and those are found by their digests alone. What is left over is paired by the ids of its
//! events and of its batch, and then compared node by node.

mod difference;
mod matching;
mod pairing;
#[cfg(test)]
mod tests;

pub use matching::{Clock, Comparison, Observed, compare};
