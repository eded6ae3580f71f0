//! Runs any program as a subject. Environment variables give the settings, the input and the bucket.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use async_trait::async_trait;
use tokio::process::Command;

use super::forwarder::{Subject, SubjectError};
use crate::conform::cases::Scenario;
use crate::report::Fates;
use crate::store::{CredentialSource, OF_A_SUBJECT, temporary_folder};

/// The number of bytes from the end of a failed command's output that are shown.
const SHOWN: u64 = 4 * 1024;

/// A forwarder that is a command. `sh -c` runs it once for each case.
///
/// | variable | meaning |
/// |---|---|
/// | `MP_FORWARDING_SETTINGS` | the case's settings, a JSON file for
/// [`Settings::load`](crate::settings::Settings::load) |
/// | `MP_FORWARDING_INPUT` | the batches, a file of newline-delimited JSON |
/// | `MP_FORWARDING_BUCKET` | the bucket |
/// | `MP_FORWARDING_FOLDER` | `folder_name`; empty if there is none |
/// | `MP_FORWARDING_ENDPOINT`, `AWS_ENDPOINT_URL_S3` | the S3 server; not set if it is AWS itself |
/// | `AWS_REGION`, `AWS_DEFAULT_REGION` | the region to sign for |
/// | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` | the keys; not set if they come from the standard AWS credential
/// chain |
///
/// Exit code 0 means that everything was forwarded. With any other exit code the case fails.
#[derive(Debug, Clone)]
pub struct CommandSubject {
    line: String,
    timeout: Duration,
}

impl CommandSubject {
    /// A command line, and its timeout for each case.
    pub fn new(line: impl Into<String>, timeout: Duration) -> Self {
        Self { line: line.into(), timeout }
    }

    fn command(&self, scenario: &Scenario, folder: &Path, output: &File) -> io::Result<Command> {
        let target = &scenario.target;
        let mut settings = scenario.settings.clone();
        if let Some(endpoint) = target.endpoint.as_deref().and_then(|endpoint| endpoint.parse().ok()) {
            settings.engine.endpoint = Some(endpoint);
        }
        let (settings_file, input_file) = (folder.join("settings.json"), folder.join("input.ndjson"));
        std::fs::write(&settings_file, settings.to_json())?;
        std::fs::write(&input_file, &scenario.input)?;
        let mut command = Command::new("sh");
        command.arg("-c").arg(&self.line).stdin(Stdio::null()).kill_on_drop(true);
        command.stdout(output.try_clone()?).stderr(output.try_clone()?);
        #[cfg(unix)]
        command.process_group(0);
        let folder_name = settings.connection.folder_name.as_ref().map_or("", |folder| folder.as_str());
        command
            .env("MP_FORWARDING_SETTINGS", settings_file)
            .env("MP_FORWARDING_INPUT", input_file)
            .env("MP_FORWARDING_BUCKET", &target.bucket)
            .env("MP_FORWARDING_FOLDER", folder_name)
            .env("AWS_REGION", &target.region)
            .env("AWS_DEFAULT_REGION", &target.region);
        if let Some(endpoint) = &target.endpoint {
            command.env("MP_FORWARDING_ENDPOINT", endpoint).env("AWS_ENDPOINT_URL_S3", endpoint);
        }
        if let CredentialSource::Keys { access_key_id, secret_access_key } = &target.credentials {
            command.env("AWS_ACCESS_KEY_ID", access_key_id).env("AWS_SECRET_ACCESS_KEY", secret_access_key);
            command.env_remove("AWS_SESSION_TOKEN").env_remove("AWS_PROFILE");
        }
        Ok(command)
    }
}

#[async_trait]
impl Subject for CommandSubject {
    fn name(&self) -> String {
        format!("`{}`", self.line)
    }

    async fn forward(&self, scenario: &Scenario) -> Result<Option<Fates>, SubjectError> {
        let failed = |error: io::Error| SubjectError(format!("`{}` cannot be run: {error}", self.line));
        let folder = temporary_folder(OF_A_SUBJECT).map_err(failed)?;
        let mut output = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(folder.path().join("output"))
            .map_err(failed)?;
        let mut child = self.command(scenario, folder.path(), &output).and_then(|mut it| it.spawn()).map_err(failed)?;
        let mut group = Group(child.id());
        let ended = tokio::time::timeout(self.timeout, child.wait()).await;
        let why = match ended {
            Ok(Ok(status)) => {
                // Child processes that are still running are not killed.
                group.0 = None;
                if status.success() {
                    return Ok(None);
                }
                format!("it ended with {status}")
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => {
                drop(group);
                format!("it did not end within {} s (--subject-timeout)", self.timeout.as_secs())
            }
        };
        let shown = tail(&mut output).map_err(failed)?;
        let shown =
            if shown.is_empty() { " without output".to_owned() } else { format!("; its last output:\n{shown}") };
        Err(SubjectError(format!("`{}`: {why}{shown}", self.line)))
    }
}

/// A process and its child processes, killed when this is dropped.
struct Group(Option<u32>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            let killed = std::process::Command::new("kill").args(["-KILL", "--", &format!("-{leader}")]).output();
            if let Err(error) = killed {
                tracing::warn!(%error, "the subject's processes cannot be ended");
            }
        }
    }
}

/// The end of the output.
fn tail(output: &mut File) -> io::Result<String> {
    let length = output.seek(SeekFrom::End(0))?;
    output.seek(SeekFrom::Start(length.saturating_sub(SHOWN)))?;
    let mut bytes = Vec::new();
    output.take(SHOWN).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim();
    let visible = text.chars().map(|c| if c.is_control() && c != '\n' && c != '\t' { '\u{fffd}' } else { c });
    Ok(visible.collect())
}
