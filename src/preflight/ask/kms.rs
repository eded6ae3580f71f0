//! The KMS key that encrypts.

use aws_sdk_kms::Client;
use aws_sdk_kms::types::{KeyManagerType, KeyUsageType};

use super::super::snapshot::Key;
use crate::store::{Session, StoreError, failure};

/// A client for the keys of a session's region.
pub(in crate::preflight) struct Kms<'a> {
    client: Client,
    endpoint: Option<&'a str>,
}

impl<'a> Kms<'a> {
    pub(in crate::preflight) fn new(session: &'a Session) -> Self {
        let mut builder = aws_sdk_kms::config::Builder::from(&session.shared);
        let endpoint = session.endpoint_of("KMS");
        if let Some(endpoint) = endpoint {
            builder = builder.endpoint_url(endpoint);
        }
        Self { client: Client::from_conf(builder.build()), endpoint }
    }

    /// Describes a key (`kms:DescribeKey`).
    pub(in crate::preflight) async fn describe(&self, id: &str) -> Result<Key, StoreError> {
        let answer = self.client.describe_key().key_id(id).send().await;
        let answer = answer.map_err(|error| failure(self.endpoint, "DescribeKey", id, error))?;
        let Some(key) = answer.key_metadata() else {
            return Err(StoreError::unanswered("DescribeKey", id, true, "the answer does not describe the key"));
        };
        Ok(Key {
            arn: key.arn().unwrap_or_default().to_owned(),
            state: key.key_state().map_or("unknown", |state| state.as_str()).to_owned(),
            // Both have these defaults, which not every server returns.
            encrypts: key.key_usage().is_none_or(|usage| *usage == KeyUsageType::EncryptDecrypt)
                && key.key_spec().is_none_or(|spec| spec.as_str() == "SYMMETRIC_DEFAULT"),
            of_aws: key.key_manager() == Some(&KeyManagerType::Aws),
        })
    }

    /// A key's policy (`kms:GetKeyPolicy`): each key has one, named `default`.
    pub(in crate::preflight) async fn policy(&self, arn: &str) -> Result<String, StoreError> {
        match self.client.get_key_policy().key_id(arn).policy_name("default").send().await {
            Ok(answer) => Ok(answer.policy().unwrap_or_default().to_owned()),
            Err(error) => Err(failure(self.endpoint, "GetKeyPolicy", arn, error)),
        }
    }
}
