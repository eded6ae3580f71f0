//! What the settings of a connection do to events and batches: which events are filtered, which fields are removed, and
//! which date folder a batch belongs in.

mod date_folder;
mod field_mask;
mod filter;

pub(crate) use date_folder::date_folder;
pub(crate) use field_mask::FieldMask;
pub(crate) use filter::filtered_by;
