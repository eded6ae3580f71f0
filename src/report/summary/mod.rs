//! What only one command has to say, beside the checks and findings of every report.

mod validation;

pub use validation::{Baseline, Contents, FolderShare, Repeated, SampleOf, Validation};
