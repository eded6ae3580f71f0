//! A client of the Events API.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header;
use hyper::{Request, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::time::Instant;

use super::credentials::Credentials;
use super::host::EventsUrl;
use super::request::Endpoint;

/// The timeout of one attempt.
const ATTEMPT: Duration = Duration::from_secs(30);
/// The first pause before a request is repeated. It doubles each time, up to the longest pause.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The largest number of bytes of an error body that are read, and of characters that are shown.
const ERROR_BYTES: usize = 64 * 1024;
const ERROR_CHARACTERS: usize = 256;

/// Sends batches with the credentials of an input. Redirects are not followed.
#[derive(Debug, Clone)]
pub struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    url: EventsUrl,
    authorization: String,
}

/// A request that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// How many times it was sent.
    pub attempts: u32,
    /// Whether an earlier attempt may have been accepted too, because its answer was lost or was a server error. The
    /// Events API has no idempotency key (EVT-1).
    pub maybe_twice: bool,
}

/// Why a request was not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The certificates of this system cannot be read.
    #[error("the system's certificates cannot be read")]
    Certificates(#[source] std::io::Error),
    /// The Events API refused the request.
    #[error("the Events API refused the request with {status}{message}")]
    Refused {
        /// The status of the answer.
        status: u16,
        /// The reason, after a colon; empty if there is none.
        message: String,
    },
    /// No answer was received in time.
    #[error("the Events API at {url} did not accept the request in time: {reason}")]
    Deadline {
        /// The base URL.
        url: String,
        /// Why the last attempt failed.
        reason: String,
    },
}

impl Client {
    /// A client for the Events API at `url`.
    ///
    /// # Errors
    /// If the certificates of this system cannot be read.
    pub fn new(url: EventsUrl, credentials: &Credentials) -> Result<Self, ClientError> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())
            .map_err(ClientError::Certificates)?
            .https_or_http()
            .enable_http1()
            .build();
        let http = HttpClient::builder(TokioExecutor::new()).build(connector);
        Ok(Self { http, url, authorization: credentials.authorization() })
    }

    /// Sends a body. It is sent again until `deadline` after a lost answer or the status 429, 500 or higher.
    ///
    /// # Errors
    /// If the request is refused or not accepted in time.
    pub async fn send(&self, endpoint: Endpoint, body: String, deadline: Instant) -> Result<Sent, ClientError> {
        let body = Bytes::from(body);
        let (mut pause, mut maybe_twice, mut attempts) = (FIRST_PAUSE, false, 0);
        loop {
            attempts += 1;
            let (reason, wait) = match self.attempt(endpoint, body.clone()).await {
                Attempt::Accepted => return Ok(Sent { attempts, maybe_twice }),
                Attempt::Refused { status, message } => return Err(ClientError::Refused { status, message }),
                Attempt::Busy { reason, wait } => (reason, wait),
                Attempt::Lost { reason } => {
                    maybe_twice = true;
                    (reason, None)
                }
                Attempt::Unreachable { reason } => (reason, None),
            };
            let wait = wait.unwrap_or(pause);
            pause = (pause * 2).min(LONGEST_PAUSE);
            if Instant::now() + wait >= deadline {
                return Err(ClientError::Deadline { url: self.url.to_string(), reason });
            }
            tracing::warn!(%reason, seconds = wait.as_secs_f64(), "sending the request again");
            tokio::time::sleep(wait).await;
        }
    }

    /// Sends a body once.
    pub async fn attempt(&self, endpoint: Endpoint, body: Bytes) -> Attempt {
        let request = Request::post(self.url.of(endpoint))
            .header(header::AUTHORIZATION, &self.authorization)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(body));
        let Ok(request) = request else {
            return Attempt::Refused { status: 0, message: ": the request cannot be made".to_owned() };
        };
        let answer = match tokio::time::timeout(ATTEMPT, self.http.request(request)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if error.is_connect() => return Attempt::Unreachable { reason: chain(&error) },
            Ok(Err(error)) => return Attempt::Lost { reason: chain(&error) },
            Err(_) => return Attempt::Lost { reason: format!("no answer in {} seconds", ATTEMPT.as_secs()) },
        };
        let status = answer.status();
        if status.is_success() {
            return Attempt::Accepted;
        }
        let wait = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let wait = wait.map(|seconds: u64| Duration::from_secs(seconds.min(3_600)));
        let body = tokio::time::timeout(ATTEMPT, Limited::new(answer.into_body(), ERROR_BYTES).collect()).await;
        let message = body.ok().and_then(Result::ok).map(|body| message(&body.to_bytes())).unwrap_or_default();
        match status {
            StatusCode::TOO_MANY_REQUESTS => Attempt::Busy { reason: format!("status 429{message}"), wait },
            status if status.is_server_error() => {
                Attempt::Lost { reason: format!("status {}{message}", status.as_u16()) }
            }
            status => Attempt::Refused { status: status.as_u16(), message },
        }
    }
}

/// What became of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It was accepted.
    Accepted,
    /// It was not accepted, and repeating it does not help.
    Refused {
        /// The status of the answer.
        status: u16,
        /// The reason, after a colon; empty if there is none.
        message: String,
    },
    /// It was not accepted at the moment.
    Busy {
        /// The status, and the reason if there is one.
        reason: String,
        /// How long to wait, if the answer says it.
        wait: Option<Duration>,
    },
    /// It may have been accepted: its answer was lost or is a server error.
    Lost {
        /// Why.
        reason: String,
    },
    /// It was not sent.
    Unreachable {
        /// Why.
        reason: String,
    },
}

/// The messages of an error body, after a colon.
fn message(body: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Errors {
        errors: Vec<Message>,
    }
    #[derive(serde::Deserialize)]
    struct Message {
        message: String,
    }
    let text = match serde_json::from_slice::<Errors>(body) {
        Ok(errors) => errors.errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join("; "),
        Err(_) => String::from_utf8_lossy(body).trim().to_owned(),
    };
    let cut: String = text.chars().take(ERROR_CHARACTERS).collect();
    if cut.is_empty() { cut } else { format!(": {}", cut.escape_debug()) }
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
