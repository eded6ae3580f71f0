//! The types of a batch.

mod application;
mod attribute;
mod batch;
mod breadcrumb;
mod commerce;
mod consent;
mod context;
mod declare;
mod device;
mod event;
mod event_data;
mod identity;
mod int64;
mod name;
mod scalar;

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
pub(crate) use int64::EXACT;
pub use int64::{Int64, UInt64};
pub use name::{Environment, Name};
pub use scalar::{
    AnyInt64, BooleanOrText, Decimal, Guid, Int32, IntegerOrText, IpAddress, NumberOrBoolean, Scalar, WideInt32,
};
