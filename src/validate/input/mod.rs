//! What is checked: files, standard input, objects of a bucket, any reader.

mod blocks;
#[cfg(feature = "store")]
mod bucket;
mod folder;
mod input;
mod search;
mod selection;
mod stored;

pub(super) use blocks::{Block, Blocks, LongLines};
#[cfg(feature = "store")]
pub use bucket::Bucket;
pub(super) use folder::Folder;
pub use input::{Input, InputError, ObjectError};
pub use selection::{Sample, Selected, Selection};
pub(super) use stored::{Stored, is_damage};
