//! The files that lines are collected in, and their encoding.

mod encode;
mod open;

pub(crate) use encode::encode;
pub(crate) use open::{ClosedFile, Files, NUMBERS};
