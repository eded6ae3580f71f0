//! Logs on stderr, for `-v`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::Global;

/// Starts logging. Without `-vv` nobody but this program is let through, and never what others say below the level of a
/// warning: it may hold headers and bodies.
pub(crate) fn start(global: &Global) {
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "mp_forwarding=error",
        (_, 0) => "mp_forwarding=warn",
        (_, 1) => "mp_forwarding=info",
        _ => "warn,mp_forwarding=debug",
    };
    // In a test binary the subscriber may be set already; the first one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}
