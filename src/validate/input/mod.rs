//! What is checked: files, standard input, objects of a bucket, any reader.

mod blocks;
#[cfg(feature = "store")]
mod bucket;
mod folder;
mod search;
mod selection;
mod source;
mod stored;

pub(super) use blocks::{Block, Blocks, LongLines};
#[cfg(feature = "store")]
pub use bucket::Bucket;
pub(super) use folder::Folder;
pub use selection::{Sample, Selected, Selection};
pub use source::{Input, InputError, ObjectError};
pub(super) use stored::{Stored, is_damage};
