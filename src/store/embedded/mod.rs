//! An S3 server in this process, on its own loopback ports. `conform` uses it if no other server is given.
//!
//! The same client as for any other server accesses it over HTTP. [`s3s_fs`] stores the objects. This module adds the
//! missing parts: the requested encryption, permissions by the policies, keys and ownership of a bucket ([`Rules`]), a
//! log of allowed and refused actions ([`AccessLog`]), and faults on demand ([`Fault`]).

mod encryption;
mod faults;

mod access;

mod server;

pub use access::{AccessLog, AccessRecord, Identity, Key, Ownership, Rules, Transport};
pub use faults::{Fault, UnknownFault};
pub use server::{Embedded, EmbeddedError};
