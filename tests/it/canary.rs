//! `canary` against `serve`: both as a user runs them, with the built-in S3 between them. The faults are those of `serve --fault`.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::support::program::{assert_code, program, text};

const KEY: &str = "made-up-key";
const SECRET: &str = "made-up-secret";

/// A program of which no test inherits the environment.
fn quiet_program() -> Command {
    let mut program = program();
    program.env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).env("AWS_EC2_METADATA_DISABLED", "true");
    program
}

/// A running `serve`, and where it and its built-in S3 are.
struct Serve {
    child: Child,
    url: String,
    endpoint: String,
    keys: Vec<(String, String)>,
}

impl Serve {
    fn start(settings: &Path, arguments: &[&str]) -> Self {
        let mut child = quiet_program()
            .args(["serve", "--listen", "127.0.0.1:0", "--settings"])
            .arg(settings)
            .args(arguments)
            .env("MPARTICLE_API_KEY", KEY)
            .env("MPARTICLE_API_SECRET", SECRET)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
        let (mut endpoint, mut keys) = (String::new(), Vec::new());
        for line in BufReader::new(child.stderr.as_mut().unwrap()).lines().map_while(Result::ok) {
            let words = line.split([' ', ',']).collect::<Vec<_>>();
            if let Some(found) = words.iter().find(|word| word.starts_with("http://")) {
                endpoint = (*found).to_owned();
                let pairs = words.iter().filter_map(|word| word.split_once('='));
                keys = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                break;
            }
        }
        assert_eq!(keys.len(), 2, "{keys:?}");
        Self { child, url: url.trim().to_owned(), endpoint, keys }
    }

    fn canary(&self, settings: &Path) -> Command {
        let mut canary = quiet_program();
        canary.args(["canary", "--events-url", &self.url, "--endpoint", &self.endpoint, "--poll", "1s", "--settings"]);
        canary.arg(settings).env("MPARTICLE_API_KEY", KEY).env("MPARTICLE_API_SECRET", SECRET);
        canary.envs(self.keys.iter().map(|(name, value)| (name, value)));
        canary
    }

    fn stop(mut self) -> Output {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let status = self.child.wait().unwrap();
        Output { status, stdout: Vec::new(), stderr: Vec::new() }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("canary-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Settings whose files close within a second.
fn settings(name: &str, connection: &str) -> PathBuf {
    let path = folder(name).join("connection.toml");
    let text = format!(
        "[connection]\ns3_bucket_name = \"mp-forwarding-canary\"\n{connection}\n[engine]\nwindow_seconds = 1\nmax_file_age_seconds = 1\n"
    );
    std::fs::write(&path, text).unwrap();
    path
}

const DATED: &str = "store_data_in_folders_by_date = \"event_time\"\nfolder_name = \"exports\"";

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", text(output)))
}

fn outcome<'a>(report: &'a Value, id: &str) -> &'a str {
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id}: {report}"));
    check["outcome"].as_str().unwrap()
}

#[test]
fn what_is_sent_arrives_as_the_settings_say() {
    let connection =
        format!("{DATED}\nsend_screen_views = false\nuse_compression = true\ninclude_location_information = false");
    let settings = settings("green", &connection);
    let serve = Serve::start(&settings, &[]);
    let metrics = settings.with_file_name("canary.prom");
    let mut canary = serve.canary(&settings);
    let output = assert_code(0, canary.args(["--wait", "60s", "--format", "json", "--metrics-file"]).arg(&metrics));
    let report = report(&output);
    assert_eq!(report["summary"]["arrived"], 8, "{report}");
    assert_eq!(report["summary"]["filtered"], 1, "{report}");
    assert_eq!(report["summary"]["missing"], 0, "{report}");
    for id in [
        "arrived",
        "filtered",
        "once",
        "content",
        "file-names",
        "folder-name",
        "date-folders",
        "lines",
        "compression",
        "schema",
        "settings",
    ] {
        assert_eq!(outcome(&report, id), "pass", "{id}: {report}");
    }
    let metrics = std::fs::read_to_string(metrics).unwrap();
    assert!(metrics.contains("\nmp_forwarding_canary_success 1\n"), "{metrics}");
    assert!(metrics.contains("\nmp_forwarding_canary_events_arrived 8\n"), "{metrics}");
    let printed = text(&output);
    assert!(!printed.contains(SECRET) && !printed.contains(KEY), "{printed}");
    assert_eq!(serve.stop().status.code(), Some(0));
}

/// Each fault of an export, and the check that finds it.
#[test]
fn every_fault_of_an_export_is_found_by_its_clause() {
    let faults: &[(&str, &str, i32)] = &[
        ("late", "arrived", 3),
        ("lost", "arrived", 1),
        ("twice", "once", 1),
        ("altered", "content", 1),
        ("folder", "date-form", 1),
        ("date", "date-folders", 1),
        ("name", "file-names", 1),
        ("compression", "compression", 1),
        ("encryption", "encryption", 1),
        ("digits", "content", 1),
        ("framing", "arrived", 1),
        ("environment", "schema", 1),
        ("setting", "settings", 1),
    ];
    std::thread::scope(|scope| {
        for (fault, check, code) in faults {
            scope.spawn(move || {
                let connection =
                    "store_data_in_folders_by_date = \"event_time\"\nserver_side_encryption_method = \"AES256\"";
                let settings = settings(fault, connection);
                let serve = Serve::start(&settings, &["--fault", fault]);
                let wait = if *fault == "late" { "3s" } else { "15s" };
                let mut canary = serve.canary(&settings);
                let output = canary.args(["--wait", wait, "--format", "json"]).output().unwrap();
                assert_eq!(output.status.code(), Some(*code), "{fault}: {}", text(&output));
                assert_eq!(outcome(&report(&output), check), "fail", "{fault}: {}", text(&output));
            });
        }
    });
}

#[test]
fn canary_refuses_what_it_cannot_use_before_it_sends() {
    let settings = settings("refused", DATED);
    let canary = |arguments: &[&str]| {
        let mut canary = quiet_program();
        canary.args(["canary", "--settings"]).arg(&settings).args(arguments);
        canary
    };
    for (arguments, says) in [
        (&["--events-url", "http://s2s.us1.mparticle.com"][..], "unencrypted"),
        (&["--events-url", "https://user:pass@host"], "user name or a password"),
        (&["--pod", "mars"], "unknown pod `mars`"),
        (&["--pod", "us1", "--environment", "production"], "--yes"),
        (&["--pod", "us1", "--event-types", "uninstall"], "`uninstall`"),
        (&["--pod", "us1", "--data-plan", "plan"], "ID:VERSION"),
        (&["--pod", "us1", "--wait", "soon"], "20m"),
    ] {
        let output =
            assert_code(2, canary(arguments).env("MPARTICLE_API_KEY", KEY).env("MPARTICLE_API_SECRET", SECRET));
        assert!(text(&output).contains(says), "{arguments:?}: {}", text(&output));
    }
    let output = assert_code(2, canary(&["--pod", "us1"]).env("MPARTICLE_API_KEY", KEY));
    assert!(text(&output).contains("MPARTICLE_API_SECRET is not set"), "{}", text(&output));
    assert!(!text(&output).contains(KEY));
}

#[test]
fn wrong_credentials_and_an_unreachable_api_are_no_findings() {
    let settings = settings("credentials", DATED);
    let serve = Serve::start(&settings, &[]);
    let output = assert_code(3, serve.canary(&settings).args(["--wait", "5s"]).env("MPARTICLE_API_SECRET", "another"));
    assert!(text(&output).contains("403: the key or the secret is wrong"), "{}", text(&output));
    let mut canary = serve.canary(&settings);
    canary.args(["--wait", "1s", "--format", "json"]);
    let url = serve.url.clone();
    let port_is_free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = assert_code(
        3,
        quiet_program()
            .args(["canary", "--wait", "1s", "--events-url", &format!("http://127.0.0.1:{port_is_free}"), "--settings"])
            .arg(&settings)
            .args(["--endpoint", &serve.endpoint])
            .envs(serve.keys.iter().map(|(name, value)| (name, value)))
            .env("MPARTICLE_API_KEY", KEY)
            .env("MPARTICLE_API_SECRET", SECRET),
    );
    assert!(text(&output).contains("did not accept the request in time"), "{url}: {}", text(&output));
}
