//! The server: its folder, its port and its connections.

use std::io;
use std::path::{Path, PathBuf};

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::encryption::{Encryptions, OneByOne, Remembering};
use super::gate::Gate;
use crate::store::{CredentialSource, S3Config};

/// Loopback only and gone with the process: these keys open nothing else.
const ACCESS_KEY_ID: &str = "AKIAEMBEDDEDEXAMPLE0";
const SECRET_ACCESS_KEY: &str = "embedded/s3/in/this/process/example/key0";
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
    endpoint: String,
    server: JoinHandle<()>,
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
        let mut service = S3ServiceBuilder::new(Remembering {
            inner: backend,
            encryptions: Encryptions::default(),
            creating: OneByOne::default(),
        });
        service.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
        service.set_access(Gate { root });
        let service = service.build();

        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(EmbeddedError::Listen)?;
        let address = listener.local_addr().map_err(EmbeddedError::Listen)?;
        let server = tokio::spawn(async move {
            let http = Builder::new(TokioExecutor::new());
            // A failed accept is the client's loss only; the listener itself stays good.
            loop {
                let Ok((socket, _)) = listener.accept().await else { continue };
                let _ = socket.set_nodelay(true);
                let connection = http.serve_connection(TokioIo::new(socket), service.clone()).into_owned();
                tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "a connection to the embedded S3 ended badly");
                    }
                });
            }
        });
        Ok(Self { endpoint: format!("http://{address}"), server, _temporary: temporary })
    }

    /// How to reach `bucket` on this server.
    pub fn config(&self, bucket: &str) -> S3Config {
        S3Config {
            bucket: bucket.to_owned(),
            region: REGION.to_owned(),
            endpoint: Some(self.endpoint.clone()),
            path_style: true,
            ca_bundle: None,
            credentials: CredentialSource::Keys {
                access_key_id: ACCESS_KEY_ID.to_owned(),
                secret_access_key: SECRET_ACCESS_KEY.to_owned(),
            },
            assume_role: None,
            checksums: true,
        }
    }
}

impl Drop for Embedded {
    fn drop(&mut self) {
        self.server.abort();
    }
}
