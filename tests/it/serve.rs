//! `serve` with input that it cannot use, and how it ends.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::embedded::{self, Embedded};
use crate::support::program::{assert_code, text};
use crate::support::serve::{KEY, SECRET, Serve, program_with_secret, quiet_program};

const BATCH: &str = r#"{"environment":"development","user_identities":{"customer_id":"c"},"events":[{"event_type":"custom_event","data":{"event_name":"a","custom_event_type":"other"}}]}"#;

fn settings(name: &str) -> PathBuf {
    let connection = "s3_bucket_name = \"mp-forwarding-serve\"\nstore_data_in_folders_by_date = \"none\"";
    crate::support::serve::settings(&format!("serve-{name}"), connection)
}

/// Sends a batch with curl, as a user would. Returns the status.
fn send(url: &str) -> String {
    let mut curl = Command::new("curl");
    curl.args([
        "--silent",
        "--output",
        "/dev/null",
        "--write-out",
        "%{http_code}",
        "--user",
        &format!("{KEY}:{SECRET}"),
    ]);
    curl.args(["--header", "content-type: application/json", "--data", BATCH, &format!("{url}/v2/events")]);
    String::from_utf8(curl.output().unwrap().stdout).unwrap()
}

#[test]
fn serve_refuses_what_it_cannot_use() {
    let settings = settings("refused");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let full = settings.with_file_name("not-empty");
    fs::create_dir(&full).unwrap();
    fs::write(full.join("x"), "").unwrap();
    let full = full.to_str().unwrap();
    let serve = |arguments: &[&str]| {
        let mut serve = quiet_program();
        serve.args(["serve", "--settings"]).arg(&settings).args(arguments);
        serve
    };
    for (arguments, says) in [
        (&["--listen", &*taken][..], "cannot listen on 127.0.0.1"),
        (&["--listen", &*taken], "choose another with --listen"),
        (&["--listen", "localhost"], "such as `127.0.0.1:8080`"),
        (&["--listen", "0.0.0.0:0"], "MPARTICLE_API_KEY and MPARTICLE_API_SECRET"),
        (&["--live"], "MPARTICLE_API_KEY and MPARTICLE_API_SECRET"),
        (&["--endpoint", "http://127.0.0.1:9"], "MPARTICLE_API_KEY and MPARTICLE_API_SECRET"),
        (&["--keep", full], "is not empty"),
        (&["--state", full], "--live"),
        (&["--fault", "gone"], "unknown fault `gone` (known: late, "),
        (&["--allow-origin", "a\nb"], "https://host"),
        (&["--quarantine", "nowhere/bad.ndjson"], "nowhere/bad.ndjson"),
    ] {
        let output = assert_code(2, &mut serve(arguments));
        assert!(text(&output).contains(says), "{arguments:?}: {}", text(&output));
    }
    let output = assert_code(2, serve(&[]).env("MPARTICLE_API_SECRET", SECRET));
    assert!(text(&output).contains("MPARTICLE_API_KEY is not set"), "{}", text(&output));
    assert!(!text(&output).contains(SECRET), "{}", text(&output));
    let output = assert_code(2, serve(&[]).env("MPARTICLE_API_KEY", "xx yy").env("MPARTICLE_API_SECRET", SECRET));
    assert!(
        text(&output).contains("MPARTICLE_API_KEY has a blank") && !text(&output).contains("xx"),
        "{}",
        text(&output)
    );
}

#[test]
fn an_interrupted_server_writes_what_it_has_accepted() {
    let settings = settings("interrupted");
    let objects = settings.with_file_name("objects");
    let mut serve = program_with_secret();
    serve.args(["serve", "--listen", "127.0.0.1:0", "--format", "json", "--settings"]).arg(&settings);
    serve.arg("--keep").arg(&objects).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = serve.spawn().unwrap();
    let mut url = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut url).unwrap();
    assert_eq!(send(url.trim()), "202");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let mut report = String::new();
    std::io::Read::read_to_string(&mut stdout, &mut report).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert_eq!((&report["fates"]["written"], &report["complete"]), (&1.into(), &true.into()), "{report}");
    let written: Vec<_> = fs::read_dir(objects.join("mp-forwarding-serve")).unwrap().collect();
    assert_eq!(written.len(), 1, "{written:?}");
}

#[test]
fn a_full_disk_behind_the_built_in_s3_leaves_batches_pending() {
    let settings = settings("full");
    let full = settings.with_file_name("objects");
    fs::create_dir(&full).unwrap();
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=4k", "tmpfs"]).arg(&full).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        eprintln!(
            "skipped: a_full_disk_behind_the_built_in_s3_leaves_batches_pending: no file system can be mounted here"
        );
        return;
    }
    let typed = fs::read_to_string(&settings).unwrap() + "deadline_seconds = 2\n";
    fs::write(&settings, typed).unwrap();
    let serve = Serve::start(&settings, &["--keep", full.to_str().unwrap()]);
    let accepted = (0..50).filter(|_| send(&serve.url) == "202").count();
    let stopped = serve.stop();
    assert!(Command::new("umount").arg(&full).status().unwrap().success());
    assert_eq!((accepted, stopped.status.code()), (50, Some(3)), "{}", text(&stopped));
}

#[test]
fn with_a_state_everything_that_was_accepted_survives_a_kill_and_is_written_once() {
    let server = Embedded::start();
    let folder = tempfile::tempdir().unwrap();
    let settings = embedded::settings(folder.path(), &server, "");
    let text_of = fs::read_to_string(&settings).unwrap();
    let soon = "[engine]\nwindow_seconds = 2\nmax_file_age_seconds = 1\n";
    fs::write(&settings, text_of.replace("[engine]\n", soon)).unwrap();
    let state = folder.path().join("state").display().to_string();
    let serve = Serve::start_live(&settings, &["--state", &state]);
    let accepted = (0..20).filter(|_| send(&serve.url) == "202").count();
    // Another process cannot have the state.
    let mut second = program_with_secret();
    second.args(["serve", "--listen", "127.0.0.1:0", "--live", "--state", &state, "--settings"]).arg(&settings);
    let refused = assert_code(2, &mut second);
    assert!(text(&refused).contains("another process uses the state"), "{}", text(&refused));
    serve.kill();

    let serve = Serve::start_live(&settings, &["--state", &state]);
    let accepted = accepted + usize::from(send(&serve.url) == "202");
    let events = || {
        let lines = server.objects().into_iter().flat_map(|object| {
            let text = String::from_utf8(object.text.unwrap()).unwrap();
            text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()).collect::<Vec<_>>()
        });
        let events = lines.flat_map(|batch| batch["events"].as_array().unwrap().clone());
        let mut ids: Vec<String> = events.map(|event| event["data"]["event_id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        let all = ids.len();
        ids.dedup();
        (all, ids.len())
    };
    let until = Instant::now() + Duration::from_secs(60);
    while events().0 < accepted && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(200));
    }
    let stopped = serve.stop();
    assert_eq!((accepted, events(), stopped.status.code()), (21, (21, 21), Some(0)), "{}", text(&stopped));
    assert!(text(&stopped).contains("before they are accepted"), "{}", text(&stopped));

    // What is open at the end stays in the state.
    let serve = Serve::start_live(&settings, &["--state", &state]);
    assert_eq!(send(&serve.url), "202");
    let stopped = serve.stop();
    assert_eq!(stopped.status.code(), Some(3), "{}", text(&stopped));
    // Events of the starts before are read again with it, and are not pending.
    assert!(text(&stopped).contains("\n1 event is pending in the state"), "{}", text(&stopped));
}
