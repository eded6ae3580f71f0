//! A server as a double of S3 and of other services, which answers as a test says.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// The largest body of a request that is read.
const MOST_READ: u64 = 1 << 20;

/// Answers each request as `answer` says, on a thread that ends with the process of the test. It gets the head of the request with
/// a body that is not too large.
pub(crate) fn serve(answer: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> String {
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
                // A connection that is closed before its request is read is reset, and the answer can be lost.
                let lower = head.to_ascii_lowercase();
                let length = lower.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
                let body = length.filter(|length| *length <= MOST_READ && !lower.contains("expect:"));
                let mut bytes = Vec::new();
                let _ = reader.take(body.unwrap_or_default()).read_to_end(&mut bytes);
                head += &String::from_utf8_lossy(&bytes);
                answer(&head, stream);
            });
        }
    });
    endpoint
}

/// Answers with this status line, these header lines and this body, and ends the connection.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
}
