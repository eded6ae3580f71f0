//! Forward, prove and check mParticle's event export to Amazon S3.

pub mod cli;
pub mod conform;
pub mod contract;
pub mod forward;
pub mod ndjson;
pub mod report;
pub mod settings;
pub mod store;
