//! An S3 server in this process, on loopback ports of its own: what `conform` writes to when no other is named.
//!
//! It is reached over HTTP by the same client as any other server, so that nothing is skipped on the way. The objects are
//! s3s-fs's; what that lacks is ours: it remembers the encryption that was asked for, judges every request by the policies,
//! keys and settings that a bucket is given ([`Rules`]), keeps count of what was asked ([`Deed`]), and can be told to have
//! faults ([`Fault`]).

mod deeds;
mod door;
mod encryption;
mod faults;
mod gate;
mod guests;
mod rights;
mod rules;
mod server;

pub use deeds::{Deed, Deeds};
pub use faults::{Fault, UnknownFault};
pub use rules::{Guest, Key, Ownership, Rules, Transport};
pub use server::{Embedded, EmbeddedError};
