//! Logs on stderr, for `-v`.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use super::Global;

/// Starts logging. Only our own messages are ever let through below the level of a warning: what the AWS SDK logs may
/// hold headers and bodies.
pub(crate) fn start(global: &Global) {
    let filter = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => "warn",
        (_, 1) => "warn,mp_forwarding=info",
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
