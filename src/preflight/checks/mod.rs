//! One file a check: what it asks of the snapshot, and the permissions that the answer needs.

pub(super) mod access;
pub(super) mod bucket;
pub(super) mod objects;
pub(super) mod user;
