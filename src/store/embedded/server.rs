//! The server: its folder, its port and its connections.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::deeds::Deeds;
use super::door::{Door, Troubles};
use super::encryption::{Encryptions, OneByOne, Remembering};
use super::faults::{Fault, Trouble};
use super::gate::{AllRules, Gate};
use super::guests::Guests;
use super::rules::{Guest, Rules, Transport};
use crate::store::{CredentialSource, S3Config};

const REGION: &str = "us-east-1";

/// Why the embedded server did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmbeddedError {
    /// The folder for its objects cannot be made or used.
    #[error("the embedded S3 cannot keep its objects in `{}`", .0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// No loopback port could be had.
    #[error("the embedded S3 cannot listen on 127.0.0.1")]
    Listen(#[source] io::Error),
    /// The file system backend refused the folder.
    #[error("the embedded S3 cannot serve `{}`: {reason}", root.display())]
    Backend {
        /// The folder.
        root: PathBuf,
        /// Its reason.
        reason: String,
    },
}

/// A running server; it ends when this is dropped, and takes a temporary folder with it.
#[derive(Debug)]
pub struct Embedded {
    endpoints: HashMap<Transport, String>,
    servers: Vec<JoinHandle<()>>,
    guests: Guests,
    rules: AllRules,
    deeds: Deeds,
    troubles: Troubles,
    _temporary: Option<TempDir>,
}

impl Embedded {
    /// Starts a server that keeps its objects under `root`, or in a temporary folder.
    ///
    /// # Errors
    /// If the folder cannot be used or no loopback port can be had.
    pub async fn start(root: Option<&Path>) -> Result<Self, EmbeddedError> {
        let (root, temporary) = match root {
            Some(root) => (root.to_owned(), None),
            None => {
                let folder = TempDir::with_prefix("mp-forwarding-s3-")
                    .map_err(|error| EmbeddedError::Folder(std::env::temp_dir(), error))?;
                (folder.path().to_owned(), Some(folder))
            }
        };
        std::fs::create_dir_all(&root).map_err(|error| EmbeddedError::Folder(root.clone(), error))?;
        let backend = FileSystem::new(&root)
            .map_err(|error| EmbeddedError::Backend { root: root.clone(), reason: format!("{error:?}") })?;
        let (guests, rules, deeds) = (Guests::default(), AllRules::default(), Deeds::default());
        let (encryptions, troubles) = (Encryptions::default(), Troubles::default());
        let creating = OneByOne::default();
        let mut service =
            S3ServiceBuilder::new(Remembering { inner: backend, encryptions: encryptions.clone(), creating });
        service.set_auth(guests.clone());
        let (rules_of, deeds_of) = (rules.clone(), deeds.clone());
        service.set_access(Gate { root, guests: guests.clone(), rules: rules_of, deeds: deeds_of, encryptions });
        let service = service.build();

        let (mut endpoints, mut servers) = (HashMap::new(), Vec::new());
        for transport in Transport::ALL {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(EmbeddedError::Listen)?;
            let address = listener.local_addr().map_err(EmbeddedError::Listen)?;
            let door = Door { service: service.clone(), transport, troubles: troubles.clone() };
            endpoints.insert(transport, format!("http://{address}"));
            servers.push(tokio::spawn(listen(listener, door)));
        }
        Ok(Self { endpoints, servers, guests, rules, deeds, troubles, _temporary: temporary })
    }

    /// How to reach `bucket` with the keys of whoever started the server: nothing is refused to them.
    pub fn config(&self, bucket: &str) -> S3Config {
        self.config_of(bucket, Guests::house(), Transport::Tls12)
    }

    /// How to reach `bucket` with other keys, on a connection that counts as `transport`.
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
        }
    }

    /// Makes keys for somebody whose requests are judged by the rules of each bucket; where there are none, nothing is
    /// granted.
    pub fn admit(&self, guest: Guest) -> CredentialSource {
        self.guests.admit(guest)
    }

    /// Puts rules in force for `bucket`.
    pub fn govern(&self, bucket: &str, rules: Rules) {
        self.rules.write().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), Arc::new(rules));
    }

    /// What guests do.
    pub fn deeds(&self) -> Deeds {
        self.deeds.clone()
    }

    /// Gives `bucket` a fault that strikes the requests signed with the access key id `victim`, by `seed`.
    pub fn trouble(&self, bucket: &str, fault: Fault, seed: u64, victim: &str) {
        let trouble = Arc::new(Trouble::new(fault, seed, victim.to_owned()));
        self.troubles.write().unwrap_or_else(PoisonError::into_inner).insert(bucket.to_owned(), trouble);
    }

    /// How many requests the fault of `bucket` has struck.
    pub fn struck(&self, bucket: &str) -> u64 {
        let troubles = self.troubles.read().unwrap_or_else(PoisonError::into_inner);
        troubles.get(bucket).map_or(0, |trouble| trouble.struck())
    }
}

async fn listen(listener: TcpListener, door: Door) {
    let http = Builder::new(TokioExecutor::new());
    // A failed accept is the client's loss only; the listener itself stays good.
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let _ = socket.set_nodelay(true);
        let connection = http.serve_connection(TokioIo::new(socket), door.clone()).into_owned();
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection to the embedded S3 ended badly");
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
