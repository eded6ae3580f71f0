//! The files that lines are gathered in, and their bytes as they are stored.

mod encode;
mod open;

pub(crate) use encode::encode;
pub(crate) use open::{ClosedFile, Files, NUMBERS};
