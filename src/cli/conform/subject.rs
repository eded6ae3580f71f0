//! The subject under test.

use std::time::Duration;

use crate::cli::duration;
use crate::conform::{CommandSubject, Subject};
use crate::engine_subject::{EngineSubject, Ledgers};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Subject")]
pub(super) struct SubjectArgs {
    /// Test this command instead of the engine: `sh` runs it once for each case. It reads MP_FORWARDING_SETTINGS, _INPUT,
    /// _BUCKET, _FOLDER and _ENDPOINT, AWS_REGION and AWS_ACCESS_KEY_ID … (docs/conform.md)
    #[arg(long, value_name = "COMMAND")]
    subject_cmd: Option<String>,
    /// How long the command may take for each case
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration::seconds, requires = "subject_cmd")]
    subject_timeout: u64,
    /// Now `validate`
    #[arg(long, value_name = "s3://BUCKET/PREFIX", hide = true)]
    pub(super) observe: Option<String>,
}

impl SubjectArgs {
    pub(super) fn is_command(&self) -> bool {
        self.subject_cmd.is_some()
    }

    /// The subject. The engine writes its ledgers to `ledgers`, if given.
    pub(super) fn subject(&self, seed: u64, ledgers: Option<Ledgers>) -> Box<dyn Subject> {
        match &self.subject_cmd {
            Some(line) => Box::new(CommandSubject::new(line, Duration::from_secs(self.subject_timeout))),
            None => {
                let subject = EngineSubject::new(seed);
                Box::new(match ledgers {
                    Some(ledgers) => subject.keep_ledgers(ledgers),
                    None => subject,
                })
            }
        }
    }
}
