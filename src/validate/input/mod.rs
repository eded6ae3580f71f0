//! What is checked: files, standard input, objects of a bucket, any reader.

mod blocks;
#[cfg(feature = "store")]
mod bucket;
mod folder;
#[cfg(feature = "store")]
mod object_reader;
mod selection;
mod source;
mod stored;

pub(super) use blocks::{Block, Blocks, LongLines};
#[cfg(feature = "store")]
pub use bucket::Bucket;
pub(super) use folder::Folder;
pub use selection::{Moment, Sample, Selected, Selection};
pub(super) use source::StoredAs;
pub use source::{Input, InputError, ObjectError};
pub(super) use stored::{Stored, is_damage};
