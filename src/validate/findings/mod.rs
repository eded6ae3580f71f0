//! What is wrong with lines and files, grouped by cause.

mod faults;
mod first_places;
mod folder_dates;
mod line_fault;

pub use faults::Faults;
pub(super) use faults::{Cause, Group, Location};
pub(super) use folder_dates::FolderDates;
pub use line_fault::LineFault;
