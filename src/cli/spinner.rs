//! What a terminal shows while a command waits.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::ProgressBar;

use super::Global;

/// A spinner for a message; hidden with `--quiet` and where stderr is no terminal.
pub(crate) fn spinner(global: &Global) -> ProgressBar {
    if global.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}
