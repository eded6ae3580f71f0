//! `mp-forwarding preflight` as a platform team runs it: a healthy bucket on each server, buckets with one fault each
//! and the check that finds it, and invalid input.

mod bad_input;
mod minio;
mod moto;
mod moto_role;
mod seaweedfs;
mod terraform;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mp_forwarding::access::render::{Edition, Inputs, Kind, render};
use mp_forwarding::access::{Catalogue, Partition};
use serde_json::Value;

use crate::support::program::{program_as_root, text};
use crate::support::servers::Server;

/// The program with the root credentials of a server, without the caller's environment.
fn program(arguments: &[&str]) -> Command {
    let mut program = program_as_root();
    program.arg("preflight").args(arguments);
    program
}

/// A settings file that is removed with its folder.
struct SettingsFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

/// Settings of a bucket, with more lines for each table.
fn settings(bucket: &str, connection: &str, configuration: &str, engine: &str) -> SettingsFile {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("connection.toml");
    let text = format!(
        "[configuration]\n{configuration}\n[connection]\ns3_bucket_name = \"{bucket}\"\n\
         store_data_in_folders_by_date = \"none\"\n{connection}\n[engine]\n{engine}\n"
    );
    fs::write(&path, text).unwrap();
    SettingsFile { _folder: folder, path }
}

impl SettingsFile {
    fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }
}

/// A key pair as in the settings.
fn keys(id: &str, secret: &str) -> String {
    format!("access_key_id = \"{id}\"\nsecret_access_key = \"{secret}\"\n")
}

/// The result of a preflight.
struct Outcome {
    what: String,
    code: Option<i32>,
    report: Value,
    text: String,
}

/// Runs a preflight of a bucket on a server.
fn preflight(what: &str, server: &Server, settings: &SettingsFile, arguments: &[&str]) -> Outcome {
    preflight_of(program(arguments), what, server, settings)
}

/// Runs a command with the settings, a server and the report as JSON.
fn preflight_of(mut program: Command, what: &str, server: &Server, settings: &SettingsFile) -> Outcome {
    let endpoint = server.endpoint();
    program.args(["--settings", settings.path(), "--endpoint", &endpoint, "--format", "json"]);
    let output = program.output().unwrap();
    let text = text(&output);
    assert!(!text.contains(Server::SECRET_ACCESS_KEY), "{what}: a secret is shown");
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{what}: {error}: {text}"));
    Outcome { what: what.to_owned(), code: output.status.code(), report, text }
}

impl Outcome {
    fn checks(&self) -> &[Value] {
        self.report["checks"].as_array().unwrap()
    }

    fn check(&self, id: &str) -> &Value {
        let found = self.checks().iter().find(|check| check["id"] == id);
        found.unwrap_or_else(|| panic!("{}: no check `{id}`: {}", self.what, self.text))
    }

    /// The findings of a check.
    fn findings(&self, id: &str) -> Vec<&Value> {
        let all = self.report["findings"].as_array().unwrap();
        all.iter().filter(|finding| finding["check"] == id).collect()
    }

    /// The ids of the checks with this outcome.
    fn ended(&self, outcome: &str) -> Vec<&str> {
        self.checks()
            .iter()
            .filter(|check| check["outcome"] == outcome)
            .map(|check| check["id"].as_str().unwrap())
            .collect()
    }

    /// Asserts that nothing failed and that these checks passed.
    #[track_caller]
    fn is_healthy(&self, passed: &[&str]) {
        assert_eq!((self.code, self.ended("fail")), (Some(0), vec![]), "{}: {}", self.what, self.text);
        for id in passed {
            assert_eq!(self.check(id)["outcome"], "pass", "{}: {id}: {}", self.what, self.text);
        }
        for check in self.checks() {
            let is_reasoned = check["outcome"] == "pass" || check["reason"].as_str().is_some_and(|why| !why.is_empty());
            assert!(is_reasoned, "{}: {check}", self.what);
        }
    }

    /// Asserts that exactly these checks failed, the first with this message and a remedy.
    #[track_caller]
    fn is_broken(&self, failed: &[&str], message: &str) {
        assert_eq!((self.code, self.ended("fail")), (Some(1), failed.to_vec()), "{}: {}", self.what, self.text);
        let findings = self.findings(failed[0]);
        let found = findings.iter().find(|finding| finding["message"].as_str().unwrap().contains(message));
        let found = found.unwrap_or_else(|| panic!("{}: {message}: {}", self.what, self.text));
        assert!(found["severity"] != "note" && found["remedy"].is_string(), "{}: {found}", self.what);
    }

    /// Asserts that a check was skipped with this reason.
    #[track_caller]
    fn skips(&self, id: &str, reason: &str) {
        let check = self.check(id);
        assert_eq!(check["outcome"], "skip", "{}: {}", self.what, self.text);
        assert!(check["reason"].as_str().unwrap().contains(reason), "{}: {check}", self.what);
    }
}

/// A policy for a bucket and the roles of us1, from the templates.
fn policy(kind: Kind, edition: Edition, bucket: &str) -> Value {
    let mut inputs = Inputs::new(bucket.parse().unwrap());
    inputs.roles = Some(Catalogue::built_in().find("us1").unwrap().roles(Partition::Aws));
    render(kind, edition, &inputs).unwrap()
}

/// Compares with the golden file. `MP_FORWARDING_BLESS=1` updates it.
#[track_caller]
fn assert_golden(name: &str, shown: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/preflight").join(name);
    if std::env::var_os("MP_FORWARDING_BLESS").is_some() {
        fs::write(&path, shown).unwrap();
    }
    assert_eq!(shown, fs::read_to_string(&path).unwrap_or_default(), "MP_FORWARDING_BLESS=1 updates it");
}

/// The output without the parts that differ from run to run.
fn shown(server: &Server, settings: &SettingsFile, arguments: &[&str]) -> String {
    let endpoint = server.endpoint();
    let output =
        program(&[&["--settings", settings.path(), "--endpoint", &endpoint], arguments].concat()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap().replace(&endpoint, "http://127.0.0.1:PORT");
    let text = without_time(&text);
    // `in 295 ms` or `in 1.3 s` at the end of the last line.
    match text.rsplit_once(" in ") {
        Some((before, time)) if time.ends_with("s\n") => format!("{before} in 0 ms\n"),
        _ => text,
    }
}

/// Replaces the time in the name of the verification object with zeros.
fn without_time(text: &str) -> String {
    let mark = "mParticle_Bucket_Verification_";
    let mut parts = text.split(mark);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += mark;
        out += "00000000-000000";
        out += part.get(15..).unwrap_or_default();
    }
    out
}
