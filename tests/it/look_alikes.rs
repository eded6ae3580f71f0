//! Stores that look like S3 and lack a part of it, as doubles: which part is theirs to choose.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::embedded::{self, Embedded};
use crate::support::program::{program, text};

/// A write as the store received it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Put {
    path: String,
    is_conditional: bool,
    region: String,
    body: Vec<u8>,
}

pub(crate) struct LookAlike {
    endpoint: String,
    writes: Arc<Mutex<Vec<Put>>>,
}

const STORED: &str = "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

pub(crate) fn error(status: &str, code: &str, message: &str) -> String {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

impl LookAlike {
    /// Answers each write as `answer` says, and anything else with 501.
    pub(crate) fn start(answer: impl Fn(&Put) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let writes = Arc::new(Mutex::new(Vec::new()));
        let seen = writes.clone();
        // It ends with the process of the test.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
                let lower = head.to_ascii_lowercase();
                let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                if lower.contains("expect: 100-continue") {
                    let _ = stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n");
                }
                let mut body = vec![0; length.unwrap_or(0)];
                let _ = reader.read_exact(&mut body);
                let said = match head.strip_prefix("PUT ") {
                    Some(rest) => {
                        let write = Put {
                            path: rest.split(['?', ' ']).next().unwrap().to_owned(),
                            is_conditional: lower.contains("if-none-match: *"),
                            region: head
                                .split("Credential=")
                                .nth(1)
                                .unwrap_or_default()
                                .split('/')
                                .nth(2)
                                .unwrap_or_default()
                                .to_owned(),
                            body,
                        };
                        let said = answer(&write);
                        seen.lock().unwrap().push(write);
                        said
                    }
                    None => error("501 Not Implemented", "NotImplemented", "no"),
                };
                let _ = stream.write_all(said.as_bytes());
            }
        });
        Self { endpoint, writes }
    }

    fn writes(&self) -> Vec<Put> {
        self.writes.lock().unwrap().clone()
    }

    /// Forwards two files to it.
    pub(crate) fn forward(&self, configuration: &str, engine: &str) -> (Output, Value) {
        self.forward_with(configuration, engine, &["--deadline", "5"])
    }

    pub(crate) fn forward_with(&self, configuration: &str, engine: &str, options: &[&str]) -> (Output, Value) {
        let folder = TempDir::new().unwrap();
        let line = |id: u8| {
            format!(
                "{{\"environment\":\"production\",\"events\":[{{\"event_type\":\"profile\",\"data\":{{\"event_id\":{id}}}}}]}}\n"
            )
        };
        fs::write(folder.path().join("in.ndjson"), [line(1), line(2)].concat()).unwrap();
        let settings = format!(
            "[configuration]\n{configuration}\n[connection]\ns3_bucket_name = 'mp-forwarding-it'\nsend_as_batch = false\n\
             store_data_in_folders_by_date = 'none'\n[engine]\nendpoint = '{}'\nchecksums = false\nuploads = 1\n\
             max_file_lines = 1\n{engine}\n",
            self.endpoint
        );
        fs::write(folder.path().join("connection.toml"), settings).unwrap();
        let output = program()
            .current_dir(folder.path())
            .envs([("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "hush")])
            .args(["forward", "--settings", "connection.toml", "--input", "in.ndjson", "--format", "json"])
            .args(options)
            .output()
            .unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output, report)
    }
}

/// Answers 501 to a condition, as Backblaze B2 does.
fn without_conditions() -> LookAlike {
    LookAlike::start(|write| match write.is_conditional {
        true => error(
            "501 Not Implemented",
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
        ),
        false => STORED.to_owned(),
    })
}

/// Fault: the remedy was "this server cannot do what a setting asks for", and there was no such setting.
#[test]
fn a_store_without_conditional_writes_parks_with_the_option_that_turns_them_off() {
    let store = without_conditions();
    let (output, report) = store.forward("", "");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("engine.conditional_writes = false") && said.contains("replaces the first"), "{said}");
    assert_eq!((&report["fates"]["pending"], &report["files"]), (&2.into(), &0.into()), "{report}");
    assert!(store.writes().iter().all(|write| write.is_conditional), "no silent fallback: {:?}", store.writes());

    let (output, report) = store.forward("", "conditional_writes = false");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!((&report["fates"]["written"], &report["conditional"]), (&2.into(), &"no".into()), "{report}");
    assert!(!text(&output).contains("If-None-Match"), "{}", text(&output));
}

/// Fault: a store that ignores the condition was not found out.
#[test]
fn a_store_that_ignores_conditions_is_found_out_by_the_first_object_alone() {
    let store = LookAlike::start(|_| STORED.to_owned());
    let (output, report) = store.forward("", "");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(report["conditional"], "no", "{report}");
    assert_eq!(said.matches("ignores `If-None-Match`").count(), 1, "{said}");
    let writes = store.writes();
    let keys = |write: &Put| (write.path.clone(), write.body.clone());
    assert_eq!(writes.len(), 3, "{writes:?}");
    assert_eq!(keys(&writes[0]), keys(&writes[1]), "the same object, with the same bytes");
    assert_ne!(writes[0].path, writes[2].path);
}

#[test]
fn a_store_that_keeps_conditions_is_said_to() {
    let (server, folder) = (Embedded::start(), TempDir::new().unwrap());
    let settings = embedded::settings(folder.path(), &server, "");
    let input = folder.path().join("in.ndjson");
    fs::write(&input, "{\"environment\":\"production\",\"events\":[]}\n").unwrap();
    let output =
        program().args(["forward", "--format", "json", "--settings"]).arg(settings).arg("--input").arg(input).output();
    let report: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    assert_eq!((&report["conditional"], &report["files"]), (&"yes".into(), &1.into()), "{report}");
    assert_eq!(server.objects().len(), 1);
}

/// Fault: `preflight` skipped the check, and ended with 0.
#[test]
fn preflight_does_not_pass_a_write_that_was_refused() {
    let store = without_conditions();
    let folder = TempDir::new().unwrap();
    let settings = folder.path().join("user.toml");
    fs::write(
        &settings,
        "[configuration]\naccess_key_id = 'AKIA1'\nsecret_access_key = 'hush'\n\
         [connection]\ns3_bucket_name = 'acme-export'\nstore_data_in_folders_by_date = 'none'\n",
    )
    .unwrap();
    let output = program()
        .args(["preflight", "--endpoint", &store.endpoint, "--format", "json", "--settings"])
        .arg(settings)
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let check = report["checks"].as_array().unwrap().iter().find(|check| check["id"] == "write").unwrap();
    assert_eq!((output.status.code(), &check["outcome"]), (Some(1), &"fail".into()), "{}", text(&output));
    let finding = report["findings"].as_array().unwrap().iter().find(|finding| finding["check"] == "write").unwrap();
    assert!(finding["remedy"].as_str().unwrap().contains("engine.conditional_writes = false"), "{finding}");
}

/// Fault: `RegionOne` was refused although an endpoint was given.
#[test]
fn a_region_of_a_look_alike_is_signed_for() {
    for region in ["RegionOne", "NL", "GRA"] {
        let store = LookAlike::start(|_| STORED.to_owned());
        let (output, _) = store.forward(&format!("aws_region = '{region}'"), "");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert!(store.writes().iter().all(|write| write.region == region), "{:?}", store.writes());
    }
}

/// Fault: "received corrupt message of type InvalidContentType".
#[test]
fn https_at_a_plain_port_is_said_to_be_that() {
    let store = LookAlike::start(|_| STORED.to_owned());
    let plain = store.endpoint.replace("http://", "https://");
    let (output, _) = LookAlike { endpoint: plain, writes: Arc::default() }.forward("", "");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("answers in plain HTTP") && said.contains("with `http://`"), "{said}");
}

/// Fault: the path became a part of the bucket's name, and the report had the right name.
#[test]
fn an_endpoint_of_the_environment_has_no_path_either() {
    let folder = TempDir::new().unwrap();
    let settings = "[connection]\ns3_bucket_name = 'mp-forwarding-it'\nstore_data_in_folders_by_date = 'none'\n";
    fs::write(folder.path().join("connection.toml"), settings).unwrap();
    fs::write(folder.path().join("in.ndjson"), "{\"environment\":\"production\",\"events\":[]}\n").unwrap();
    let output = program()
        .current_dir(folder.path())
        .envs([("AWS_ACCESS_KEY_ID", "AKIA1"), ("AWS_SECRET_ACCESS_KEY", "hush")])
        .env("AWS_ENDPOINT_URL", "http://127.0.0.1:9/s3")
        .args(["forward", "--settings", "connection.toml", "--input", "in.ndjson"])
        .output()
        .unwrap();
    let said = text(&output);
    assert!(output.status.code() == Some(3) && said.contains("it has a path"), "{said}");
}
