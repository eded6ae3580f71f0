//! What is wrong with lines and files, grouped by cause.

mod faults;
mod line_fault;

pub use faults::Faults;
pub use line_fault::LineFault;
