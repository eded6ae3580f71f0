//! A bucket on the built-in S3 with the policies of a connection, and a client for each principal.

use std::sync::Arc;

use super::deployment::{AccessKind, Deployment, DeploymentError, Policies};
use crate::access::Policy;
use crate::access::evaluate::{Principal, UnknownPrincipal};
use crate::settings::Settings;
use crate::store::{AccessLog, CredentialSource, Embedded, Identity, S3Config, S3Store, Store, StoreError, Transport};

/// A bucket, its policies, and a client for each principal.
pub struct AccessFixture {
    pub(super) access_kind: AccessKind,
    pub(super) bucket: String,
    pub(super) policies: Policies,
    pub(super) log: AccessLog,
    /// The writer's ARN.
    pub(super) writer_name: String,
    /// mParticle's writer role, or the IAM user.
    pub(super) writer: Arc<S3Store>,
    pub(super) writer_config: S3Config,
    pub(super) writer_without_tls: S3Store,
    pub(super) writer_with_old_tls: S3Store,
    /// mParticle's verify role, or the IAM user.
    pub(super) verifier: Arc<S3Store>,
    /// The bucket owner's role that reads the export.
    pub(super) reader: Arc<S3Store>,
    pub(super) reader_without_tls: S3Store,
    /// A role in the bucket owner's account without permissions.
    pub(super) other_role: S3Store,
    /// A role in another account.
    pub(super) outsider: S3Store,
    /// A client that does not sign.
    pub(super) anonymous: S3Store,
    /// The admin of the server, who is allowed everything.
    pub(super) admin: S3Store,
}

/// Why a fixture could not be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccessFixtureError {
    /// The policies cannot be used.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// A role's ARN cannot be read.
    #[error(transparent)]
    Principal(#[from] UnknownPrincipal),
    /// The bucket cannot be created.
    #[error("the built-in S3 cannot be used")]
    Store(#[from] StoreError),
}

/// Clients that share their connections, because each new connector would read the system's certificates again.
#[derive(Debug, Clone)]
pub struct Clients {
    signing: S3Store,
    anonymous: S3Store,
}

impl Clients {
    /// Connects to `server`.
    ///
    /// # Errors
    /// If a client cannot be created.
    pub async fn new(server: &Embedded) -> Result<Self, StoreError> {
        let signing = S3Store::connect(server.config("none")).await?;
        Ok(Self { signing, anonymous: S3Store::connect_unsigned(server.config("none")).await? })
    }
}

impl AccessFixture {
    /// Creates the bucket of `settings` with the policies of `deployment` for this kind of access.
    ///
    /// # Errors
    /// If the policies cannot be used with these settings, or the bucket cannot be created.
    pub async fn create(
        server: &Embedded,
        clients: &Clients,
        settings: &Settings,
        deployment: &Deployment,
        access_kind: AccessKind,
    ) -> Result<Self, AccessFixtureError> {
        let policies = deployment.policies(settings, access_kind)?;
        let bucket = settings.connection.s3_bucket_name.to_string();
        let admin = clients.signing.sibling(server.config(&bucket));
        admin.create_bucket().await?;
        server.set_rules(&bucket, policies.rules.clone());

        let owner = &policies.rules.owner;
        let partition = policies.rules.partition;
        let own = |kind: &str, name: &str| format!("arn:{partition}:iam::{owner}:{kind}/{name}");
        let identity = |arn: &str, policies: Option<Vec<(String, Policy)>>, context| -> Result<_, UnknownPrincipal> {
            Ok(server.register(Identity { principal: arn.parse::<Principal>()?, policies, context }))
        };
        let client = |keys: &CredentialSource, transport| {
            clients.signing.sibling(server.config_of(&bucket, keys.clone(), transport))
        };
        // Requests come from the Internet: over loopback every rule about addresses would be wrong.
        let from = |address: &str| vec![("aws:SourceIp".to_owned(), vec![address.to_owned()])];
        let internet = || from("203.0.113.7");
        let mparticle = || deployment.source_ip.map_or_else(internet, |address| from(&address.to_string()));
        let (writer_name, own_policies) = match access_kind {
            AccessKind::RoleBased => (policies.roles.writer.clone(), None),
            AccessKind::UserBased => {
                let policy = policies.user.clone().map(|policy| ("the user's policy".to_owned(), policy));
                (own("user", "mparticle"), Some(policy.into_iter().collect()))
            }
        };
        let writer = identity(&writer_name, own_policies, mparticle())?;
        let verifier = match access_kind {
            AccessKind::RoleBased => identity(&policies.roles.verify, None, mparticle())?,
            AccessKind::UserBased => writer.clone(),
        };
        let policy = vec![("the reader's policy".to_owned(), policies.reader.clone())];
        let reader = identity(&own("role", "reader"), Some(policy), vpc_endpoint(policies.rules.policy.as_ref()))?;
        let other_role = identity(&own("role", "other"), Some(Vec::new()), internet())?;
        let outsider = identity(&format!("arn:{partition}:iam::999988887777:role/outsider"), None, internet())?;
        let unsigned = server.config_of(&bucket, CredentialSource::Chain { profile: None }, Transport::Tls12);
        Ok(Self {
            access_kind,
            log: server.access_log(),
            writer_name,
            writer: Arc::new(client(&writer, Transport::Tls12)),
            writer_config: server.config_of(&bucket, writer.clone(), Transport::Tls12),
            writer_without_tls: client(&writer, Transport::Plain),
            writer_with_old_tls: client(&writer, Transport::Tls11),
            verifier: Arc::new(client(&verifier, Transport::Tls12)),
            reader: Arc::new(client(&reader, Transport::Tls12)),
            reader_without_tls: client(&reader, Transport::Plain),
            other_role: client(&other_role, Transport::Tls12),
            outsider: client(&outsider, Transport::Tls12),
            anonymous: clients.anonymous.sibling(unsigned),
            admin,
            bucket,
            policies,
        })
    }

    /// The bucket for the writer: mParticle's writer role or the IAM user.
    pub fn writer(&self) -> Arc<dyn Store> {
        self.writer.clone()
    }

    /// The bucket for mParticle's verify role or the IAM user.
    pub fn verifier(&self) -> Arc<dyn Store> {
        self.verifier.clone()
    }

    /// The connection of the writer to the bucket, for a subject with a client of its own.
    pub fn writer_config(&self) -> &S3Config {
        &self.writer_config
    }

    /// The bucket for the owner's reader.
    pub fn reader(&self) -> Arc<dyn Store> {
        self.reader.clone()
    }

    /// The key that the policies allow.
    pub fn key_arn(&self) -> &str {
        &self.policies.key_arn
    }
}

/// A policy may allow reading only through a VPC endpoint of the owner. The reader uses this endpoint.
fn vpc_endpoint(policy: Option<&Policy>) -> Vec<(String, Vec<String>)> {
    let conditions = policy.into_iter().flat_map(|policy| &policy.statements).flat_map(|one| &one.conditions);
    conditions
        .filter(|condition| condition.key.eq_ignore_ascii_case("aws:SourceVpce"))
        .take(1)
        .map(|condition| ("aws:SourceVpce".to_owned(), condition.values.iter().take(1).cloned().collect()))
        .collect()
}
