//! The program as a user runs it, with an S3 server in the test process.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mp_forwarding::conform::{Object, list_all, read_back};
use mp_forwarding::store::{
    Advice, CredentialSource, Embedded as Server, Object as PutObject, S3Config, S3Store, Store,
};
use tokio::runtime::Runtime;

pub(crate) const BUCKET: &str = "mp-forwarding-it";

/// A running built-in S3 with the bucket [`BUCKET`].
pub(crate) struct Embedded {
    runtime: Runtime,
    server: Server,
    pub(crate) endpoint: String,
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
}

impl Embedded {
    pub(crate) fn start() -> Self {
        let runtime = Runtime::new().unwrap();
        let server = runtime.block_on(Server::start(None)).unwrap();
        let S3Config { endpoint, credentials, .. } = server.config(BUCKET);
        let CredentialSource::Keys { access_key_id, secret_access_key } = credentials else {
            panic!("the built-in S3 has keys of its own");
        };
        let this = Self { runtime, server, endpoint: endpoint.unwrap(), access_key_id, secret: secret_access_key };
        this.runtime.block_on(async { this.store().await.create_bucket().await }).unwrap();
        this
    }

    async fn store(&self) -> Arc<dyn Store> {
        self.store_of(BUCKET).await
    }

    async fn store_of(&self, bucket: &str) -> Arc<dyn Store> {
        Arc::new(S3Store::connect(self.server.config(bucket)).await.unwrap())
    }

    /// Creates another bucket.
    pub(crate) fn create(&self, bucket: &str) {
        self.runtime.block_on(async { self.store_of(bucket).await.create_bucket().await }).unwrap();
    }

    /// Puts an object of another program into a bucket.
    pub(crate) fn put(&self, bucket: &str, key: &str) {
        let object = PutObject {
            key: key.to_owned(),
            body: "somebody's\n".into(),
            content_type: "text/plain; charset=utf-8",
            encryption: None,
            acl: None,
        };
        self.runtime.block_on(async { self.store_of(bucket).await.put(&object).await }).unwrap();
    }

    /// Every key in a bucket.
    pub(crate) fn keys(&self, bucket: &str) -> Vec<String> {
        // The server cannot list a folder from which something vanishes at that moment.
        let mut left = 20;
        loop {
            let all = self.runtime.block_on(async { list_all(self.store_of(bucket).await.as_ref(), "").await });
            match all {
                Err(error) if error.advice == Advice::Retry && left > 0 => left -= 1,
                all => return all.unwrap().into_iter().map(|object| object.key).collect(),
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
    }

    /// Every object in the bucket.
    pub(crate) fn objects(&self) -> Vec<Object> {
        self.runtime.block_on(async { read_back(&self.store().await, "", None).await }).unwrap()
    }
}

/// User-based settings for this bucket, with `more` at the end of `[connection]`.
pub(crate) fn settings_text(server: &Embedded, more: &str) -> String {
    let Embedded { endpoint, access_key_id, secret, .. } = server;
    format!(
        "[configuration]\naccess_key_id = \"{access_key_id}\"\nsecret_access_key = \"{secret}\"\n\n\
         [engine]\nendpoint = \"{endpoint}\"\n\n\
         [connection]\ns3_bucket_name = \"{BUCKET}\"\nstore_data_in_folders_by_date = \"none\"\n{more}"
    )
}

pub(crate) fn settings(folder: &Path, server: &Embedded, more: &str) -> PathBuf {
    let path = folder.join("connection.toml");
    fs::write(&path, settings_text(server, more)).unwrap();
    path
}
