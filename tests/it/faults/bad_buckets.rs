//! The tester with unusual buckets. The stores and the server are test doubles on purpose: no real server can return
//! five gigabytes, a key that is not UTF-8, or a listing that changes at the right time.

use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use async_trait::async_trait;
use flate2::Compression as Level;
use flate2::write::GzEncoder;
use mp_forwarding::conform::access::Access;
use mp_forwarding::conform::{MOST_TEXT, Scenario, ServerTraits, Subject, SubjectError, Suite, read_all, read_back};
use mp_forwarding::report::Fates;
use mp_forwarding::report::model::{Check, Outcome};
use mp_forwarding::settings::{Connection, DateFolders, Settings};
use mp_forwarding::store::{
    Body, Conditions, CredentialSource, Embedded, Fetched, Object, ObjectMeta, Page, S3Config, S3Store, Store,
    StoreError,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpListener;

/// A key and the content of its object.
type Served = (&'static str, fn() -> Body);

/// A bucket whose listing pages and objects are given.
#[derive(Default)]
struct Scripted {
    pages: Vec<Vec<(&'static str, u64)>>,
    bodies: Vec<Served>,
    asked: AtomicUsize,
}

fn meta(key: &str, size: u64) -> ObjectMeta {
    ObjectMeta { key: key.to_owned(), size, etag: None, modified_at: None, headers: None }
}

fn text(bytes: &[u8]) -> Body {
    Box::pin(std::io::Cursor::new(bytes.to_vec()))
}

/// Endless bytes.
struct Endless;

impl AsyncRead for Endless {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let more = buffer.remaining();
        buffer.initialize_unfilled_to(more).fill(b'x');
        buffer.advance(more);
        Poll::Ready(Ok(()))
    }
}

#[async_trait]
impl Store for Scripted {
    fn name(&self) -> String {
        "a scripted bucket".to_owned()
    }

    async fn put(&self, _: &Object) -> Result<(), StoreError> {
        unreachable!("nothing is written")
    }

    async fn get(&self, key: &str) -> Result<Fetched, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match self.bodies.iter().find(|(known, _)| *known == key) {
            Some((_, body)) => Ok(Fetched { meta: meta(key, 0), body: body() }),
            None => Err(StoreError::answered("GetObject", key, 404, Some("NoSuchKey"), "gone")),
        }
    }

    async fn head(&self, _: &str) -> Result<Option<ObjectMeta>, StoreError> {
        Ok(None)
    }

    async fn list(&self, _: &str, continuation: Option<&str>) -> Result<Page, StoreError> {
        let number: usize = continuation.map_or(0, |number| number.parse().unwrap());
        let objects = self.pages[number].iter().map(|(key, size)| meta(key, *size)).collect();
        let continuation = (number + 1 < self.pages.len()).then(|| (number + 1).to_string());
        Ok(Page { objects, continuation, ..Page::default() })
    }

    async fn delete(&self, _: &str) -> Result<(), StoreError> {
        unreachable!("nothing is deleted")
    }

    async fn create_bucket(&self) -> Result<(), StoreError> {
        unreachable!("it is there")
    }
}

fn reason(object: &mp_forwarding::conform::Object) -> &str {
    object.text.as_ref().unwrap_err()
}

#[tokio::test]
async fn an_object_of_five_gigabytes_is_reported_and_never_requested() {
    let scripted = Arc::new(Scripted { pages: vec![vec![("large.txt", 5 << 30)]], ..Scripted::default() });
    let store: Arc<dyn Store> = scripted.clone();
    let objects = read_back(&store, "", None).await.unwrap();
    assert_eq!((objects[0].size, scripted.asked.load(Ordering::Relaxed)), (5 << 30, 0));
    let most = MOST_TEXT.to_string();
    assert!(reason(&objects[0]).contains(&most), "{}", reason(&objects[0]));
}

#[tokio::test]
async fn an_object_larger_than_reported_is_not_held_and_the_others_are_read() {
    let scripted = Scripted {
        pages: vec![vec![("a.txt", 3), ("b.txt", 3), ("c.txt", 4_096), ("d.txt", 3)]],
        bodies: vec![
            ("a.txt", || text(b"{}\n")),
            ("b.txt", || Box::pin(Endless)),
            // More than a mebibyte of one letter, compressed to a kibibyte.
            ("c.txt", || {
                let mut bomb = GzEncoder::new(Vec::new(), Level::best());
                bomb.write_all(&vec![b'x'; 3 << 20]).unwrap();
                text(&bomb.finish().unwrap())
            }),
            ("d.txt", || text(b"{}\n")),
        ],
        ..Scripted::default()
    };
    let store: Arc<dyn Store> = Arc::new(scripted);
    let objects = read_all(&store, "", 1 << 20).await.unwrap();
    let read: Vec<_> = objects.iter().map(|object| object.text.is_ok()).collect();
    assert_eq!(read, [true, false, false, true], "{objects:?}");
    assert!(reason(&objects[1]).contains("more than the 3 bytes of the listing"), "{}", reason(&objects[1]));
    assert!(reason(&objects[2]).contains("1048576 bytes"), "{}", reason(&objects[2]));
}

#[tokio::test]
async fn a_listing_that_changes_while_it_is_read_repeats_nothing_and_names_deleted_objects() {
    let scripted = Scripted {
        pages: vec![vec![("a.txt", 3), ("b.txt", 3)], vec![("b.txt", 3), ("c.txt", 3)]],
        bodies: vec![("a.txt", || text(b"{}\n")), ("b.txt", || text(b"{}\n"))],
        ..Scripted::default()
    };
    let store: Arc<dyn Store> = Arc::new(scripted);
    let objects = read_back(&store, "", None).await.unwrap();
    let keys: Vec<_> = objects.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["a.txt", "b.txt", "c.txt"]);
    assert!(reason(&objects[2]).contains("deleted between listing and reading"), "{}", reason(&objects[2]));
}

/// A server whose listing has a key that is not UTF-8: raw, which is invalid XML, or percent-encoded on request.
async fn listing_server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    if socket.read_buf(&mut request).await.unwrap_or_default() == 0 {
                        return;
                    }
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let first = request.lines().next().unwrap_or_default();
                let (encoding, key): (&str, &[u8]) = match first.contains("encoding-type=url") {
                    true => ("<EncodingType>url</EncodingType>", b"exports/caf%C3%A9+%FF.txt"),
                    false => ("", b"exports/caf\xc3\xa9 \xff.txt"),
                };
                let body = match first.contains("list-type=2") {
                    true => [
                        b"<ListBucketResult>" as &[u8],
                        encoding.as_bytes(),
                        b"<Contents><Key>",
                        key,
                        b"</Key><Size>3</Size></Contents><Contents><Key>exports/a.txt</Key><Size>3</Size></Contents></ListBucketResult>",
                    ]
                    .concat(),
                    false => b"{}\n".to_vec(),
                };
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = socket.write_all(&[head.as_bytes(), &body].concat()).await;
            });
        }
    });
    format!("http://{address}")
}

#[tokio::test]
async fn a_key_that_is_not_utf_8_is_reported_and_the_others_are_read() {
    let config = S3Config {
        bucket: "mp-forwarding-keys".to_owned(),
        region: "us-east-1".to_owned(),
        endpoint: Some(listing_server().await),
        path_style: true,
        ca_bundle: None,
        credentials: CredentialSource::Keys { access_key_id: "AKIA1".to_owned(), secret_access_key: "x".to_owned() },
        assume_role: None,
        checksums: false,
        conditions: Conditions::Sent,
    };
    let store: Arc<dyn Store> = Arc::new(S3Store::connect(config).await.unwrap());
    let objects = read_back(&store, "", None).await.unwrap();
    let keys: Vec<_> = objects.iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["exports/a.txt", "exports/caf%C3%A9+%FF.txt"]);
    assert_eq!(objects[0].text.as_deref(), Ok(&b"{}\n"[..]));
    assert!(reason(&objects[1]).contains("not UTF-8"), "{}", reason(&objects[1]));
}

/// Writes one correct line to a bucket with objects of other programs.
struct Modest;

#[async_trait]
impl Subject for Modest {
    fn name(&self) -> String {
        "a modest forwarder".to_owned()
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let put = |key: &str, body: &[u8]| {
            let (body, content_type) = (body.to_vec().into(), "text/plain; charset=utf-8");
            let object = Object { key: key.to_owned(), body, content_type, encryption: None, acl: None };
            async move { scenario.writer.put(&object).await.map_err(|error| SubjectError(error.to_string())) }
        };
        put("exports/Shop_20260301000000000000_12345.txt", LINE.as_bytes()).await?;
        put("exports/mParticle_Bucket_Verification_20260301-000000.txt", b"{}").await?;
        put("exports/photo.jpg", b"\xff\xd8\xff\xe0 no lines").await?;
        put("elsewhere/notes.txt", b"remember the milk\n").await?;
        let mut half = GzEncoder::new(Vec::new(), Level::fast());
        half.write_all(LINE.as_bytes()).unwrap();
        let half = half.finish().unwrap();
        put("exports/Shop_20260301000000000000_12346.txt", &half[..half.len() - 9]).await?;
        Ok(None)
    }
}

const LINE: &str = "{\"environment\":\"production\",\"mpid\":\"1\",\"application_info\":{\"application_name\":\"Shop\"},\"timestamp_unixtime_ms\":\"1772323200000\",\"schema_version\":2,\"events\":[{\"event_type\":\"profile\",\"data\":{}}]}\n";

#[tokio::test]
async fn objects_of_other_programs_are_reported_one_by_one() {
    let server = Embedded::start(None).await.unwrap();
    let target = server.config("mp-forwarding-foreign");
    let store: Arc<dyn Store> = Arc::new(S3Store::connect(target.clone()).await.unwrap());
    store.create_bucket().await.unwrap();
    let mut settings = Settings::new(Connection::new("mp-forwarding-foreign".parse().unwrap(), DateFolders::None));
    settings.connection.folder_name = "exports".parse().ok();
    let scenario = Scenario {
        name: "foreign".to_owned(),
        settings,
        input: LINE.as_bytes().into(),
        clock: "2026-03-01T00:00:00Z".parse().ok(),
        input_faults: &[],
        root: String::new(),
        several_writers: false,
        target,
        writer: store.clone(),
        store,
        server: ServerTraits::default(),
        access: Access::NotTested("this is about what is there".to_owned()),
    };
    let report = Suite::new(&Modest).scenarios([scenario]).run().await.unwrap();
    assert_eq!(report.summary.cases[0].objects, 4, "a verification object is no data");
    let found = |id: &str| -> (Outcome, String) {
        let check: &Check = report.checks.iter().find(|check| check.id == id).unwrap();
        let places = report.findings_of(check).flat_map(|finding| &finding.places);
        (check.outcome.clone(), places.filter_map(|place| place.object.clone()).collect::<Vec<_>>().join(" "))
    };
    let (status, objects) = found("file-names");
    assert_eq!(status, Outcome::Fail);
    assert!(objects.contains("exports/photo.jpg") && objects.contains("elsewhere/notes.txt"), "{objects}");
    assert_eq!(found("folder-name"), (Outcome::Fail, "elsewhere/notes.txt".to_owned()));
    let (status, objects) = found("compression");
    assert!(status == Outcome::Fail && objects.contains("_12346.txt"), "{objects}");
    assert_eq!(found("verification-objects").0, Outcome::Pass);
    let half = report.findings.iter().find(|finding| finding.clause.as_deref() == Some("FILE-2")).unwrap();
    assert!(half.message.contains("cannot be read"), "{}", half.message);
}
