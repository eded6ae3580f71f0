//! Faults on demand: what can fail, which requests do, and the HTTP layer that makes them fail.

mod fault;
mod layer;
mod plan;

pub use fault::{Fault, UnknownFault};
pub(super) use layer::{FaultLayer, FaultPlans};
pub(super) use plan::FaultPlan;
