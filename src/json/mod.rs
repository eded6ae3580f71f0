//! JSON for small documents (settings, policies, manifests): a reader that refuses repeated names, and JSON Pointers
//! (RFC 6901).

mod pointer;
mod tree;

pub use pointer::{escape, member, without_indices};
pub use tree::{Tree, read};
