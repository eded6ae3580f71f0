//! Made-up batches, endless and the same for the same seed: what mParticle's inputs send, with all its oddities.
//!
//! The text of each line is written directly, so that key order, number spelling and escapes are under control: a
//! forwarder that reshapes what it should only pass on is caught by them.

mod batch;
mod commerce;
mod dice;
mod event;
mod person;
mod rhythm;
mod text;

pub use batch::Synthesizer;
