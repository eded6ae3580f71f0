//! The IAM user whose access key mParticle has.

use aws_sdk_iam::Client;
use aws_sdk_iam::config::http::HttpResponse;
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::primitives::DateTimeFormat;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};

use super::super::snapshot::{AccessKey, NamedText, Simulated};
use crate::store::{Session, StoreError, failure};

/// A client for one user.
pub(in crate::preflight) struct Iam<'a> {
    client: Client,
    endpoint: Option<&'a str>,
    user: &'a str,
}

impl<'a> Iam<'a> {
    pub(in crate::preflight) fn new(session: &'a Session, user: &'a str) -> Self {
        let mut builder = aws_sdk_iam::config::Builder::from(&session.shared);
        let endpoint = session.endpoint_of("IAM");
        if let Some(endpoint) = endpoint {
            builder = builder.endpoint_url(endpoint);
        }
        Self { client: Client::from_conf(builder.build()), endpoint, user }
    }

    fn failed<E>(&self, operation: &'static str) -> impl Fn(SdkError<E, HttpResponse>) -> StoreError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        move |error| failure(self.endpoint, operation, self.user, error)
    }

    /// The user's ARN.
    pub(in crate::preflight) async fn arn(&self) -> Result<String, StoreError> {
        match self.client.get_user().user_name(self.user).send().await {
            Ok(answer) => Ok(answer.user().map(|user| user.arn().to_owned()).unwrap_or_default()),
            Err(error) => Err(self.failed("GetUser")(error)),
        }
    }

    /// Every policy of the user: inline policies, attached policies and those of its groups. One page of each kind is
    /// enough because of IAM's own limits.
    pub(in crate::preflight) async fn policies(&self) -> Result<Vec<NamedText>, StoreError> {
        let mut found = Vec::new();
        let own = self.client.list_user_policies().user_name(self.user).send().await;
        for name in own.map_err(self.failed("ListUserPolicies"))?.policy_names() {
            let one = self.client.get_user_policy().user_name(self.user).policy_name(name).send().await;
            let one = one.map_err(self.failed("GetUserPolicy"))?;
            found.push(NamedText { name: name.clone(), text: decoded(one.policy_document()) });
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
                found.push(NamedText { name: format!("{group}/{name}"), text: decoded(one.policy_document()) });
            }
            let attached = self.client.list_attached_group_policies().group_name(group).send().await;
            let attached = attached.map_err(self.failed("ListAttachedGroupPolicies"))?;
            arns.extend(attached.attached_policies().iter().filter_map(|one| one.policy_arn()).map(str::to_owned));
        }
        arns.sort();
        arns.dedup();
        for arn in arns {
            found.push(self.managed(arn).await?);
        }
        Ok(found)
    }

    async fn managed(&self, arn: String) -> Result<NamedText, StoreError> {
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
        let keys = answer.access_key_metadata().iter().map(|key| AccessKey {
            id: key.access_key_id().unwrap_or_default().to_owned(),
            active: key.status().is_some_and(|status| status.as_str() == "Active"),
            created: key
                .create_date()
                .and_then(|date| date.fmt(DateTimeFormat::DateTime).ok())
                .and_then(|text| text.parse().ok()),
        });
        Ok(keys.collect())
    }

    /// IAM's own simulation of requests by the user, over TLS 1.2.
    pub(in crate::preflight) async fn simulate(
        &self,
        user_arn: &str,
        asked: &[(&str, String)],
    ) -> Result<Vec<Simulated>, StoreError> {
        let tls = ContextEntry::builder()
            .context_key_name("aws:SecureTransport")
            .context_key_type(ContextKeyTypeEnum::Boolean)
            .context_key_values("true");
        let version = ContextEntry::builder()
            .context_key_name("s3:TlsVersion")
            .context_key_type(ContextKeyTypeEnum::Numeric)
            .context_key_values("1.2");
        let mut found = Vec::with_capacity(asked.len());
        for (action, resource) in asked {
            let request = self.client.simulate_principal_policy().policy_source_arn(user_arn).action_names(*action);
            let request = request
                .resource_arns(resource)
                .context_entries(tls.clone().build())
                .context_entries(version.clone().build());
            let answer = request.send().await.map_err(self.failed("SimulatePrincipalPolicy"))?;
            found.extend(answer.evaluation_results().iter().map(|result| Simulated {
                action: (*action).to_owned(),
                resource: resource.clone(),
                decision: result.eval_decision().as_str().to_owned(),
            }));
        }
        Ok(found)
    }
}

/// IAM returns documents percent-encoded.
fn decoded(text: &str) -> String {
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
