//! Sets the commit that the program was built from: git's in a checkout, cargo's record in a published crate.

use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // In a worktree, the log of HEAD is outside `.git`.
    for watched in [git(&["rev-parse", "--git-path", "logs/HEAD"]), Some(".cargo_vcs_info.json".to_owned())] {
        if let Some(watched) = watched.filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={watched}");
        }
    }
    println!("cargo:rustc-env=MP_FORWARDING_COMMIT={}", commit().unwrap_or_default());
}

fn commit() -> Option<String> {
    let published = std::fs::read_to_string(".cargo_vcs_info.json").ok();
    let published = published.and_then(|text| Some(text.split_once("\"sha1\": \"")?.1.split('"').next()?.to_owned()));
    // A folder inside another repository is not a checkout of this one.
    let long = published.or_else(|| git(&["rev-parse", "HEAD"]).filter(|_| Path::new(".git").exists()));
    long.map(|commit| commit.chars().take(12).collect())
}

/// The output of git, if it is installed and succeeds.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
