//! A server on the loopback interface answers a listing with any bytes. The client reports pages or an error, and ends.
#![no_main]

use std::cell::RefCell;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use mp_forwarding::store::{Conditions, CredentialSource, Listing, S3Config, S3Store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Builder::new_current_thread().enable_all().build().expect("a runtime"));

thread_local! {
    static CLIENT: RefCell<Option<(S3Store, TcpListener)>> = const { RefCell::new(None) };
}

async fn start() -> (S3Store, TcpListener) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let config = S3Config {
        bucket: "mp-forwarding-fuzz".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(format!("http://{}", listener.local_addr().expect("an address"))),
        path_style: true,
        ca_bundle: None,
        credentials: CredentialSource::Keys { access_key_id: "AKIA1".to_owned(), secret_access_key: "hush".to_owned() },
        assume_role: None,
        checksums: false,
        conditions: Conditions::Off,
    };
    (S3Store::connect(config).await.expect("a client"), listener)
}

/// Answers every request with `body`.
async fn answer(listener: &TcpListener, body: &[u8]) {
    loop {
        let Ok((mut stream, _)) = listener.accept().await else { return };
        let mut head = [0; 8_192];
        let _ = stream.read(&mut head).await;
        let said = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
        let _ = stream.write_all(said.as_bytes()).await;
        let _ = stream.write_all(body).await;
    }
}

fuzz_target!(|body: &[u8]| {
    CLIENT.with_borrow_mut(|client| {
        RUNTIME.block_on(async {
            if client.is_none() {
                *client = Some(start().await);
            }
            let (store, listener) = client.as_ref().expect("it was started");
            let pages = async {
                let mut listing = Listing::new(store, "exports/");
                while let Ok(Some(_)) = listing.next_page().await {}
            };
            tokio::select! {
                () = pages => {}
                () = answer(listener, body) => {}
            }
        });
    });
});
