//! An S3 server in this process, on loopback ports of its own: what `conform` writes to when no other is named.
//!
//! It is reached over HTTP by the same client as any other server, so that nothing is skipped on the way. The objects are
//! s3s-fs's; what that lacks is ours: it remembers the encryption that was asked for.

mod encryption;
mod gate;
mod server;

pub use server::{Embedded, EmbeddedError};
