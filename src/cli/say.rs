//! Messages on stderr. An error of stderr, for instance a full disk, does not end the work.

use std::fmt;
use std::io::{self, Write};

use crate::settings::mask_secrets;
use crate::visible::{message, visible};

/// Prints a message on stderr, formatted like `println!`. What came from outside is escaped, and what has the form of a secret
/// access key is masked, since it may be typed in a wrong place.
macro_rules! say {
    ($($message:tt)*) => {
        $crate::cli::say::print(format_args!($($message)*))
    };
}

pub(crate) fn print(text: fmt::Arguments<'_>) {
    let _ = writeln!(anstream::stderr(), "{}", mask_secrets(&message(&text.to_string())));
}

/// Where the log goes: to stderr, each entry on one line.
pub(super) struct Log;

impl Write for Log {
    fn write(&mut self, entry: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(entry);
        writeln!(io::stderr(), "{}", mask_secrets(&visible(text.strip_suffix('\n').unwrap_or(&text))))?;
        Ok(entry.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
