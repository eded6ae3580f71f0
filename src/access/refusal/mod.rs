//! What AWS refuses to store, by kind of policy (ACC-9).
//!
//! A policy that is refused has no effect at all, so nothing else can be said about it. The rules for actions and condition
//! keys use [`super::actions`].

mod bucket;
mod identity;
mod key;
mod refused;
mod statement;
mod template;
mod trust;

pub use refused::{Refusal, Refused, Terms, refused};
pub(in crate::access) use statement::{is_unique_id, names_only_deleted};
