//! Signals that end a run.

use super::exit_code::ExitCode;

/// Completes at the first SIGINT or SIGTERM, so that a run can write its report. A second signal ends the process
/// immediately. From this call on, even before the future is awaited, signals do not end the process. It must be called
/// inside the runtime.
pub(crate) fn interrupted() -> impl Future<Output = ()> {
    let first = signal();
    async {
        first.await;
        let second = signal();
        tokio::spawn(async {
            second.await;
            crate::store::remove_temporary_folders();
            std::process::exit(ExitCode::Target as i32);
        });
    }
}

#[cfg(unix)]
fn signal() -> impl Future<Output = ()> + Send {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        // Without a handler there is no signal to wait for, and the default handler ends the process.
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return std::future::pending().await };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
