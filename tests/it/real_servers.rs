//! The program with the S3 servers that people use, without parts of this project in the server.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod health;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

use crate::support::program::{program_as_root, text};
use crate::support::servers::Server;

const CLIENTS: [&str; 2] = ["python.ndjson", "node.ndjson"];

fn servers() -> impl Iterator<Item = &'static Server> {
    [Server::shared_minio(), Server::shared_seaweedfs()].into_iter().flatten()
}

#[test]
#[ignore = "slow: `.ci/run servers` runs it"]
fn conform_passes_on_each_server_and_names_what_it_cannot_test() {
    let embedded = assert_conforms("the built-in S3", program(&["conform", "--seed", "7"]));
    assert_eq!(cannot_show(&embedded), documented("built-in S3"));
    // moto accepts any key, so wrong keys are not tested on it.
    let (shared, moto): (Vec<&Server>, _) = (servers().collect(), Server::moto());
    for server in shared.into_iter().chain(&moto) {
        let endpoint = server.endpoint();
        let conform = program(&["conform", "--endpoint", &endpoint, "--create-bucket", "--seed", "7"]);
        let report = assert_conforms(server.name(), conform);
        assert_eq!(cannot_show(&report), documented(server.name()), "{}", server.name());
    }
}

/// The checks that are not applicable, each with a reason.
fn cannot_show(report: &Value) -> BTreeSet<String> {
    let checks = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "not_applicable");
    let name = |check: &Value| {
        assert!(check["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{check}");
        check["id"].as_str().unwrap().to_owned()
    };
    checks.map(name).collect()
}

/// The same list in docs/conform.md.
fn documented(server: &str) -> BTreeSet<String> {
    let docs = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/conform.md")).unwrap();
    let table: Vec<Vec<&str>> = docs
        .lines()
        .skip_while(|line| !line.starts_with("| check | built-in S3"))
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let column = table[0].iter().position(|name| *name == server).unwrap();
    let cannot = table[2..].iter().filter(|row| row[column] == "cannot");
    cannot.map(|row| row[0].trim_matches('`').to_owned()).collect()
}

#[test]
#[ignore = "slow: `.ci/run servers` runs it"]
fn conform_passes_with_batches_of_real_clients() {
    for client in CLIENTS {
        let input = fixture(client);
        assert_conforms(&format!("{client} on the built-in S3"), program(&["conform", "--input", &input]));
        for server in servers() {
            let endpoint = server.endpoint();
            let conform = program(&["conform", "--input", &input, "--endpoint", &endpoint, "--create-bucket"]);
            assert_conforms(&format!("{client} on {}", server.name()), conform);
        }
    }
}

#[tokio::test]
async fn forward_writes_every_event_of_real_clients() {
    for (client, bucket) in CLIENTS.into_iter().zip(["mp-forwarding-python", "mp-forwarding-node"]) {
        for server in servers() {
            let s3 = server.client();
            s3.create_bucket().bucket(bucket).send().await.unwrap();
            let output = forward(client, &server.endpoint(), bucket);
            assert_eq!(output.status.code(), Some(0), "{client} on {}: {}", server.name(), text(&output));

            let objects = objects(&s3, bucket).await;
            for (key, content) in &objects {
                assert!(key.starts_with("exports/") && key.ends_with(".txt"), "{key}");
                assert!(content.ends_with('\n'), "{key}");
            }
            let written: String = objects.into_values().collect();
            let sent = fs::read_to_string(fixture(client)).unwrap();
            assert_eq!(events_by_type(&written), events_by_type(&sent), "{client} on {}", server.name());
        }
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused() {
    for server in servers() {
        let bucket = "mp-forwarding-credentials";
        server.client().create_bucket().bucket(bucket).send().await.unwrap();
        for (variable, wrong) in
            [("AWS_SECRET_ACCESS_KEY", "not-the-secret"), ("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN000000000")]
        {
            let output = forward_with(CLIENTS[0], &server.endpoint(), bucket, &[(variable, wrong)]);
            let message = refusal(&output);
            assert!(message.contains("403") || message.contains("credentials"), "{}: {message}", server.name());
            for secret in ["not-the-secret", Server::SECRET_ACCESS_KEY] {
                assert!(!text(&output).contains(secret), "{}: {message}", server.name());
            }
        }
    }
}

#[test]
fn a_missing_bucket_is_named() {
    for server in servers() {
        let message = refusal(&forward(CLIENTS[0], &server.endpoint(), "mp-forwarding-missing"));
        assert!(message.contains("mp-forwarding-missing"), "{}: {message}", server.name());
    }
}

#[test]
fn with_an_unreachable_endpoint_events_are_pending() {
    // On a machine that runs tests, no program listens on the discard port.
    let endpoint = "http://127.0.0.1:9";
    let output = forward(CLIENTS[0], endpoint, "mp-forwarding-missing");
    assert!(refusal(&output).contains("127.0.0.1:9"), "{}", text(&output));
    assert!(text(&output).contains("pending"), "{}", text(&output));
}

/// The program with the root credentials of the servers, without the caller's environment.
fn program(arguments: &[&str]) -> Command {
    let mut program = program_as_root();
    program.args(arguments);
    program
}

/// `forward` with a deadline that is short, but long enough for a working server.
fn forward(client: &str, endpoint: &str, bucket: &str) -> Output {
    forward_with(client, endpoint, bucket, &[])
}

fn forward_with(client: &str, endpoint: &str, bucket: &str, variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("connection.toml");
    let text = fs::read_to_string(fixture("connection.toml")).unwrap();
    fs::write(&settings, text.replace("mp-forwarding-clients", bucket)).unwrap();
    let input = fixture(client);
    let mut forward = program(&["forward", "--input", &input, "--endpoint", endpoint, "--deadline", "2", "--settings"]);
    forward.arg(settings).envs(variables.iter().copied()).output().unwrap()
}

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/clients");
    folder.join(name).into_os_string().into_string().unwrap()
}

/// The only message of a run that the target refused (exit code 3).
fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(3), "{}", text(output));
    let stderr = String::from_utf8_lossy(&output.stderr);
    let messages: Vec<_> = stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(messages.len(), 1, "one message is enough: {}", text(output));
    messages[0].to_owned()
}

/// Asserts that the run is complete, that something was checked, and that no check failed.
fn assert_conforms(what: &str, mut conform: Command) -> Value {
    let output = conform.args(["--format", "json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{what}: {}", text(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let statuses: Vec<_> = report["checks"].as_array().unwrap().iter().map(|check| &check["outcome"]).collect();
    assert!(statuses.iter().any(|status| *status == "pass"), "{what}: nothing was checked: {}", text(&output));
    assert!(statuses.iter().all(|status| *status != "fail"), "{what}: {}", text(&output));
    report
}

/// The number of events of each type in the lines.
fn events_by_type(lines: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in lines.split_terminator('\n') {
        let batch: Value = serde_json::from_str(line).unwrap();
        for event in batch["events"].as_array().into_iter().flatten() {
            *counts.entry(event["event_type"].to_string()).or_default() += 1;
        }
    }
    counts
}

/// Every object of the bucket, by key.
async fn objects(s3: &aws_sdk_s3::Client, bucket: &str) -> BTreeMap<String, String> {
    let mut objects = BTreeMap::new();
    let mut pages = s3.list_objects_v2().bucket(bucket).into_paginator().send();
    while let Some(page) = pages.next().await {
        for key in page.unwrap().contents().iter().filter_map(|object| object.key()) {
            let object = s3.get_object().bucket(bucket).key(key).send().await.unwrap();
            let bytes = object.body.collect().await.unwrap().to_vec();
            objects.insert(key.to_owned(), String::from_utf8(bytes).unwrap());
        }
    }
    objects
}
