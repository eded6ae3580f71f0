//! The HTTP server of metrics and health.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use super::metrics::metrics_of;
use crate::forward::{Probe, Status};
use crate::report::write::write_metrics;
use crate::settings::Settings;

/// The largest number of connections. Further ones wait.
const CONNECTIONS: usize = 16;
/// The timeout for the head of a request.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// What uploads and a busy machine need in addition to the settings.
const GRACE: Duration = Duration::from_secs(60);

/// When a run counts as healthy: every event must be written in time, or some other object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// The longest time in which events are pending and no object is written.
    pub longest: Duration,
}

impl Health {
    /// The time that these settings allow: the longest window or session, the greatest age of a file, and a minute.
    pub fn of(settings: &Settings) -> Self {
        let engine = &settings.engine;
        let window = match (settings.connection.wait_for_complete_batch, settings.connection.send_as_batch) {
            (true, _) => engine.session_release_seconds.max(engine.window_seconds),
            (false, true) => engine.window_seconds,
            (false, false) => 0,
        };
        let seconds = window.saturating_add(engine.max_file_age_seconds);
        Self { longest: Duration::from_secs(seconds).saturating_add(GRACE) }
    }

    /// Why a run with this status is not healthy.
    fn problem(self, status: Option<&Status>) -> Option<String> {
        let Some(status) = status else { return Some("the engine does not answer".to_owned()) };
        let since = status.since_progress.filter(|since| *since > self.longest)?;
        let pending = status.fates.to_report().pending;
        Some(format!(
            "{pending} events are pending, and no object was written for {} s; the settings allow {} s",
            since.as_secs(),
            self.longest.as_secs()
        ))
    }
}

/// A server with `/metrics` and `/healthz`. It ends when it is dropped.
#[derive(Debug)]
pub struct Monitor {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Monitor {
    /// Starts the server. It asks `probe` for each request.
    ///
    /// # Errors
    /// If the address cannot be used.
    pub async fn start(address: SocketAddr, probe: Probe, health: Health) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { address, accepting: tokio::spawn(accept(listener, probe, health)) })
    }

    /// The address of the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, probe: Probe, health: Health) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if connections.len() < CONNECTIONS => {
                let Ok((socket, _)) = accepted else { continue };
                let probe = probe.clone();
                let service = service_fn(move |request: hyper::Request<_>| {
                    let probe = probe.clone();
                    async move { Ok::<_, Infallible>(answer(request.method(), request.uri().path(), &probe, health).await) }
                });
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(REQUEST_TIME);
                let connection = http.serve_connection(TokioIo::new(socket), service);
                connections.spawn(async move { drop(connection.await) });
            }
        }
    }
}

type Answer = Response<Full<Bytes>>;

async fn answer(method: &Method, path: &str, probe: &Probe, health: Health) -> Answer {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return text(StatusCode::METHOD_NOT_ALLOWED, "the method must be GET\n");
    }
    match path {
        "/metrics" => {
            let Some(status) = probe.status().await else {
                return text(StatusCode::SERVICE_UNAVAILABLE, "the engine does not answer\n");
            };
            let mut body = Vec::new();
            // Writing to memory cannot fail.
            let _ = write_metrics(&metrics_of(&status, health.problem(Some(&status)).is_none()), &mut body);
            let mut answer = Response::new(Full::from(body));
            let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
            answer.headers_mut().insert(header::CONTENT_TYPE, kind);
            answer
        }
        "/healthz" => match health.problem(probe.status().await.as_ref()) {
            None => text(StatusCode::OK, "ok\n"),
            Some(problem) => text(StatusCode::SERVICE_UNAVAILABLE, &format!("{problem}\n")),
        },
        _ => text(StatusCode::NOT_FOUND, "there is /metrics and /healthz\n"),
    }
}

fn text(status: StatusCode, text: &str) -> Answer {
    let mut answer = Response::new(Full::from(text.to_owned()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forward::FateCounts;

    #[test]
    fn a_run_is_unhealthy_only_while_events_wait_too_long() {
        let health = Health { longest: Duration::from_secs(10) };
        let status = |since_progress: Option<u64>| Status {
            fates: FateCounts { received: 3, written: 1, ..FateCounts::default() },
            since_progress: since_progress.map(Duration::from_secs),
            ..Status::default()
        };
        assert_eq!(health.problem(Some(&status(None))), None);
        assert_eq!(health.problem(Some(&status(Some(10)))), None);
        let problem = health.problem(Some(&status(Some(11)))).unwrap();
        assert!(problem.contains("2 events are pending") && problem.contains("for 11 s"), "{problem}");
        assert!(health.problem(None).is_some());
    }
}
