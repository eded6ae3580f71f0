//! JSON for small documents (settings, policies, manifests): a reader that refuses repeated names, and JSON Pointers
//! (RFC 6901). Lines of batches are read from their bytes.

mod pointer;
pub(crate) mod scan;
mod tree;

pub use pointer::{escape, member, without_indices};
pub use tree::{Tree, read};
