//! Credentials and connections that the clients of S3, IAM, KMS and STS share.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::answer_limit::LimitedClient;
use super::{CredentialSource, S3Config, StoreError};
use crate::settings::Endpoint;

/// Long enough for one object over a slow connection, short enough to meet a deadline.
const ATTEMPT: Duration = Duration::from_secs(60);
const CONNECT: Duration = Duration::from_secs(5);

/// Credentials and a connection for several AWS services. Unlike a [`super::Store`] it uses the SDK's default retries,
/// because its requests change nothing.
#[derive(Debug, Clone)]
pub struct Session {
    pub(crate) shared: SdkConfig,
    pub(crate) config: S3Config,
}

impl Session {
    /// Creates a session. No request is sent yet, unless a role is assumed.
    ///
    /// # Errors
    /// If `ca_bundle` is not PEM.
    pub async fn connect(mut config: S3Config) -> Result<Self, StoreError> {
        let shared = load(&mut config, RetryConfig::standard()).await?;
        Ok(Self { shared, config })
    }

    /// Whether there are credentials.
    pub async fn has_credentials(&self) -> bool {
        match self.shared.credentials_provider() {
            Some(provider) => provider.provide_credentials().await.is_ok(),
            None => false,
        }
    }

    /// The endpoint of S3, if it is not AWS itself.
    pub fn endpoint(&self) -> Option<&str> {
        self.config.endpoint.as_deref()
    }

    /// Whether the endpoint of S3 is AWS itself.
    pub fn is_aws(&self) -> bool {
        self.endpoint().is_none_or(is_of_aws)
    }

    /// The same session in another region.
    pub fn in_region(&self, region: &str) -> Self {
        let shared = self.shared.to_builder().region(Region::new(region.to_owned())).build();
        Self { shared, config: S3Config { region: region.to_owned(), ..self.config.clone() } }
    }

    /// The endpoint of another service: the endpoint of S3 if it is not AWS, unless the environment sets one with the
    /// SDK's variables (`AWS_ENDPOINT_URL_IAM` and so on). `None` means that the SDK chooses.
    pub(crate) fn endpoint_of(&self, service: &str) -> Option<&str> {
        let named = std::env::var_os(format!("AWS_ENDPOINT_URL_{service}")).is_some();
        self.endpoint().filter(|endpoint| !named && !is_of_aws(endpoint))
    }
}

/// Checks that credentials can be sent. The SDK panics if an access key id contains a line break, which secrets in CI
/// systems often have at the end.
#[derive(Debug)]
struct Sendable(SharedCredentialsProvider);

impl ProvideCredentials for Sendable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let credentials = self.0.provide_credentials().await?;
            let is_sendable = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
            let (id, token) = (credentials.access_key_id(), credentials.session_token().unwrap_or_default());
            for (what, text) in [("access key id", id), ("session token", token)] {
                if !is_sendable(text) {
                    let why =
                        format!("the {what} contains a blank, a line break or another character that cannot be sent");
                    return Err(CredentialsError::invalid_configuration(why));
                }
            }
            Ok(credentials)
        })
    }
}

pub(super) fn is_of_aws(endpoint: &str) -> bool {
    let host = endpoint.split("://").nth(1).unwrap_or(endpoint).split(['/', ':']).next().unwrap_or_default();
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

/// Loads the configuration that all clients share. If the environment sets another endpoint for S3, it is written to
/// `config` for messages and reports.
pub(super) async fn load(config: &mut S3Config, retry: RetryConfig) -> Result<SdkConfig, StoreError> {
    let unsendable = |detail: String| StoreError::unsendable("connecting", &config.bucket, detail);
    let mut roots = TrustStore::default();
    if let Some(pem) = &config.ca_bundle {
        roots = roots.with_pem_certificate(pem.as_slice());
    }
    let tls = TlsContext::builder().with_trust_store(roots).build().map_err(|e| unsendable(e.to_string()))?;
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
        .build_https();
    let http = SharedHttpClient::new(LimitedClient(http));
    let region = Region::new(config.region.clone());
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(region.clone())
        .http_client(http.clone())
        .retry_config(retry)
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build());
    match &config.credentials {
        CredentialSource::Chain { profile: Some(profile) } => {
            // The SDK's chain prefers keys in the environment to the profile, even if the profile is named.
            let config = ProviderConfig::default().with_http_client(http.clone()).with_region(Some(region));
            let provider = ProfileFileCredentialsProvider::builder().profile_name(profile).configure(&config).build();
            loader = loader.profile_name(profile).credentials_provider(provider);
        }
        CredentialSource::Chain { profile: None } => {}
        CredentialSource::Keys { access_key_id, secret_access_key } => {
            let keys = Credentials::new(access_key_id, secret_access_key, None, None, "settings");
            loader = loader.credentials_provider(keys);
        }
    }
    let mut shared = loader.load().await;
    if let Some(provider) = shared.credentials_provider() {
        shared = shared.into_builder().credentials_provider(SharedCredentialsProvider::new(Sendable(provider))).build();
    }
    if config.endpoint.is_none() {
        let of_s3 = std::env::var("AWS_ENDPOINT_URL_S3").ok();
        config.endpoint = of_s3.filter(|url| !url.is_empty()).or_else(|| shared.endpoint_url().map(str::to_owned));
        let parsed = config.endpoint.as_deref().map(str::parse::<Endpoint>).transpose();
        parsed.map_err(|error| {
            StoreError::endpoint(&config.bucket, format!("the endpoint of the AWS environment: {error}"))
        })?;
        config.path_style |= config.endpoint.is_some();
    }
    let Some(role) = &config.assume_role else { return Ok(shared) };
    let mut provider = AssumeRoleProvider::builder(&role.role_arn).session_name("mp-forwarding").configure(&shared);
    if let Some(id) = &role.external_id {
        provider = provider.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(provider.build().await);
    Ok(shared.into_builder().credentials_provider(provider).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_is_recognized_by_its_host() {
        for (endpoint, expected) in [
            ("https://s3.eu-central-1.amazonaws.com", true),
            ("https://bucket.vpce-1a2b3c4d.s3.us-east-1.vpce.amazonaws.com:443/", true),
            ("https://s3.cn-north-1.amazonaws.com.cn", true),
            ("http://127.0.0.1:9000", false),
            ("https://amazonaws.com.example.com", false),
        ] {
            assert_eq!(is_of_aws(endpoint), expected, "{endpoint}");
        }
    }
}
