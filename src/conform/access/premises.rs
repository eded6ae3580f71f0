//! A bucket on the embedded S3 under what would be deployed, and everybody who might knock at it.

use std::sync::Arc;

use super::deployment::{Deployment, DeploymentError, InForce, Way};
use crate::access::Policy;
use crate::access::evaluate::{Principal, UnknownPrincipal};
use crate::settings::Settings;
use crate::store::{CredentialSource, Deeds, Embedded, Guest, S3Config, S3Store, Store, StoreError, Transport};

/// A bucket and the clients of everybody.
pub struct Premises {
    pub(super) way: Way,
    pub(super) bucket: String,
    pub(super) in_force: InForce,
    pub(super) deeds: Deeds,
    /// Who writes, as a decision names them.
    pub(super) writer_name: String,
    /// mParticle's writer role, or the IAM user.
    pub(super) writer: Arc<S3Store>,
    pub(super) writer_config: S3Config,
    pub(super) writer_without_tls: S3Store,
    pub(super) writer_with_old_tls: S3Store,
    /// mParticle's verify role, or the IAM user.
    pub(super) verifier: Arc<S3Store>,
    /// The loader of the bucket's owner.
    pub(super) reader: Arc<S3Store>,
    pub(super) reader_without_tls: S3Store,
    /// A role of the bucket's owner that nothing is granted to.
    pub(super) colleague: S3Store,
    /// A role of an account that is neither the owner's nor mParticle's.
    pub(super) stranger: S3Store,
    /// Nobody who signs.
    pub(super) anonymous: S3Store,
    /// Whoever started the server.
    pub(super) house: S3Store,
}

/// Why a bucket could not be made ready.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PremisesError {
    /// The policies cannot be put in force.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// A role is none.
    #[error(transparent)]
    Principal(#[from] UnknownPrincipal),
    /// The bucket cannot be made.
    #[error("the embedded S3 cannot be used")]
    Store(#[from] StoreError),
}

/// Clients that share their connections: making one afresh means reading the system's certificates again.
#[derive(Debug, Clone)]
pub struct Clients {
    signing: S3Store,
    anonymous: S3Store,
}

impl Clients {
    /// Clients of `server`.
    ///
    /// # Errors
    /// If a client cannot be made.
    pub async fn of(server: &Embedded) -> Result<Self, StoreError> {
        let signing = S3Store::connect(server.config("none")).await?;
        Ok(Self { signing, anonymous: S3Store::connect_unsigned(server.config("none")).await? })
    }
}

impl Premises {
    /// Makes the bucket of `settings` and puts in force what `deployment` says, with the way of access that `way` names.
    ///
    /// # Errors
    /// If the policies cannot be in force together with these settings, or the bucket cannot be made.
    pub async fn found(
        server: &Embedded,
        clients: &Clients,
        settings: &Settings,
        deployment: &Deployment,
        way: Way,
    ) -> Result<Self, PremisesError> {
        let in_force = deployment.in_force(settings, way)?;
        let bucket = settings.connection.s3_bucket_name.to_string();
        let house = clients.signing.sibling(server.config(&bucket));
        house.create_bucket().await?;
        server.govern(&bucket, in_force.rules.clone());

        let owner = &in_force.rules.owner;
        let partition = in_force.rules.partition;
        let own = |kind: &str, name: &str| format!("arn:{partition}:iam::{owner}:{kind}/{name}");
        let guest = |arn: &str, policies: Option<Vec<(String, Policy)>>, context| -> Result<_, UnknownPrincipal> {
            Ok(server.admit(Guest { principal: arn.parse::<Principal>()?, policies, context }))
        };
        let client = |keys: &CredentialSource, transport| {
            clients.signing.sibling(server.config_of(&bucket, keys.clone(), transport))
        };
        // mParticle comes from the Internet.
        let abroad = || vec![("aws:SourceIp".to_owned(), vec!["203.0.113.7".to_owned()])];
        let (writer_name, policies) = match way {
            Way::RoleBased => (in_force.roles.writer.clone(), None),
            Way::UserBased => {
                let policy = in_force.user.clone().map(|policy| ("the user's policy".to_owned(), policy));
                (own("user", "mparticle"), Some(policy.into_iter().collect()))
            }
        };
        let writer = guest(&writer_name, policies, abroad())?;
        let verifier = match way {
            Way::RoleBased => guest(&in_force.roles.verify, None, abroad())?,
            Way::UserBased => writer.clone(),
        };
        let policy = vec![("the reader's policy".to_owned(), in_force.reader.clone())];
        let reader = guest(&own("role", "reader"), Some(policy), inside(in_force.rules.policy.as_ref()))?;
        let colleague = guest(&own("role", "colleague"), Some(Vec::new()), abroad())?;
        let stranger = guest(&format!("arn:{partition}:iam::999988887777:role/stranger"), None, abroad())?;
        let nobody = server.config_of(&bucket, CredentialSource::Chain { profile: None }, Transport::Tls12);
        Ok(Self {
            way,
            deeds: server.deeds(),
            writer_name,
            writer: Arc::new(client(&writer, Transport::Tls12)),
            writer_config: server.config_of(&bucket, writer.clone(), Transport::Tls12),
            writer_without_tls: client(&writer, Transport::Plain),
            writer_with_old_tls: client(&writer, Transport::Tls11),
            verifier: Arc::new(client(&verifier, Transport::Tls12)),
            reader: Arc::new(client(&reader, Transport::Tls12)),
            reader_without_tls: client(&reader, Transport::Plain),
            colleague: client(&colleague, Transport::Tls12),
            stranger: client(&stranger, Transport::Tls12),
            anonymous: clients.anonymous.sibling(nobody),
            house,
            bucket,
            in_force,
        })
    }

    /// The bucket as mParticle's principal writes to it.
    pub fn writer(&self) -> Arc<dyn Store> {
        self.writer.clone()
    }

    /// The bucket as the principal writes to it that proves access: of the roles, the other one.
    pub fn verifier(&self) -> Arc<dyn Store> {
        self.verifier.clone()
    }

    /// How to reach the bucket as mParticle's principal, for a subject that has a client of its own.
    pub fn writer_config(&self) -> &S3Config {
        &self.writer_config
    }

    /// The bucket as the owner's loader reads it.
    pub fn reader(&self) -> Arc<dyn Store> {
        self.reader.clone()
    }

    /// The key that the policies grant.
    pub fn key_arn(&self) -> &str {
        &self.in_force.key_arn
    }
}

/// A policy may let only those read who come through an endpoint of the owner's network: the loader does.
fn inside(policy: Option<&Policy>) -> Vec<(String, Vec<String>)> {
    let conditions = policy.into_iter().flat_map(|policy| &policy.statements).flat_map(|one| &one.conditions);
    conditions
        .filter(|condition| condition.key.eq_ignore_ascii_case("aws:SourceVpce"))
        .take(1)
        .map(|condition| ("aws:SourceVpce".to_owned(), condition.values.iter().take(1).cloned().collect()))
        .collect()
}
