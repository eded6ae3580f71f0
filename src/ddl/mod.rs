//! How other programs read the export: tables, views and schemas for query engines, made from one description of the columns.
//!
//! - [`Column`]: the columns of a batch and of each event type, derived from the types of [`crate::contract`].
//! - [`Dialect`]: the query engines, and how each quotes a value.
//! - [`Place`]: where the files are and what distinguishes them from other objects, from the settings.
//! - [`render`]: the text, from a template for each engine.
//! - [`glue_columns`]: the columns of the Terraform module `catalog`.
//!
//! 64-bit integers are read as text and cast in views, so that no reader rounds them (DTO-3). The `data` of an event stays JSON,
//! because its fields depend on the event's type: a view for each type reads them. Nothing is ever dropped.

mod column;
mod dialect;
mod expression;
mod glue;
mod place;
mod render;

pub use column::{Column, EventColumns, Kind};
pub use dialect::{Dialect, UnknownDialect};
pub use glue::glue_columns;
pub use place::{Place, PlaceError};
pub use render::{DdlError, TableName, TableNameError, render};
