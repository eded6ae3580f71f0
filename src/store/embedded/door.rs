//! Where requests come in over HTTP: it says what the connection counts as, and has the faults that it was told to have.

use std::collections::HashMap;
use std::error::Error;
use std::future::pending;
use std::pin::Pin;
use std::sync::{Arc, PoisonError, RwLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::service::Service;
use hyper::{Method, Request, Response, StatusCode};
use s3s::Body;
use s3s::service::S3Service;

use super::faults::{Fault, Trouble};
use super::rules::Transport;
use crate::store::percent;

/// The trouble of each bucket that has any.
pub(super) type Troubles = Arc<RwLock<HashMap<String, Arc<Trouble>>>>;

const SLOW: Duration = Duration::from_millis(1_200);

#[derive(Debug, Clone)]
pub(super) struct Door {
    pub(super) service: S3Service,
    pub(super) transport: Transport,
    pub(super) troubles: Troubles,
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum DoorError {
    #[error("the connection is broken off, as the fault has it")]
    Reset,
    #[error(transparent)]
    Service(Box<dyn Error + Send + Sync>),
}

impl Service<Request<Incoming>> for Door {
    type Response = Response<Body>;
    type Error = DoorError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, DoorError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let door = self.clone();
        Box::pin(async move { door.answer(request).await })
    }
}

impl Door {
    async fn answer(&self, mut request: Request<Incoming>) -> Result<Response<Body>, DoorError> {
        request.extensions_mut().insert(self.transport);
        match self.struck(&request) {
            Some((trouble, key)) => self.fail(&trouble, &key, request).await,
            None => self.serve(request).await,
        }
    }

    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Body>, DoorError> {
        self.service.call(request.map(Body::from)).await.map_err(|error| DoorError::Service(error.into()))
    }

    /// The trouble that strikes this request, and the object that it is about.
    fn struck(&self, request: &Request<Incoming>) -> Option<(Arc<Trouble>, String)> {
        let (bucket, key) = request.uri().path().trim_start_matches('/').split_once('/')?;
        let trouble = self.troubles.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()?;
        let authorization = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let is_put = match *request.method() {
            Method::PUT => true,
            Method::GET if !key.is_empty() => false,
            _ => return None,
        };
        let key = String::from_utf8_lossy(&percent::decode(key)).into_owned();
        (trouble.is_victim(authorization) && trouble.strikes(is_put, &key)).then_some((trouble, key))
    }

    async fn fail(
        &self,
        trouble: &Trouble,
        key: &str,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, DoorError> {
        let is_put = request.method() == Method::PUT;
        match trouble.fault {
            Fault::InternalError => Ok(error(500, "InternalError")),
            Fault::SlowDown | Fault::Outage => Ok(error(503, "SlowDown")),
            Fault::TooManyRequests => Ok(answer(429, Bytes::new())),
            Fault::Conflict => Ok(error(409, "ConditionalRequestConflict")),
            Fault::ExpiredToken => Ok(error(400, "ExpiredToken")),
            Fault::WrongRegion => Ok(elsewhere(error(301, "PermanentRedirect"))),
            Fault::WrongSigningRegion => Ok(elsewhere(error(400, "AuthorizationHeaderMalformed"))),
            Fault::SkewedClock => Ok(error(403, "RequestTimeTooSkewed")),
            Fault::ResetBefore => Err(DoorError::Reset),
            Fault::TruncatedRead if !is_put => {
                let answer = self.serve(request).await?;
                Ok(answer.map(|body| Body::http_body_unsync(Cut { body, left: 16 })))
            }
            Fault::ResetAfter | Fault::TruncatedRead => {
                self.serve(request).await?;
                Err(DoorError::Reset)
            }
            Fault::SlowAnswer => {
                let answer = self.serve(request).await?;
                tokio::time::sleep(SLOW).await;
                Ok(answer)
            }
            Fault::NoAnswer => {
                self.serve(request).await?;
                pending().await
            }
            Fault::ErrorIn200 => {
                if trouble.stores(key) {
                    self.serve(request).await?;
                }
                Ok(error(200, "InternalError"))
            }
            Fault::OwnWriteRefused => {
                self.serve(request).await?;
                Ok(error(412, "PreconditionFailed"))
            }
        }
    }
}

/// An answer in the words of S3.
fn error(status: u16, code: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>the embedded S3 was told to have \
         this fault</Message></Error>"
    );
    answer(status, text.into())
}

fn answer(status: u16, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/xml"));
    response
}

/// Says where the bucket is.
fn elsewhere(mut response: Response<Body>) -> Response<Body> {
    let region = hyper::header::HeaderValue::from_static("eu-central-1");
    response.headers_mut().insert("x-amz-bucket-region", region);
    response
}

/// A body that breaks off.
struct Cut {
    body: Body,
    left: usize,
}

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = DoorError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, DoorError>>> {
        if self.left == 0 {
            return Poll::Ready(Some(Err(DoorError::Reset)));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(mut data))) => {
                data.truncate(self.left);
                self.left -= data.len();
                Some(Ok(Frame::data(data)))
            }
            _ => Some(Err(DoorError::Reset)),
        })
    }
}
