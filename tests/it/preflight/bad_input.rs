//! Invalid input. It is reported before any request, or with the first answer of the server, always with a remedy.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;

use super::{SettingsFile, program, settings, text};

fn run(file: &SettingsFile, arguments: &[&str]) -> Output {
    program(&[&["--settings", file.path()], arguments].concat()).output().unwrap()
}

#[test]
fn invalid_options_are_usage_errors() {
    let good = "mp-forwarding-acme";
    let long = "m".repeat(64);
    for (bucket, connection, engine, arguments, expected) in [
        ("acme-events", "", "", &[][..], "rename the bucket"),
        ("mp-forwarding-acme.events", "", "", &[], "use hyphens"),
        ("mp-forwarding-Acme", "", "", &[], "only lower-case letters"),
        (&long, "", "", &[], "3 to 63 are allowed"),
        (good, "", "", &["--pod", "eu9"], "known as of 2023-10: `us1`, `us2`, `eu1`, `au1`"),
        (good, "", "", &["--edition", "lax"], "possible values: documented, strict, minio"),
        (good, "", "iam_user = \"arn:aws:iam::111122223333:user/x\"", &[], "without its ARN and path"),
        (good, "", "", &["--no-write", "--cleanup"], "cannot be used with"),
    ] {
        let output = run(&settings(bucket, connection, "", engine), arguments);
        let said = text(&output);
        assert!(output.status.code() == Some(2) && said.contains(expected), "{bucket}: {expected}: {said}");
    }
}

#[test]
fn an_unreachable_endpoint_is_named() {
    let output = run(&settings("mp-forwarding-acme", "", "", ""), &["--endpoint", "http://127.0.0.1:9"]);
    let said = text(&output);
    assert!(
        output.status.code() == Some(3) && said.contains("127.0.0.1:9") && said.contains("check the endpoint"),
        "{said}"
    );
}

#[test]
fn missing_credentials_are_reported_with_the_places_to_set_them() {
    let file = settings("mp-forwarding-acme", "", "", "");
    let mut program = program(&["--settings", file.path(), "--endpoint", "http://127.0.0.1:9"]);
    let output = program.env_remove("AWS_ACCESS_KEY_ID").output().unwrap();
    assert!(output.status.code() == Some(3) && text(&output).contains("use `--profile`"), "{}", text(&output));
}

/// A test double that gives the same answer to every request, for errors that only AWS returns.
fn double(answers: impl Fn(&str) -> String + Send + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    // It ends with the process of the test.
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
                head.push(byte[0]);
            }
            let request = String::from_utf8_lossy(&head).into_owned();
            let _ = stream.write_all(answers(&request).as_bytes());
        }
    });
    endpoint
}

fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

fn error(code: &str) -> String {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>its words</Message></Error>")
}

#[test]
fn expired_credentials_are_reported_with_a_remedy() {
    let endpoint = double(|request| match request.starts_with("HEAD") {
        true => answer("400 Bad Request", "", ""),
        false => answer("400 Bad Request", "", &error("ExpiredToken")),
    });
    let output = run(&settings("mp-forwarding-acme", "", "", ""), &["--endpoint", &endpoint]);
    let said = text(&output);
    assert!(output.status.code() == Some(3) && said.contains("ExpiredToken"), "{said}");
    assert!(said.contains("get new credentials") && !said.contains("only-for-tests"), "{said}");
}

#[test]
fn a_bucket_in_another_region_is_read_there_and_not_written_to() {
    let endpoint = double(|request| {
        let place = "x-amz-bucket-region: eu-central-1\r\n";
        let is_signed_for_it = request.contains("/eu-central-1/s3/aws4_request");
        match (request.split(' ').next(), is_signed_for_it) {
            (Some("HEAD"), _) => answer("301 Moved Permanently", place, ""),
            (Some("GET"), true) => answer("404 Not Found", place, &error("NoSuchBucketPolicy")),
            (Some("GET"), false) => answer("301 Moved Permanently", place, &error("PermanentRedirect")),
            _ => answer("501 Not Implemented", "", &error("NotImplemented")),
        }
    });
    let output = run(
        &settings("mp-forwarding-acme", "", "", ""),
        &["--endpoint", &endpoint, "--pod", "us1", "--format", "json"],
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let check = |id: &str| report["checks"].as_array().unwrap().iter().find(|check| check["id"] == id).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["check"] == "region").unwrap();
    let remedy = finding["remedy"].as_str().unwrap();
    assert!(output.status.code() == Some(1) && remedy.contains("to `eu-central-1`"), "{}", text(&output));
    // The policy was requested in the right region. The answer is that there is none.
    assert_eq!(check("may-write")["outcome"], "fail");
    assert!(check("write")["reason"].as_str().unwrap().contains("eu-central-1"), "{}", text(&output));
    assert_eq!(report["summary"]["verification_object"], serde_json::Value::Null);
}

#[test]
fn credentials_without_permissions_are_no_pass() {
    let endpoint = double(|request| match request.starts_with("HEAD") {
        true => answer("403 Forbidden", "", ""),
        false => answer("403 Forbidden", "", &error("AccessDenied")),
    });
    let output = run(
        &settings("mp-forwarding-acme", "", "", ""),
        &["--endpoint", &endpoint, "--pod", "us1", "--format", "json"],
    );
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let missing: Vec<&str> =
        report["checks"].as_array().unwrap().iter().filter_map(|check| check["missing_permission"].as_str()).collect();
    for permission in [
        "s3:ListBucket",
        "s3:GetBucketPolicy",
        "s3:GetBucketPublicAccessBlock",
        "s3:GetBucketOwnershipControls",
        "s3:GetEncryptionConfiguration",
        "s3:GetLifecycleConfiguration",
        "s3:PutObject",
    ] {
        assert!(missing.contains(&permission), "{permission}: {missing:?}");
    }
}

#[test]
fn a_deadline_ends_the_run_and_names_the_object_that_may_remain() {
    // It accepts every request and answers only the first.
    let endpoint = double(|request| match request.starts_with("PUT") {
        true => {
            std::thread::sleep(std::time::Duration::from_secs(20));
            String::new()
        }
        false => answer("403 Forbidden", "", &error("AccessDenied")),
    });
    let output = run(
        &settings("mp-forwarding-acme", "", "", ""),
        &["--endpoint", &endpoint, "--pod", "us1", "--timeout", "3", "--format", "json"],
    );
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["summary"]["verification_object"]["state"], "unconfirmed", "{}", text(&output));
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_run_and_names_the_object_that_may_remain() {
    let (sender, puts) = std::sync::mpsc::channel();
    let endpoint = double(move |request| match request.starts_with("PUT") {
        true => {
            let _ = sender.send(());
            std::thread::sleep(std::time::Duration::from_secs(20));
            String::new()
        }
        false => answer("403 Forbidden", "", &error("AccessDenied")),
    });
    let file = settings("mp-forwarding-acme", "", "", "");
    let child = program(&["--settings", file.path(), "--endpoint", &endpoint, "--pod", "us1"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    puts.recv_timeout(std::time::Duration::from_secs(60)).unwrap();
    let signal = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    let output = child.wait_with_output().unwrap();
    let said = text(&output);
    assert!(output.status.code() == Some(3) && said.contains("INCOMPLETE: 0 passed"), "{said}");
    assert!(said.contains("mParticle_Bucket_Verification_") && said.contains("may be in the bucket"), "{said}");
}
