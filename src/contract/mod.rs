//! The facts that readers of the export may rely on. The types here are the only definition of a record. serde reads
//! with them, and the published JSON Schemas and the map of 64-bit integers ([`schema::integers`]) are made from them.
//!
//! The types accept exactly what the *tolerant* schemas accept: `null` is absent, unknown fields are ignored, and a
//! known field with the wrong type is an error (DTO-3). To keep every digit and every unknown field, work on the text
//! of the line ([`raw`]). The *strict* schemas have no types of their own.

pub mod clause;
pub(crate) mod exact;
pub mod limits;
pub mod object_key;
pub mod raw;
pub(crate) mod record;
pub mod schema;

pub use record::*;
