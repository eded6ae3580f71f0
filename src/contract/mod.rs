//! What readers of the export may rely on. The types here are the only definition of a record: serde reads by them,
//! the published JSON Schemas and the map of 64-bit integers ([`schema::integers`]) are made from them.
//!
//! The types read what the *tolerant* schemas accept, and nothing else: `null` is absent, unknown fields are passed
//! over, a known field of the wrong type is an error (DTO-3). To keep every digit and every unknown field, work
//! on the line itself ([`raw`]). The *strict* schemas have no types of their own.

pub mod clause;
pub mod limits;
pub mod object_key;
pub mod raw;
mod record;
pub mod schema;

pub use record::*;
