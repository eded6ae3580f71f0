//! What commands hold of a server's answers. The server is a double: it gives the worst answers that the commands accept.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::{HEAD, MIB, filled, holds};
use crate::support::double::{answer, serve};

const SETTINGS: &str = "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'\n";

/// The query of a request, without a question mark.
fn query(head: &str) -> &str {
    let target = head.split(' ').nth(1).unwrap_or_default();
    target.split_once('?').map_or("", |(_, query)| query)
}

/// As many keys as are held, in pages of many keys.
#[test]
fn clean_holds_the_keys_of_a_bucket() {
    const KEYS: usize = 250_000;
    const PAGE: usize = 5_000;
    let page = Arc::new(AtomicUsize::new(0));
    let length = Arc::new(AtomicUsize::new(0));
    let (next, long) = (page.clone(), length.clone());
    let endpoint = serve(move |_, mut stream| {
        let page = next.fetch_add(1, Ordering::SeqCst) + 1;
        let rest = "k".repeat(long.load(Ordering::SeqCst));
        let contents: String = (0..PAGE)
            .map(|key| {
                format!(
                    "<Contents><Key>conform-20260301T000002Z-000123/{page}-{key}{rest}</Key><Size>1</Size></Contents>"
                )
            })
            .collect();
        let more = match page * PAGE < KEYS {
            true => format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{page}</NextContinuationToken>"),
            false => String::new(),
        };
        let body = format!("<ListBucketResult>{more}{contents}</ListBucketResult>");
        answer(&mut stream, "200 OK", "", body.as_bytes());
    });
    let folder = TempDir::new().unwrap();
    // Keys of the usual length, all of which are held, and long ones, of which there are too many bytes.
    for (rest, code) in [(100, 0), (900, 3)] {
        page.store(0, Ordering::SeqCst);
        length.store(rest, Ordering::SeqCst);
        holds(folder.path(), 256, code, &["conform", "clean", "--endpoint", &endpoint]);
    }
}

/// Every answer has almost the size at which it is refused.
#[test]
fn preflight_holds_what_it_reads_of_a_bucket() {
    let statement = r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#;
    let endpoint = serve(move |head, mut stream| {
        let fill = |head: &str, item: &str, tail: &str| {
            let count = (7 * (MIB as usize) - head.len() - tail.len()) / item.len();
            [head, &item.repeat(count), tail].concat()
        };
        let body = match query(head) {
            "policy" => filled(7 * MIB, r#"{"Version":"2012-10-17","Statement":["#, statement, "]}"),
            "acl" => fill(
                "<AccessControlPolicy><AccessControlList>",
                "<Grant><Grantee xmlns:xsi=\"x\" xsi:type=\"Group\"><URI>a</URI></Grantee><Permission>READ</Permission></Grant>",
                "</AccessControlList></AccessControlPolicy>",
            ),
            "lifecycle" => fill(
                "<LifecycleConfiguration>",
                "<Rule><ID>a</ID><Filter><Prefix>b</Prefix></Filter><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>",
                "</LifecycleConfiguration>",
            ),
            "encryption" => fill(
                "<ServerSideEncryptionConfiguration>",
                "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>",
                "</ServerSideEncryptionConfiguration>",
            ),
            "ownershipControls" => fill(
                "<OwnershipControls>",
                "<Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule>",
                "</OwnershipControls>",
            ),
            _ => String::new(),
        };
        answer(&mut stream, "200 OK", "", body.as_bytes());
    });
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("good.toml"), SETTINGS).unwrap();
    let arguments = ["-q", "preflight", "--settings", "good.toml", "--pod", "us1", "--timeout", "10m", "--no-write"];
    holds(folder.path(), 256, 1, &[&arguments[..], &["--endpoint", &endpoint]].concat());
}

/// A server that accepts every batch and has one object, whose text is made from the mark of the batches.
fn bucket_with(text: impl Fn(&str) -> String + Send + Sync + 'static) -> String {
    let made = Mutex::new(Arc::new(String::new()));
    serve(move |head, mut stream| {
        if head.starts_with("POST ") {
            let mark = head.split("mpf-").nth(1).map(|rest| format!("mpf-{}", &rest[..16])).unwrap_or_default();
            let mut made = made.lock().unwrap();
            if made.is_empty() {
                *made = Arc::new(text(&mark));
            }
            return answer(&mut stream, "202 Accepted", "", b"");
        }
        let made = made.lock().unwrap().clone();
        if !query(head).contains("list-type=2") {
            return answer(&mut stream, "200 OK", "", made.as_bytes());
        }
        let contents = match made.len() {
            0 => String::new(),
            size => format!("<Contents><Key>a_20260301000000000000_10000.txt</Key><Size>{size}</Size></Contents>"),
        };
        answer(&mut stream, "200 OK", "", format!("<ListBucketResult>{contents}</ListBucketResult>").as_bytes());
    })
}

/// A quarter of the largest object, and of the limit.
#[test]
fn canary_holds_an_object_and_the_lines_with_its_mark() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("good.toml"), SETTINGS).unwrap();
    let unmarked = |_: &str| "[]\n".repeat(64 * (MIB as usize) / 3);
    let marked = |mark: &str| {
        let line = filled(2 * MIB, &format!("{HEAD}\"a\":[\"{mark}\""), ",1", "],\"events\":[]}\n");
        line.replace(",,", ",").repeat(20)
    };
    let urls = [bucket_with(unmarked), bucket_with(marked)];
    for url in urls {
        let arguments = ["-q", "canary", "--settings", "good.toml", "--wait", "1s", "--poll", "1s"];
        holds(folder.path(), 192, 3, &[&arguments[..], &["--events-url", &url, "--endpoint", &url]].concat());
    }
}

/// A line whose other members are repeated for every few events, and one with many blocked names.
#[test]
fn replay_holds_a_multiple_of_a_line() {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text + "\n").unwrap();
    let blocked = |lists: &str| format!(r#""context":{{"data_plan":{{"block_metadata":{{{lists}}}}}}}}}"#);
    let event = |id: usize| format!(r#"{{"event_type":"screen_view","data":{{"event_id":{id}}}}}"#);
    let events = (0..60_000).map(event).collect::<Vec<_>>().join(",");
    let ids = (0..60_000).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let long = "x".repeat(131_000);
    write(
        "divided.ndjson",
        format!(
            "{HEAD}\"user_attributes\":{{\"a\":\"{long}\"}},\"events\":[{events}],{}",
            blocked(&format!(r#""blocked_event_ids":[{ids}]"#))
        ),
    );
    let attributes = (0..80_000).map(|id| format!("\"{id}\":\"\"")).collect::<Vec<_>>().join(",");
    let names = (0..80_000).map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(",");
    write(
        "names.ndjson",
        format!(
            "{HEAD}\"user_attributes\":{{{attributes}}},\"events\":[{}],{}",
            event(1),
            blocked(&format!(r#""blocked_event_ids":[1],"blocked_user_attributes":[{names}]"#))
        ),
    );
    // A quarter of the largest line, and of the limit.
    for file in ["divided.ndjson", "names.ndjson"] {
        holds(folder.path(), 192, 0, &["-q", "replay", file]);
    }
}
