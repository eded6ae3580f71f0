//! When the program uses colours.

use anstream::ColorChoice;

/// The values of `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set; anywhere if FORCE_COLOR or CLICOLOR_FORCE is set.
    #[default]
    Auto,
    /// Also in a pipe.
    Always,
    /// Nowhere.
    Never,
}

impl Color {
    /// Sets this for stdout and stderr.
    pub(super) fn apply(self) {
        let choice = match self {
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
            Self::Auto if is_set("NO_COLOR") => ColorChoice::Never,
            Self::Auto if is_set("FORCE_COLOR") => ColorChoice::Always,
            // CLICOLOR and CLICOLOR_FORCE are looked up with the terminal.
            Self::Auto => ColorChoice::Auto,
        };
        choice.write_global();
    }
}

/// Set, and neither empty nor 0.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0")
}
