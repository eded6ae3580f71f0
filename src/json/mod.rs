//! JSON for small documents (settings, policies, manifests): a reader that refuses repeated names, and JSON Pointers
//! (RFC 6901). Lines of batches are read from their bytes, and indexed where they are
//! forwarded.

#[cfg(feature = "forward")]
mod index;
mod pointer;
pub(crate) mod scan;
mod tree;

#[cfg(feature = "forward")]
pub(crate) use index::{INDEXED_DEPTH, Index, Member, Members, Value};
pub use pointer::{escape, member, without_indices};
pub use tree::{Tree, read};
