//! Faults on demand: the faults, the affected requests, and the HTTP layer that applies them.

mod fault;
mod layer;
mod plan;

pub use fault::{Fault, UnknownFault};
pub(super) use layer::{FaultLayer, FaultPlans};
pub(super) use plan::FaultPlan;
