//! The server: its folder, its port and its connections.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::access::{AccessLog, AllRules, Authorizer, Identity, IdentityStore, Rules, Transport};
use super::encryption::{EncryptingBackend, Encryptions, KeyLocks};
use super::faults::{Fault, FaultLayer, FaultPlan, FaultPlans};
use crate::store::temporary::{OF_A_SERVER, TemporaryFolder, make_private, temporary_folder};
use crate::store::{Conditions, CredentialSource, S3Config};

const REGION: &str = "us-east-1";

/// Why the built-in S3 did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// The folder for objects cannot be created or used.
    #[error("the built-in S3 cannot store objects in `{}`", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// No loopback port is free.
    #[error("the built-in S3 cannot listen on 127.0.0.1")]
    Listen(#[source] io::Error),
    /// The file system backend refused the folder.
    #[error("the built-in S3 cannot serve `{}`: {reason}", root.display())]
    Backend {
        /// The folder.
        root: PathBuf,
        /// The backend's reason.
        reason: String,
    },
}

/// A running server. Dropping it stops the server and removes its temporary folder.
#[derive(Debug)]
pub struct Embedded {
    endpoints: HashMap<Transport, String>,
    servers: Vec<JoinHandle<()>>,
    identities: IdentityStore,
    rules: AllRules,
    log: AccessLog,
    plans: FaultPlans,
    _temporary: Option<TemporaryFolder>,
}

impl Embedded {
    /// Starts a server that stores objects in `root` or in a temporary folder.
    ///
    /// # Errors
    /// If the folder cannot be used or no loopback port is free.
    pub async fn start(root: Option<&Path>) -> Result<Self, EmbeddedError> {
        let (root, temporary) = match root {
            Some(root) => (root.to_owned(), None),
            None => {
                let folder = temporary_folder(OF_A_SERVER)
                    .map_err(|error| EmbeddedError::Folder(std::env::temp_dir(), error))?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        make_private(&root).map_err(|error| EmbeddedError::Folder(root.clone(), error))?;
        let backend = FileSystem::new(&root)
            .map_err(|error| EmbeddedError::Backend { root: root.clone(), reason: format!("{error:?}") })?;
        let (identities, rules, log) = (IdentityStore::default(), AllRules::default(), AccessLog::default());
        let (encryptions, plans) = (Encryptions::default(), FaultPlans::default());
        let locks = KeyLocks::default();
        let backend =
            EncryptingBackend { inner: backend, encryptions: encryptions.clone(), locks, rules: rules.clone() };
        let mut service = S3ServiceBuilder::new(backend);
        service.set_auth(identities.clone());
        service.set_access(Authorizer {
            root,
            identities: identities.clone(),
            rules: rules.clone(),
            log: log.clone(),
            encryptions,
        });
        let service = service.build();

        let (mut endpoints, mut servers) = (HashMap::new(), Vec::new());
        for transport in Transport::ALL {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(EmbeddedError::Listen)?;
            let address = listener.local_addr().map_err(EmbeddedError::Listen)?;
            let layer = FaultLayer { service: service.clone(), transport, plans: plans.clone() };
            endpoints.insert(transport, format!("http://{address}"));
            servers.push(tokio::spawn(listen(listener, layer)));
        }
        Ok(Self { endpoints, servers, identities, rules, log, plans, _temporary: temporary })
    }

    /// The connection to `bucket` with the access key of the admin, who is allowed everything.
    pub fn config(&self, bucket: &str) -> S3Config {
        self.config_of(bucket, IdentityStore::admin(), Transport::Tls12)
    }

    /// The connection to `bucket` with other credentials, on a connection with this `transport`.
    pub fn config_of(&self, bucket: &str, credentials: CredentialSource, transport: Transport) -> S3Config {
        S3Config {
            bucket: bucket.to_owned(),
            region: REGION.to_owned(),
            endpoint: self.endpoints.get(&transport).cloned(),
            path_style: true,
            ca_bundle: None,
            credentials,
            assume_role: None,
            checksums: true,
            conditions: Conditions::Kept,
        }
    }

    /// Registers an identity and returns its access key. The rules of a bucket decide about its requests. It has no
    /// permissions on a bucket without rules.
    pub fn register(&self, identity: Identity) -> CredentialSource {
        self.identities.register(identity)
    }

    /// Sets the rules of `bucket`.
    pub fn set_rules(&self, bucket: &str, rules: Rules) {
        self.rules.write().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), Arc::new(rules));
    }

    /// The log of the identities' requests and decisions.
    pub fn access_log(&self) -> AccessLog {
        self.log.clone()
    }

    /// Gives `bucket` a fault for requests signed with `access_key_id`. `seed` chooses the affected requests.
    pub fn set_fault(&self, bucket: &str, fault: Fault, seed: u64, access_key_id: &str) {
        let plan = Arc::new(FaultPlan::new(fault, seed, access_key_id.to_owned()));
        self.plans.write().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), plan);
    }

    /// The number of requests that the fault of `bucket` affected.
    pub fn affected(&self, bucket: &str) -> u64 {
        let plans = self.plans.read().unwrap_or_else(PoisonError::into_inner);
        plans.get(bucket).map_or(0, |plan| plan.affected())
    }
}

async fn listen(listener: TcpListener, layer: FaultLayer) {
    let http = http1::Builder::new();
    // A failed accept concerns only one client, so the listener continues.
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let _ = socket.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(socket), layer.clone());
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the built-in S3 ended with an error");
            }
        });
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        for server in &self.servers {
            server.abort();
        }
    }
}
