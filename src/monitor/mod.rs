//! Shows what a run is doing over HTTP: metrics for Prometheus, and whether it is healthy.

mod metrics;
mod server;

pub use server::{Health, Monitor};
