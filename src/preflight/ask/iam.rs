//! The IAM user whose access key mParticle has.

use aws_sdk_iam::Client;
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::primitives::{DateTime, DateTimeFormat};
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};

use jiff::Timestamp;

use super::super::snapshot::{AccessKey, KeyUse, NamedText, Simulated};
use super::texts::{Texts, refuse_many};
use crate::store::{Session, StoreError, failure};

/// A client for one user.
pub(in crate::preflight) struct Iam<'a> {
    client: Client,
    endpoint: Option<&'a str>,
    user: &'a str,
}

impl<'a> Iam<'a> {
    pub(in crate::preflight) fn new(session: &'a Session, user: &'a str) -> Self {
        let (client, endpoint) = client(session);
        Self { client, endpoint, user }
    }

    fn failed<E>(&self, operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        move |error| failure(self.endpoint, operation, self.user, error)
    }

    /// The user's ARN, and the ARN of its permission boundary.
    pub(in crate::preflight) async fn user(&self) -> Result<(String, Option<String>), StoreError> {
        let answer = self.client.get_user().user_name(self.user).send().await.map_err(self.failed("GetUser"))?;
        let user = answer.user();
        let boundary = user.and_then(|user| user.permissions_boundary()?.permissions_boundary_arn());
        Ok((user.map(|user| user.arn().to_owned()).unwrap_or_default(), boundary.map(str::to_owned)))
    }

    /// Every policy of the user: inline policies, attached policies and those of its groups. One page of each kind is
    /// enough because of IAM's own limits.
    pub(in crate::preflight) async fn policies(&self) -> Result<Vec<NamedText>, StoreError> {
        let mut found = Texts::default();
        let own = self.client.list_user_policies().user_name(self.user).send().await;
        for name in own.map_err(self.failed("ListUserPolicies"))?.policy_names() {
            let one = self.client.get_user_policy().user_name(self.user).policy_name(name).send().await;
            let one = one.map_err(self.failed("GetUserPolicy"))?;
            found.add(self.user, name.clone(), decoded(one.policy_document()))?;
        }
        let attached = self.client.list_attached_user_policies().user_name(self.user).send().await;
        let attached = attached.map_err(self.failed("ListAttachedUserPolicies"))?;
        let mut arns: Vec<String> =
            attached.attached_policies().iter().filter_map(|one| one.policy_arn()).map(str::to_owned).collect();
        let groups = self.client.list_groups_for_user().user_name(self.user).send().await;
        for group in groups.map_err(self.failed("ListGroupsForUser"))?.groups() {
            let group = group.group_name();
            let own = self.client.list_group_policies().group_name(group).send().await;
            for name in own.map_err(self.failed("ListGroupPolicies"))?.policy_names() {
                let one = self.client.get_group_policy().group_name(group).policy_name(name).send().await;
                let one = one.map_err(self.failed("GetGroupPolicy"))?;
                found.add(self.user, format!("{group}/{name}"), decoded(one.policy_document()))?;
            }
            let attached = self.client.list_attached_group_policies().group_name(group).send().await;
            let attached = attached.map_err(self.failed("ListAttachedGroupPolicies"))?;
            arns.extend(attached.attached_policies().iter().filter_map(|one| one.policy_arn()).map(str::to_owned));
            refuse_many(self.user, arns.len())?;
        }
        arns.sort();
        arns.dedup();
        for arn in arns {
            let NamedText { name, text } = self.managed(arn).await?;
            found.add(self.user, name, text)?;
        }
        Ok(found.into_all())
    }

    /// A managed policy.
    pub(in crate::preflight) async fn managed(&self, arn: String) -> Result<NamedText, StoreError> {
        let policy = self.client.get_policy().policy_arn(&arn).send().await.map_err(self.failed("GetPolicy"))?;
        let version = policy.policy().and_then(|policy| policy.default_version_id()).unwrap_or("v1");
        let version = self.client.get_policy_version().policy_arn(&arn).version_id(version).send().await;
        let version = version.map_err(self.failed("GetPolicyVersion"))?;
        let text = version.policy_version().and_then(|version| version.document()).unwrap_or_default();
        Ok(NamedText { name: arn, text: decoded(text) })
    }

    /// The user's access keys.
    pub(in crate::preflight) async fn access_keys(&self) -> Result<Vec<AccessKey>, StoreError> {
        let answer = self.client.list_access_keys().user_name(self.user).send().await;
        let answer = answer.map_err(self.failed("ListAccessKeys"))?;
        let mut keys = Vec::new();
        for key in answer.access_key_metadata() {
            let id = key.access_key_id().unwrap_or_default().to_owned();
            keys.push(AccessKey {
                active: key.status().is_some_and(|status| status.as_str() == "Active"),
                created: key.create_date().and_then(timestamp),
                used: self.last_use(&id).await.map_err(Into::into),
                id,
            });
        }
        Ok(keys)
    }

    /// The last use of a key; None if it was never used.
    async fn last_use(&self, id: &str) -> Result<Option<KeyUse>, StoreError> {
        let answer = self.client.get_access_key_last_used().access_key_id(id).send().await;
        let answer = answer.map_err(self.failed("GetAccessKeyLastUsed"))?;
        let last = answer.access_key_last_used();
        Ok(last.and_then(|last| {
            let at = last.last_used_date().and_then(timestamp)?;
            Some(KeyUse { at, service: last.service_name().to_owned(), region: last.region().to_owned() })
        }))
    }

    /// IAM's own simulation of requests by the user, over TLS 1.2, with the policy of the bucket and the encryption header.
    pub(in crate::preflight) async fn simulate(
        &self,
        user_arn: &str,
        asked: &[(&str, String)],
        bucket: Option<&str>,
        encryption: Option<&str>,
    ) -> Result<Vec<Simulated>, StoreError> {
        let tls = ContextEntry::builder()
            .context_key_name("aws:SecureTransport")
            .context_key_type(ContextKeyTypeEnum::Boolean)
            .context_key_values("true");
        let version = ContextEntry::builder()
            .context_key_name("s3:TlsVersion")
            .context_key_type(ContextKeyTypeEnum::Numeric)
            .context_key_values("1.2");
        let encryption = encryption.map(|value| {
            ContextEntry::builder()
                .context_key_name("s3:x-amz-server-side-encryption")
                .context_key_type(ContextKeyTypeEnum::String)
                .context_key_values(value)
                .build()
        });
        let mut found = Vec::with_capacity(asked.len());
        for (action, resource) in asked {
            let request = self.client.simulate_principal_policy().policy_source_arn(user_arn).action_names(*action);
            let request = request
                .resource_arns(resource)
                .context_entries(tls.clone().build())
                .context_entries(version.clone().build())
                .set_resource_policy(bucket.map(str::to_owned));
            let request = match &encryption {
                Some(entry) => request.context_entries(entry.clone()),
                None => request,
            };
            let answer = request.send().await.map_err(self.failed("SimulatePrincipalPolicy"))?;
            found.extend(answer.evaluation_results().iter().map(|result| Simulated {
                action: (*action).to_owned(),
                resource: resource.clone(),
                decision: result.eval_decision().as_str().to_owned(),
                missing_context: result.missing_context_values().to_vec(),
            }));
        }
        Ok(found)
    }
}

/// A client of IAM, and its endpoint if that is not AWS.
pub(super) fn client(session: &Session) -> (Client, Option<&str>) {
    let mut builder = aws_sdk_iam::config::Builder::from(&session.shared);
    let endpoint = session.endpoint_of("IAM");
    if let Some(endpoint) = endpoint {
        builder = builder.endpoint_url(endpoint);
    }
    (Client::from_conf(builder.build()), endpoint)
}

fn timestamp(date: &DateTime) -> Option<Timestamp> {
    date.fmt(DateTimeFormat::DateTime).ok()?.parse().ok()
}

/// IAM returns documents percent-encoded.
pub(super) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.filter(|_| *first == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn documents_come_out_as_they_were_written() {
        assert_eq!(decoded("%7B%22a%22%3A%20%22%C3%A9%25%22%7D"), "{\"a\": \"é%\"}");
        assert_eq!(decoded("{\"a\": \"100%\", \"b\": \"%zz\"}"), "{\"a\": \"100%\", \"b\": \"%zz\"}");
    }
}
