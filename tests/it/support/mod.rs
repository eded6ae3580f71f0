//! What the tests share: the program, servers to run it against, and things to make its input from.

pub(crate) mod bucket;
pub(crate) mod embedded;
pub(crate) mod instances;
pub(crate) mod program;
pub(crate) mod servers;
pub(crate) mod terraform;
pub(crate) mod tools;
