//! Delivers an object to the store: attempts until the deadline, and never a second object for one file.

mod attempts;
mod read_back;
mod standing;
mod trial;

pub(crate) use attempts::{Delivery, Earlier, Failed, Limits, deliver};
pub(crate) use standing::Standing;
pub(crate) use trial::Trial;
