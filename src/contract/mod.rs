//! What readers of the export may rely on. The types here are the only definition of a record: serde reads by them,
//! the published JSON Schemas and the map of 64-bit integers ([`int64`]) are made from them.
//!
//! The types read what the *tolerant* schemas accept, and nothing else: `null` is absent, unknown fields are passed
//! over, a known field of the wrong type is an error (DTO-3). They are for reading; whoever has to keep every digit and
//! every unknown field works on the line itself. The *strict* schemas have no type: they are the judge of themselves.

mod application;
mod attribute;
mod batch;
mod breadcrumb;
pub mod clause;
mod commerce;
mod consent;
mod context;
mod device;
mod edition;
mod event;
mod event_data;
#[cfg(feature = "explain")]
mod explain;
mod identity;
pub mod int64;
pub(crate) mod kind;
pub mod limits;
mod name;
pub mod object_key;
pub mod raw;
mod record;
pub(crate) mod scalar;
pub mod schema;

pub use application::*;
pub use attribute::{Attribute, Map, Open, SingleAttribute, TextAttribute};
pub use batch::{Batch, RawBatch};
pub use breadcrumb::*;
pub use commerce::*;
pub use consent::*;
pub use context::*;
pub use device::*;
pub use event::{Event, EventData};
pub use event_data::*;
pub use identity::*;
pub use int64::{Int64, UInt64};
pub use name::{Environment, Name};
pub use scalar::{BooleanOrText, Decimal, Guid, Int32, IntegerOrText, IpAddress, NumberOrBoolean, Scalar};
