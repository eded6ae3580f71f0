//! What the engine does to one record: read it, filter its events, check its timestamps and project it into its final form.

pub(super) mod identities;
mod project;
mod received;
mod timestamps;
mod trace;

pub(crate) use project::{Projected, Projector};
pub(crate) use received::{BrokenEvent, Event, Received};
pub(crate) use timestamps::timestamp_anomalies;
pub(crate) use trace::{Change, Reason, RemovedNodes, Trace};
