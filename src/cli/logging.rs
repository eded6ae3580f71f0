//! Logs on stderr, for `-v`.

use tracing_subscriber::EnvFilter;

use super::Global;
use super::say::Log;

/// Starts logging. Without `-vv` only this program's messages are logged. Messages of dependencies below the level of a
/// warning are never logged: they may contain headers and bodies.
pub(crate) fn start(global: &Global) {
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "mp_forwarding=error",
        (_, 0) => "mp_forwarding=warn",
        (_, 1) => "mp_forwarding=info",
        _ => "warn,mp_forwarding=debug",
    };
    // In a test binary the subscriber may already be set. The first one stays.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(|| Log)
        .with_ansi(false)
        .with_target(false)
        .try_init();
}
