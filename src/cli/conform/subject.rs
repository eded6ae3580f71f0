//! What is put to the test.

use std::time::Duration;

use super::engine::{EngineSubject, Ledgers};
use crate::conform::{CommandSubject, Subject};
use crate::settings::S3Url;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Subject")]
pub(super) struct SubjectArgs {
    /// Test this command instead of the engine: `sh` runs it once a case, and MP_FORWARDING_SETTINGS, _INPUT, _BUCKET,
    /// _FOLDER and _ENDPOINT, AWS_REGION and AWS_ACCESS_KEY_ID … tell it what to do (docs/conform.md)
    #[arg(long, value_name = "COMMAND")]
    subject_cmd: Option<String>,
    /// How long the command may take for a case
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "subject_cmd")]
    subject_timeout: u64,
    /// Look at a bucket as it stands, whoever wrote it, by the checks that need no input. Nothing is written; --settings
    /// declares the connection, whose bucket this one stands for
    #[arg(long, value_name = "s3://BUCKET/PREFIX", conflicts_with_all = [
        "subject_cmd", "suite", "cases", "inputs", "seed", "batches", "clock", "create_bucket", "keep_objects", "keep", "evidence",
    ])]
    pub(super) observe: Option<S3Url>,
}

impl SubjectArgs {
    pub(super) fn is_command(&self) -> bool {
        self.subject_cmd.is_some()
    }

    /// The subject; the engine keeps its ledgers in `ledgers`, if somebody wants them.
    pub(super) fn subject(&self, seed: u64, ledgers: Option<Ledgers>) -> Box<dyn Subject> {
        match &self.subject_cmd {
            Some(line) => Box::new(CommandSubject::new(line, Duration::from_secs(self.subject_timeout))),
            None => Box::new(EngineSubject { seed, ledgers }),
        }
    }
}
