//! What a person is told on stderr, whatever becomes of stderr: a full disk there must not end the work.

/// Says a line on stderr, formatted like `println!`.
macro_rules! say {
    ($($message:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(anstream::stderr(), $($message)*);
    }};
}
