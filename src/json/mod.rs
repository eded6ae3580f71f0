//! JSON for small documents (settings, policies, manifests): a reader that refuses a name that is given twice, and JSON
//! Pointers (RFC 6901).

mod pointer;
mod tree;

pub use pointer::{escape, member};
pub use tree::{Tree, read};
