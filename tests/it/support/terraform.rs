//! Runs Terraform in its own folder with a copy of `terraform/`.
//!
//! If Terraform is not installed, its tests are skipped. Tests that need the AWS provider are also skipped if neither
//! Terraform's own configuration (`TF_CLI_CONFIG_FILE`) nor `MP_FORWARDING_TERRAFORM_PROVIDERS` gives its location.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::tools::skip;

/// The source of the AWS provider: a folder that is a filesystem mirror, or `registry`.
const PROVIDERS: &str = "MP_FORWARDING_TERRAFORM_PROVIDERS";

/// The committed modules and examples.
pub(crate) fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("terraform")
}

/// Terraform, or OpenTofu in its place.
fn program() -> OsString {
    std::env::var_os("MP_FORWARDING_TERRAFORM").unwrap_or_else(|| "terraform".into())
}

/// A copy of `terraform/` in which Terraform runs.
pub(crate) struct Terraform {
    folder: tempfile::TempDir,
    /// The value of `TF_CLI_CONFIG_FILE`. None for the registry.
    config: Option<PathBuf>,
}

/// The result of a run.
pub(crate) struct Run {
    pub(crate) succeeded: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Terraform {
    /// For tests without a provider. None if Terraform is not installed.
    pub(crate) fn installed() -> Option<Self> {
        match Command::new(program()).arg("version").env("CHECKPOINT_DISABLE", "1").output() {
            Ok(output) if output.status.success() => {}
            _ => {
                skip("Terraform is not installed");
                return None;
            }
        }
        let folder = tempfile::tempdir().unwrap();
        copy(&modules(), folder.path());
        // Replaces the user's own configuration.
        let config = folder.path().join("terraform.rc");
        fs::write(&config, "").unwrap();
        Some(Self { folder, config: Some(config) })
    }

    /// For tests with the AWS provider. None if its location is not given.
    pub(crate) fn with_provider() -> Option<Self> {
        let own = std::env::var_os("TF_CLI_CONFIG_FILE").map(PathBuf::from).filter(|file| file.is_file());
        let from = std::env::var_os(PROVIDERS);
        if own.is_none() && from.is_none() {
            skip(&format!("neither TF_CLI_CONFIG_FILE nor {PROVIDERS} says where AWS's provider is"));
            return None;
        }
        let mut terraform = Self::installed()?;
        match from {
            Some(from) if own.is_none() && from != "registry" => {
                let mirror = fs::canonicalize(&from).unwrap_or_else(|error| panic!("{PROVIDERS} {from:?}: {error}"));
                let text =
                    format!("provider_installation {{\n  filesystem_mirror {{\n    path = {mirror:?}\n  }}\n}}\n");
                fs::write(terraform.folder().join("terraform.rc"), text).unwrap();
            }
            _ => terraform.config = own,
        }
        Some(terraform)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs Terraform in a folder of the copy, with any exit code.
    pub(crate) fn try_run(&self, folder: &str, arguments: &[&str]) -> Run {
        let mut command = Command::new(program());
        command.args(arguments).arg("-no-color").current_dir(self.folder().join(folder));
        command.env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        match &self.config {
            Some(config) => command.env("TF_CLI_CONFIG_FILE", config),
            None => command.env_remove("TF_CLI_CONFIG_FILE"),
        };
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Run { succeeded: output.status.success(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs Terraform in a folder of the copy and returns its output.
    pub(crate) fn run(&self, folder: &str, arguments: &[&str]) -> String {
        let run = self.try_run(folder, arguments);
        assert!(run.succeeded, "{folder}: terraform {arguments:?}\n{}{}", run.stdout, run.stderr);
        run.stdout
    }

    pub(crate) fn init(&self, folder: &str) {
        // Terraform's plugin cache does not support concurrent `init`.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        self.run(folder, &["init", "-backend=false", "-input=false"]);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            // Files of an earlier `terraform init`.
            true if entry.file_name() == ".terraform" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
