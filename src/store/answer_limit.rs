//! Limits how much of an answer is held in memory.

use std::mem;

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::primitives::SdkBody;
use http_body_util::Limited;

/// A page of a listing has at most 1,000 keys of at most 1,024 bytes, each with about 500 bytes of XML. Percent-encoding can
/// triple the keys.
const LARGEST_ANSWER: usize = 8 << 20;

/// Ends an answer after [`LARGEST_ANSWER`] bytes with an error. The SDK reads every answer into memory before it parses it, except
/// for the content of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AnswerLimit {
    /// Limits every answer.
    All,
    /// Limits only answers that are errors, because others can be the content of an object.
    Errors,
}

impl Intercept for AnswerLimit {
    fn name(&self) -> &'static str {
        "answer limit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if *self == Self::All || !context.response().status().is_success() {
            let body = mem::replace(context.response_mut().body_mut(), SdkBody::taken());
            *context.response_mut().body_mut() = SdkBody::from_body_1_x(Limited::new(body, LARGEST_ANSWER));
        }
        Ok(())
    }
}
