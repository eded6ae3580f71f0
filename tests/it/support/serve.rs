//! `serve` as a user runs it, and commands that use it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use super::program::program;
use super::servers::Server;

/// The key of the input.
pub(crate) const KEY: &str = "made-up-key";
/// Its secret.
pub(crate) const SECRET: &str = "made-up-secret";

/// A running `serve`, and the S3 behind it.
pub(crate) struct Serve {
    child: Child,
    /// The URL of its Events API.
    pub(crate) url: String,
    /// The URL of the S3.
    pub(crate) endpoint: String,
    /// The variables with the keys of the S3.
    pub(crate) keys: Vec<(String, String)>,
}

/// A program of which no test inherits the environment.
pub(crate) fn quiet_program() -> Command {
    let mut program = program();
    program.env_clear().env("HOME", env!("CARGO_TARGET_TMPDIR")).env("AWS_EC2_METADATA_DISABLED", "true");
    program
}

/// The same with the key and the secret of the input.
pub(crate) fn program_with_secret() -> Command {
    let mut program = quiet_program();
    program.env("MPARTICLE_API_KEY", KEY).env("MPARTICLE_API_SECRET", SECRET);
    program
}

impl Serve {
    /// In front of the built-in S3.
    pub(crate) fn start(settings: &Path, arguments: &[&str]) -> Self {
        let mut serve = Self::spawn(settings, arguments, &[]);
        for line in BufReader::new(serve.child.stderr.as_mut().unwrap()).lines().map_while(Result::ok) {
            let words = line.split([' ', ',']).collect::<Vec<_>>();
            if let Some(found) = words.iter().find(|word| word.starts_with("http://")) {
                serve.endpoint = (*found).to_owned();
                let pairs = words.iter().filter_map(|word| word.split_once('='));
                serve.keys = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                break;
            }
        }
        assert_eq!(serve.keys.len(), 2, "{:?}", serve.keys);
        serve
    }

    /// In front of a bucket of a server, which exists.
    pub(crate) fn start_on(server: &Server, settings: &Path, arguments: &[&str]) -> Self {
        let endpoint = server.endpoint();
        let keys = [("AWS_ACCESS_KEY_ID", Server::ACCESS_KEY_ID), ("AWS_SECRET_ACCESS_KEY", Server::SECRET_ACCESS_KEY)];
        let keys: Vec<_> = keys.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        let arguments = [&["--live", "--endpoint", &endpoint], arguments].concat();
        let mut serve = Self::spawn(settings, &arguments, &keys);
        (serve.endpoint, serve.keys) = (endpoint, keys);
        serve
    }

    /// In front of the bucket of the settings, which have its keys.
    pub(crate) fn start_live(settings: &Path, arguments: &[&str]) -> Self {
        Self::spawn(settings, &[&["--live"], arguments].concat(), &[])
    }

    fn spawn(settings: &Path, arguments: &[&str], keys: &[(String, String)]) -> Self {
        let mut child = program_with_secret()
            .args(["serve", "--listen", "127.0.0.1:0", "--settings"])
            .arg(settings)
            .args(arguments)
            .envs(keys.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut url).unwrap();
        if url.is_empty() {
            let mut message = String::new();
            child.stderr.as_mut().unwrap().read_to_string(&mut message).unwrap();
            panic!("serve did not start: {message}");
        }
        Self { child, url: url.trim().to_owned(), endpoint: String::new(), keys: Vec::new() }
    }

    /// `canary` through it.
    pub(crate) fn canary(&self, settings: &Path) -> Command {
        let mut canary = program_with_secret();
        canary.args(["canary", "--events-url", &self.url, "--endpoint", &self.endpoint, "--poll", "1s", "--settings"]);
        canary.arg(settings).envs(self.keys.iter().map(|(name, value)| (name, value)));
        canary
    }

    /// Ends it at once.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it with SIGTERM.
    pub(crate) fn stop(mut self) -> Output {
        assert!(Command::new("kill").arg(self.child.id().to_string()).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let mut stderr = Vec::new();
        self.child.stderr.take().unwrap().read_to_end(&mut stderr).unwrap();
        Output { status, stdout: Vec::new(), stderr }
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Settings in a new folder whose files close within a second.
pub(crate) fn settings(name: &str, connection: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("connection.toml");
    let text = format!("[connection]\n{connection}\n[engine]\nwindow_seconds = 1\nmax_file_age_seconds = 1\n");
    std::fs::write(&path, text).unwrap();
    path
}
