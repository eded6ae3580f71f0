//! The progress of a suite on a terminal.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::ProgressBar;

use super::super::Global;

pub(super) fn spinner(global: &Global) -> ProgressBar {
    if global.quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let spinner = ProgressBar::new_spinner();
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}
