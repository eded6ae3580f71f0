//! How objects are written, encrypted and kept.

pub(in crate::preflight) mod encryption;
pub(in crate::preflight) mod key;
pub(in crate::preflight) mod lifecycle;
pub(in crate::preflight) mod object_lock;
pub(in crate::preflight) mod stored;
pub(in crate::preflight) mod verification;
