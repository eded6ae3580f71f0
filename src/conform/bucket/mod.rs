//! The bucket of a run: its content, the features of its server, and the folder of each run.

mod budget;
mod leftovers;
mod readback;
mod run_id;
mod server;
mod uploads;

pub use leftovers::{Leftover, leftovers, remove};
pub use readback::{MOST_TEXT, Object, list_all, read_all, read_back};
pub use run_id::{NotARunId, RunId};
pub use server::ServerTraits;
pub(in crate::conform) use uploads::Uploads;

/// The lines of a text without their newlines. There is no empty line after the last newline.
pub(in crate::conform) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.strip_suffix(b"\n").unwrap_or(text).split(|byte| *byte == b'\n')
}
