//! The published JSON Schemas of a batch (draft 2020-12), made from the types.
//!
//! There are two forms (outbound, inbound) with two editions each. The *tolerant* edition is what a reader must accept.
//! The *strict* edition is exactly what the contract documents. This is how to check an exported line:
//!
//! ```
//! use mp_forwarding::contract::schema::{Edition, Form, SchemaValidator};
//!
//! let validator = SchemaValidator::of(Edition { form: Form::Outbound, strict: false });
//! let line = r#"{"events":[{"event_type":"custom_event","data":{"event_name":5}}],"environment":"production"}"#;
//! let faults = validator.explain(&serde_json::from_str(line)?);
//!
//! assert_eq!(faults.len(), 1);
//! assert_eq!(faults[0].pointer, "/events/0/data/event_name");
//! assert_eq!(faults[0].expected, "a string or null");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! You can use any other validator: `jsonschema::validator_for(&edition.schema())` gives the same answers, but for one thing
//! that no schema can say: a 64-bit integer spelled with a fraction or an exponent past 2^53 has lost digits (U-30).

mod edition;
#[cfg(feature = "explain")]
mod explain;
pub mod integers;
mod kinds;
pub(crate) mod patterns;
mod published;
mod render;
#[cfg(feature = "explain")]
mod validator;

pub use edition::{Edition, Form};
#[cfg(feature = "explain")]
pub use explain::Fault;
pub use published::{BATCHES, Published, Side, VERSION, derived};
pub(crate) use render::neutral;
#[cfg(feature = "explain")]
pub use validator::SchemaValidator;
