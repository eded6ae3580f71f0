//! The use of colours.

use anstream::ColorChoice;

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set; everywhere if FORCE_COLOR or CLICOLOR_FORCE is set.
    #[default]
    Auto,
    /// Everywhere, also in a pipe.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Applies the value to stdout and stderr.
    pub(super) fn apply(self) {
        let choice = match self {
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
            Self::Auto if is_set("NO_COLOR") => ColorChoice::Never,
            Self::Auto if is_set("FORCE_COLOR") => ColorChoice::Always,
            // anstream reads CLICOLOR and CLICOLOR_FORCE and detects the terminal.
            Self::Auto => ColorChoice::Auto,
        };
        choice.write_global();
    }
}

/// Whether the variable is set and neither empty nor 0.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}
