//! The local Events API over HTTP, and what becomes of the batches that it accepts.

use std::sync::Arc;

use mp_forwarding::events_api::{Client, ClientError, Credentials, Endpoint, MAX_REQUEST_BYTES, Options, Server};
use mp_forwarding::forward::Engine;
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{Embedded, S3Store, Store};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Duration, Instant};

const BATCH: &str = r#"{"environment":"development","user_identities":{"customer_id":"c"},"events":[{"event_type":"custom_event","data":{"event_name":"a","custom_event_type":"other"}}]}"#;

fn credentials() -> Credentials {
    Credentials::new("key", "secret")
}

async fn server() -> (Server, mp_forwarding::events_api::ApiSource) {
    let options = Options { credentials: Some(credentials()), ..Options::default() };
    Server::start(([127, 0, 0, 1], 0).into(), options).await.unwrap()
}

/// Sends a request as it is, and returns the status and the body.
async fn request(server: &Server, head: &str, body: &str) -> (u16, String) {
    let mut socket = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let text =
        format!("{head}\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    // A server that refuses a request early closes the connection before all is sent.
    let _ = socket.write_all(text.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer.get(9..12).and_then(|status| status.parse().ok()).unwrap_or_default();
    (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
}

#[tokio::test]
async fn evt_1_the_server_answers_as_documented() {
    let (server, _source) = server().await;
    let authorized = "Authorization: Basic a2V5OnNlY3JldA==";
    let post = |path: &str, header: &str| format!("POST {path} HTTP/1.1\r\n{header}");
    let events = post("/v2/events", authorized);
    let bulk = post("/v2/bulkevents", authorized);
    let too_long = format!("{}{}", " ".repeat(MAX_REQUEST_BYTES), BATCH);
    let many = format!("[{}]", vec![BATCH; 101].join(","));
    for (head, body, status, says) in [
        (events.clone(), BATCH, 202, ""),
        (bulk.clone(), &format!("[{BATCH},{BATCH}]"), 202, ""),
        (post("/v2/events", "X-Nothing: 1"), BATCH, 401, "UNAUTHORIZED"),
        (post("/v2/events", "Authorization: Basic a2V5Om90aGVy"), BATCH, 403, "FORBIDDEN"),
        (post("/v3/events", authorized), BATCH, 404, "NOT_FOUND"),
        (format!("GET /v2/events HTTP/1.1\r\n{authorized}"), "", 405, "METHOD_NOT_ALLOWED"),
        (events.clone(), "{", 400, "BAD_REQUEST"),
        (events.clone(), r#"{"environment":"production","environment":"production"}"#, 400, "admissible"),
        (events.clone(), r#"{"environment":"prod"}"#, 400, "/environment"),
        (events.clone(), &too_long, 400, "262144 bytes"),
        (bulk.clone(), BATCH, 400, "an array"),
        (bulk.clone(), "[]", 400, "no batch"),
        (bulk, &many, 400, "101 batches"),
        (post("/v2/bulkevents/historical", authorized), &format!("[{BATCH}]"), 400, "72 hours"),
    ] {
        let (found, answer) = request(&server, &head, body).await;
        assert_eq!(found, status, "{head}: {answer}");
        assert!(answer.contains(says), "{head}: {answer}");
        if status >= 400 {
            let body: serde_json::Value = serde_json::from_str(&answer).unwrap();
            assert!(body["errors"][0]["message"].is_string(), "{answer}");
        }
    }
    let received = server.stop().await;
    assert_eq!((received.requests, received.batches, received.refused), (2, 3, 12));
}

/// The web SDK has the key in the path or in a header of its own, and asks for the id of the user.
#[tokio::test]
async fn the_web_sdk_is_answered_like_by_its_own_services() {
    let (server, _source) = server().await;
    let identify = |header: &str| format!("POST /v1/identify HTTP/1.1\r\n{header}");
    let known = r#"{"known_identities":{"customerid":"c"}}"#;
    for (head, body, status, says) in [
        ("POST /v3/JS/key/events HTTP/1.1\r\nX-Nothing: 1".to_owned(), BATCH, 202, ""),
        ("POST /v3/JS/other/events HTTP/1.1\r\nX-Nothing: 1".to_owned(), BATCH, 403, "FORBIDDEN"),
        ("POST /v3/JS/key/events HTTP/1.1\r\nX-Nothing: 1".to_owned(), "{", 400, "BAD_REQUEST"),
        (identify("x-mp-key: key"), known, 200, "\"mpid\":\""),
        (identify("x-mp-key: other"), known, 403, "FORBIDDEN"),
        (identify("X-Nothing: 1"), known, 401, "x-mp-key is missing"),
        (identify("x-mp-key: key"), "5", 400, "JSON object"),
    ] {
        let (found, answer) = request(&server, &head, body).await;
        assert_eq!(found, status, "{head}: {answer}");
        assert!(answer.contains(says), "{head}: {answer}");
    }
    let received = server.stop().await;
    assert_eq!((received.requests, received.batches, received.refused), (1, 1, 5));
}

#[tokio::test]
async fn a_browser_is_answered_only_for_the_allowed_origin() {
    let allowed = Options { allow_origin: Some("https://example.com".parse().unwrap()), ..Options::default() };
    for (options, status) in [(allowed, 204), (Options::default(), 405)] {
        let (server, _source) = Server::start(([127, 0, 0, 1], 0).into(), options).await.unwrap();
        assert_eq!(request(&server, "OPTIONS /v2/events HTTP/1.1", "").await.0, status);
    }
}

#[tokio::test]
async fn a_full_engine_is_429_and_the_client_sends_again() {
    let (server, source) = server().await;
    let client = Client::new(format!("http://{}", server.address()).parse().unwrap(), &credentials()).unwrap();
    let send = async |seconds| {
        client.send(Endpoint::Events, BATCH.to_owned(), Instant::now() + Duration::from_secs(seconds)).await
    };
    // Nothing reads the source.
    let mut accepted = 0;
    let error = loop {
        match send(0).await {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&error, ClientError::Deadline { reason, .. } if reason.contains("429")), "{error}");
    assert_eq!(server.received().batches, accepted);
    drop(source);
}

/// A batch is on one line, whatever the request looked like, and none of those that were accepted is missing.
#[tokio::test(flavor = "multi_thread")]
async fn every_accepted_batch_is_written_and_historical_ones_are_not() {
    let embedded = Embedded::start(None).await.unwrap();
    let store: Arc<dyn Store> = Arc::new(S3Store::connect(embedded.config("mp-forwarding-api")).await.unwrap());
    store.create_bucket().await.unwrap();
    let settings = Settings::new(Connection::new("mp-forwarding-api".parse().unwrap(), DateFolders::None));
    let (server, mut source) = server().await;
    let client = Client::new(format!("http://{}", server.address()).parse().unwrap(), &credentials()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let pretty = BATCH.replace(",\"", ",\r\n  \"");
    let old = r#"[{"environment":"production","events":[{"event_type":"custom_event","data":{"timestamp_unixtime_ms":1500000000000,"event_name":"old"}}]}]"#;
    let engine = Engine::builder(settings, store.clone()).build();
    let (summary, received) = tokio::join!(engine.run(&mut source, std::future::pending()), async {
        for _ in 0..20 {
            client.send(Endpoint::Events, pretty.clone(), deadline).await.unwrap();
            client.send(Endpoint::BulkEvents, format!("[{BATCH},{BATCH}]"), deadline).await.unwrap();
        }
        client.send(Endpoint::Historical, old.to_owned(), deadline).await.unwrap();
        server.stop().await
    });
    let summary = summary.unwrap();
    assert_eq!((received.batches, received.historical_batches), (60, 1));
    assert_eq!(summary.fates.to_report().written, 60);
    let mut events = 0;
    for object in store.list("", None).await.unwrap().objects {
        let mut text = String::new();
        store.get(&object.key).await.unwrap().body.read_to_string(&mut text).await.unwrap();
        for line in text.lines() {
            let batch: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(batch["batch_id"].is_string(), "{line}");
            events += batch["events"].as_array().unwrap().len();
            assert!(!line.contains("\"old\""));
        }
    }
    assert_eq!(events, 60);
}
