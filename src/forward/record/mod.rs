//! The stages that process one record: reading, filtering of events, checking of timestamps, and projection to the
//! final form.

pub(super) mod identities;
mod object;
mod project;
mod received;
mod respell;
mod rewrite;
mod timestamps;
mod trace;

pub(crate) use project::{Projected, Projector};
pub(crate) use received::{Event, Kept, Received};
pub(crate) use timestamps::timestamp_anomalies;
pub(crate) use trace::{Change, Reason, Remarks, Trace};
