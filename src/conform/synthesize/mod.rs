//! Generates batches, without end and reproducible by a seed: the data of mParticle's inputs with all its irregular
//! values.
//!
//! The text of each line is written directly, which controls the order of keys and the spelling of numbers and escapes.
//! This reveals a forwarder that changes data it should copy.

mod batch;
mod commerce;
mod dice;
mod event;
mod person;
mod rhythm;
mod text;

pub use batch::Synthesizer;
