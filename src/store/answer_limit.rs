//! Limits how much of an answer is held in memory.

use aws_sdk_s3::config::http::HttpRequest;
use aws_sdk_s3::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use http_body_util::Limited;

/// A page of a listing has at most 1,000 keys of at most 1,024 bytes, each with about 500 bytes of XML. Percent-encoding can
/// triple the keys. The largest answers of IAM, KMS and STS are smaller.
const LARGEST_ANSWER: usize = 8 << 20;

/// Marks a request whose answer is read as a stream, if it is no error.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsStreamed;

/// An HTTP client that ends an answer after [`LARGEST_ANSWER`] bytes with an error. The SDK reads every answer into memory before it
/// parses it, except for the content of an object. The clients of all services and the providers of credentials use this one.
#[derive(Debug)]
pub(super) struct LimitedClient(pub(super) SharedHttpClient);

impl HttpClient for LimitedClient {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(LimitedConnector(self.0.http_connector(settings, components)))
    }
}

#[derive(Debug)]
struct LimitedConnector(SharedHttpConnector);

impl HttpConnector for LimitedConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let is_streamed = request.extension::<IsStreamed>().is_some();
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move {
            let answer = answer.await?;
            match is_streamed && answer.status().is_success() {
                true => Ok(answer),
                false => Ok(answer.map(|body| SdkBody::from_body_1_x(Limited::new(body, LARGEST_ANSWER)))),
            }
        })
    }
}
