//! Shared parts of the tests: the program, servers to run it with, and generators of input.

pub(crate) mod bucket;
pub(crate) mod double;
pub(crate) mod embedded;
pub(crate) mod instances;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod serve;
pub(crate) mod servers;
pub(crate) mod terraform;
pub(crate) mod tools;
