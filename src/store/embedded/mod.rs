//! An S3 server in this process, on loopback ports of its own: `conform` writes to it when no other server is named.
//!
//! It is reached over HTTP by the same client as any other server. [`s3s_fs`] keeps the objects. Added here are the parts that
//! it lacks: the encryption that a request asks for, permissions by the policies, keys and ownership of a bucket ([`Rules`]), a
//! log of what was allowed and refused ([`AccessLog`]), and faults on demand ([`Fault`]).

mod encryption;
mod faults;

mod access;

mod server;

pub use access::{AccessLog, AccessRecord, Identity, Key, Ownership, Rules, Transport};
pub use faults::{Fault, UnknownFault};
pub use server::{Embedded, EmbeddedError};
