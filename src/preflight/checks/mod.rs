//! One file for each check: what it reads from the snapshot, and the permissions that this needs.

pub(super) mod access;
pub(super) mod bucket;
pub(super) mod objects;
pub(super) mod user;
