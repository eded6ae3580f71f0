//! The HTTP layer in front of the server. It sets the transport of a connection and applies the fault of the bucket.

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

use super::super::access::Transport;
use super::fault::Fault;
use super::plan::FaultPlan;
use crate::store::percent;

/// The fault plan of each bucket that has one.
pub(in crate::store::embedded) type FaultPlans = Arc<RwLock<HashMap<String, Arc<FaultPlan>>>>;

const SLOW: Duration = Duration::from_millis(1_200);

#[derive(Debug, Clone)]
pub(in crate::store::embedded) struct FaultLayer {
    pub(in crate::store::embedded) service: S3Service,
    pub(in crate::store::embedded) transport: Transport,
    pub(in crate::store::embedded) plans: FaultPlans,
}

/// Why a connection ends without an answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::store::embedded) enum FaultLayerError {
    #[error("the fault breaks the connection")]
    Reset,
    #[error(transparent)]
    Service(Box<dyn Error + Send + Sync>),
}

impl Service<Request<Incoming>> for FaultLayer {
    type Response = Response<Body>;
    type Error = FaultLayerError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, FaultLayerError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let layer = self.clone();
        Box::pin(async move { layer.answer(request).await })
    }
}

impl FaultLayer {
    async fn answer(&self, mut request: Request<Incoming>) -> Result<Response<Body>, FaultLayerError> {
        request.extensions_mut().insert(self.transport);
        match self.plan_for(&request) {
            Some((plan, key)) => self.fail(&plan, &key, request).await,
            None => self.serve(request).await,
        }
    }

    async fn serve(&self, request: Request<Incoming>) -> Result<Response<Body>, FaultLayerError> {
        self.service.call(request.map(Body::from)).await.map_err(|error| FaultLayerError::Service(error.into()))
    }

    /// The plan that affects this request, and the object's key.
    fn plan_for(&self, request: &Request<Incoming>) -> Option<(Arc<FaultPlan>, String)> {
        let (bucket, key) = request.uri().path().trim_start_matches('/').split_once('/')?;
        let plan = self.plans.read().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned()?;
        let authorization = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
        let is_put = match *request.method() {
            Method::PUT => true,
            Method::GET if !key.is_empty() => false,
            _ => return None,
        };
        let key = String::from_utf8_lossy(&percent::decode(key)).into_owned();
        (plan.is_for(authorization) && plan.affects(is_put, &key)).then_some((plan, key))
    }

    async fn fail(
        &self,
        plan: &FaultPlan,
        key: &str,
        request: Request<Incoming>,
    ) -> Result<Response<Body>, FaultLayerError> {
        let is_put = request.method() == Method::PUT;
        match plan.fault {
            Fault::InternalError => Ok(error(500, "InternalError")),
            Fault::SlowDown | Fault::Outage => Ok(error(503, "SlowDown")),
            Fault::TooManyRequests => Ok(answer(429, Bytes::new())),
            Fault::Conflict => Ok(error(409, "ConditionalRequestConflict")),
            Fault::ExpiredToken => Ok(error(400, "ExpiredToken")),
            Fault::WrongRegion => Ok(elsewhere(error(301, "PermanentRedirect"))),
            Fault::WrongSigningRegion => Ok(elsewhere(error(400, "AuthorizationHeaderMalformed"))),
            Fault::SkewedClock => Ok(error(403, "RequestTimeTooSkewed")),
            Fault::ResetBefore => Err(FaultLayerError::Reset),
            Fault::TruncatedRead if !is_put => {
                let answer = self.serve(request).await?;
                Ok(answer.map(|body| Body::http_body_unsync(Cut { body, left: 16 })))
            }
            Fault::ResetAfter | Fault::TruncatedRead => {
                self.serve(request).await?;
                Err(FaultLayerError::Reset)
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
                if plan.stores(key) {
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

/// An S3 error response.
fn error(status: u16, code: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>a fault of the embedded \
         S3</Message></Error>"
    );
    answer(status, text.into())
}

fn answer(status: u16, body: Bytes) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/xml"));
    response
}

/// Adds the region of the bucket.
fn elsewhere(mut response: Response<Body>) -> Response<Body> {
    let region = hyper::header::HeaderValue::from_static("eu-central-1");
    response.headers_mut().insert("x-amz-bucket-region", region);
    response
}

/// A body that is cut off.
struct Cut {
    body: Body,
    left: usize,
}

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = FaultLayerError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, FaultLayerError>>> {
        if self.left == 0 {
            return Poll::Ready(Some(Err(FaultLayerError::Reset)));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        Poll::Ready(match frame.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(mut data))) => {
                data.truncate(self.left);
                self.left -= data.len();
                Some(Ok(Frame::data(data)))
            }
            _ => Some(Err(FaultLayerError::Reset)),
        })
    }
}
