//! Messages on stderr. An error of stderr, for instance a full disk, does not end the work.

/// Prints a line on stderr, formatted like `println!`.
macro_rules! say {
    ($($message:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($message)*);
    }};
}
