//! A server, as a double of S3, whose answers have no end.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::program::{program, text};

/// Answers each request as `answer` says, on a thread that ends with the process of the test.
fn serve(answer: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(stream) = stream else { return };
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
                answer(&head, stream);
            });
        }
    });
    endpoint
}

fn run(endpoint: &str, arguments: &[&str]) -> Output {
    program()
        .envs([("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "hush"), ("AWS_REGION", "us-east-1")])
        .args(arguments)
        .args(["--endpoint", endpoint])
        .output()
        .unwrap()
}

/// The commands that list a bucket.
const LISTING: [&[&str]; 2] = [&["validate", "s3://mp-forwarding-it/exports/"], &["conform", "clean"]];

/// Bug: a continuation token that came again was followed for ever.
#[test]
fn a_listing_with_a_repeated_token_ends_with_the_reason() {
    const PAGES: usize = 10;
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = requests.clone();
    let endpoint = serve(move |_, mut stream| {
        let page = counted.fetch_add(1, Ordering::SeqCst);
        let body = format!(
            "<?xml version=\"1.0\"?><ListBucketResult><IsTruncated>true</IsTruncated>\
             <NextContinuationToken>page-{}</NextContinuationToken></ListBucketResult>",
            page % PAGES
        );
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        let _ = stream.write_all((head + &body).as_bytes());
    });
    for arguments in LISTING {
        requests.store(0, Ordering::SeqCst);
        let output = run(&endpoint, arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", text(&output));
        assert!(text(&output).contains("the listing has no end"), "{arguments:?}: {}", text(&output));
        assert_eq!(requests.load(Ordering::SeqCst), PAGES + 1, "{arguments:?}");
    }
}

/// Bug: an answer without an end was read into memory until it was full.
#[test]
fn an_answer_without_an_end_is_read_to_a_limit() {
    const ENDLESS: usize = 256 << 20;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let endpoint = serve(move |_, mut stream| {
        let contents = "<Contents><Key>exports/a</Key></Contents>".repeat(1_000);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<ListBucketResult>");
        while counted.load(Ordering::SeqCst) < ENDLESS && stream.write_all(contents.as_bytes()).is_ok() {
            counted.fetch_add(contents.len(), Ordering::SeqCst);
        }
    });
    for arguments in LISTING {
        sent.store(0, Ordering::SeqCst);
        let started = Instant::now();
        let mut arguments = arguments.to_vec();
        if arguments[0] == "validate" {
            arguments.extend(["--deadline", "1"]);
        }
        let output = run(&endpoint, &arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", text(&output));
        assert!(started.elapsed() < Duration::from_secs(30), "{arguments:?}");
        let sent = sent.load(Ordering::SeqCst);
        assert!(sent < ENDLESS, "{arguments:?}: {sent} bytes were read");
    }
}
