//! The forwarder under test.

mod command;
mod concurrent;
mod forwarder;

pub use command::CommandSubject;
pub(in crate::conform) use concurrent::forward;
pub use forwarder::{Subject, SubjectError};
