//! The principal that signs.

use aws_sdk_sts::Client;

use super::super::snapshot::Caller;
use crate::store::{Session, StoreError, failure};

/// The principal of a session (`GetCallerIdentity`, which needs no permission).
pub(in crate::preflight) async fn caller(session: &Session) -> Result<Caller, StoreError> {
    let mut builder = aws_sdk_sts::config::Builder::from(&session.shared);
    let endpoint = session.endpoint_of("STS");
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    match Client::from_conf(builder.build()).get_caller_identity().send().await {
        Ok(answer) => Ok(Caller { arn: answer.arn().unwrap_or_default().to_owned() }),
        Err(error) => Err(failure(endpoint, "GetCallerIdentity", "the credentials", error)),
    }
}
