//! A local server that accepts batches like the Events API.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::credentials::Credentials;
use super::identity;
use super::platform::Platform;
use super::request::{Endpoint, MAX_REQUEST_BYTES, batches_of};
use super::route::{Route, Unauthorized};
use super::source::{ApiSource, Intake, NotTaken};
use crate::contract::schema::{Edition, Form};
use crate::forward::{RunState, SpoolError};
use crate::validate::{Explainer, Validator};

/// The largest number of connections. Further ones wait.
const CONNECTIONS: usize = 256;
/// The timeout for the head of a request, and again for its body.
const REQUEST_TIME: Duration = Duration::from_secs(30);
/// How long a stopped server waits for requests in progress.
const STOP_TIME: Duration = Duration::from_secs(5);

/// The options of a [`Server`].
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The credentials that every request must have. `None` accepts any credentials.
    pub credentials: Option<Credentials>,
    /// The value of `Access-Control-Allow-Origin`, for clients in a browser.
    pub allow_origin: Option<HeaderValue>,
    /// The seed of the ids that the platform adds.
    pub seed: u64,
    /// Keeps accepted batches until they are written: a request is answered when they are synced. Without it, they are only in
    /// memory. It is a state without inputs, and the engine must have it too.
    pub state: Option<Arc<RunState>>,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] io::Error),
    /// The state cannot keep batches.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// The counts of a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    /// Requests that were accepted.
    pub requests: u64,
    /// Batches that were accepted for forwarding.
    pub batches: u64,
    /// Batches that were accepted as historical: they are not forwarded.
    pub historical_batches: u64,
    /// Requests that were refused.
    pub refused: u64,
}

/// A running server. Dropping it closes its connections.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    intake: Mutex<Option<Intake>>,
    validator: Validator,
    explainer: OnceLock<Explainer>,
    platform: Mutex<Platform>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    batches: AtomicU64,
    historical: AtomicU64,
    refused: AtomicU64,
}

impl Server {
    /// Starts a server, and returns it with the source of the batches that it accepts.
    ///
    /// # Errors
    /// If the address or the state cannot be used.
    pub async fn start(address: SocketAddr, options: Options) -> Result<(Self, ApiSource), ServerError> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (intake, source) = match &options.state {
            None => ApiSource::new(),
            Some(state) => ApiSource::with_state(state)?,
        };
        let shared = Arc::new(Shared {
            platform: Mutex::new(Platform::new(options.seed)),
            options,
            intake: Mutex::new(Some(intake)),
            validator: Validator::new(INBOUND),
            explainer: OnceLock::new(),
            counts: Counts::default(),
        });
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(listener, shared.clone(), stopped));
        Ok((Self { address, shared, stop, accepting }, source))
    }

    /// The address of the server.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The counts so far.
    pub fn received(&self) -> Received {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let counts = &self.shared.counts;
        Received {
            requests: read(&counts.requests),
            batches: read(&counts.batches),
            historical_batches: read(&counts.historical),
            refused: read(&counts.refused),
        }
    }

    /// Accepts no further requests, answers those in progress, and ends the source.
    pub async fn stop(self) -> Received {
        self.stop.send_replace(true);
        let _ = self.accepting.await;
        drop(self.shared.intake.lock().unwrap_or_else(PoisonError::into_inner).take());
        let shared = self.shared;
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Received {
            requests: read(&shared.counts.requests),
            batches: read(&shared.counts.batches),
            historical_batches: read(&shared.counts.historical),
            refused: read(&shared.counts.refused),
        }
    }
}

const INBOUND: Edition = Edition { form: Form::Inbound, strict: false };

async fn accept(listener: TcpListener, shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            // A failed accept concerns only one client, so the listener continues.
            accepted = listener.accept(), if connections.len() < CONNECTIONS => {
                let Ok((socket, _)) = accepted else { continue };
                let shared = shared.clone();
                let service = service_fn(move |request| {
                    let shared = shared.clone();
                    async move { Ok::<_, std::convert::Infallible>(shared.answer(request).await) }
                });
                let mut http = http1::Builder::new();
                http.timer(TokioTimer::new()).header_read_timeout(REQUEST_TIME);
                let connection = graceful.watch(http.serve_connection(TokioIo::new(socket), service));
                connections.spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection ended with an error");
                    }
                });
            }
        }
    }
    let _ = tokio::time::timeout(STOP_TIME, graceful.shutdown()).await;
    connections.shutdown().await;
}

type Answer = Response<Full<Bytes>>;

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Answer {
        let path = match Route::of_path(request.uri().path()) {
            // A log has no keys.
            Some(Route::Web { .. }) => "/v3/JS/…/events".to_owned(),
            _ => request.uri().path().to_owned(),
        };
        let mut answer = self.decide(request).await;
        if let Some(origin) = &self.options.allow_origin {
            let headers = answer.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            let allowed = HeaderValue::from_static("authorization, content-type, x-mp-key");
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        }
        let status = answer.status();
        let counts = &self.counts;
        match status {
            StatusCode::ACCEPTED => counts.requests.fetch_add(1, Ordering::Relaxed),
            StatusCode::OK | StatusCode::NO_CONTENT => 0,
            _ => counts.refused.fetch_add(1, Ordering::Relaxed),
        };
        tracing::info!(path = %path.escape_debug(), status = status.as_u16(), "request");
        answer
    }

    async fn decide(&self, request: Request<Incoming>) -> Answer {
        let path = request.uri().path().to_owned();
        let Some(route) = Route::of_path(&path) else {
            return refused(StatusCode::NOT_FOUND, "NOT_FOUND", "there is no such endpoint");
        };
        match *request.method() {
            Method::POST => {}
            Method::OPTIONS if self.options.allow_origin.is_some() => return empty(StatusCode::NO_CONTENT),
            _ => return refused(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "the method must be POST"),
        }
        match route.authorize(request.headers(), self.options.credentials.as_ref()) {
            Ok(()) => {}
            Err(Unauthorized::Missing) => {
                let message = match route {
                    Route::Identity => "the header x-mp-key is missing",
                    _ => "the Authorization header is missing",
                };
                return refused(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message);
            }
            Err(Unauthorized::Wrong) => {
                return refused(StatusCode::FORBIDDEN, "FORBIDDEN", "the key or the secret is wrong");
            }
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return bad_request("Content-Encoding is not supported: send plain JSON");
        }
        let body = Limited::new(request.into_body(), MAX_REQUEST_BYTES).collect();
        let body = match tokio::time::timeout(REQUEST_TIME, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
                return bad_request(&format!("the request has more than {MAX_REQUEST_BYTES} bytes"));
            }
            Ok(Err(_)) => return bad_request("the body broke off"),
            Err(_) => return refused(StatusCode::REQUEST_TIMEOUT, "REQUEST_TIMEOUT", "the body took too long"),
        };
        let endpoint = match route {
            Route::Api(endpoint) => endpoint,
            Route::Web { .. } => Endpoint::Events,
            Route::Identity => {
                let user = identity::identify(&body);
                return user
                    .map_or_else(|| bad_request("the body is not a JSON object"), |user| json(StatusCode::OK, &user));
            }
        };
        let now = Timestamp::now().as_millisecond();
        let explain = || self.explainer.get_or_init(|| Explainer::new(INBOUND));
        let batches = match batches_of(endpoint, &body, &self.validator, &explain, now) {
            Ok(batches) => batches,
            Err(rejection) => return bad_request(&rejection.0),
        };
        let count = batches.len() as u64;
        if endpoint == Endpoint::Historical {
            self.counts.historical.fetch_add(count, Ordering::Relaxed);
            return empty(StatusCode::ACCEPTED);
        }
        let completed: Vec<String> = {
            let mut platform = self.platform.lock().unwrap_or_else(PoisonError::into_inner);
            batches.iter().map(|batch| platform.complete(batch, now)).collect()
        };
        let intake = self.intake.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let taken = match intake {
            Some(intake) => intake.put(completed).await,
            None => Err(NotTaken::Full),
        };
        match taken {
            Ok(()) => {
                self.counts.batches.fetch_add(count, Ordering::Relaxed);
                empty(StatusCode::ACCEPTED)
            }
            Err(NotTaken::Failed(error)) => {
                tracing::error!(%error, "batches cannot be kept");
                refused(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", "the batches cannot be kept")
            }
            Err(NotTaken::Full) => {
                let mut answer =
                    refused(StatusCode::TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "the server is busy: send it again");
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
                answer
            }
        }
    }
}

fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

fn bad_request(message: &str) -> Answer {
    refused(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
}

/// A response with the error body of the Events API.
fn refused(status: StatusCode, code: &str, message: &str) -> Answer {
    json(status, &serde_json::json!({ "errors": [{ "code": code, "message": message }] }))
}

fn json(status: StatusCode, body: &serde_json::Value) -> Answer {
    let mut answer = Response::new(Full::from(body.to_string()));
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}
