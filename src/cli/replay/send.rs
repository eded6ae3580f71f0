//! Sends the batches of `replay` to the Events API.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::cli::confirm::typed_yes;
use crate::cli::interrupt::interrupted;
use crate::cli::target::url_of_pod;
use crate::cli::value::number;
use crate::cli::{ExitCode, Failure};
use crate::events_api::{Client, Credentials, EventsUrl};
use crate::replay::{BatchSender, Restore, SendCounts, SendError, SendOptions, SentLog};
use crate::report::model::{Check, Finding, Outcome, Severity, counted};
use crate::report::summary::SentBatches;

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Send")]
pub(super) struct SendArgs {
    /// Send the batches to the Events API of an input. They reach every output of the input and cannot be recalled
    #[arg(long, requires = "state", conflicts_with = "out")]
    send: bool,
    /// The pod that hosts your organisation's data, such as us1
    #[arg(long, value_name = "POD", requires = "send")]
    pod: Option<String>,
    /// The base URL of the Events API instead of the pod's; https, unless it is a loopback address
    #[arg(long, value_name = "URL", requires = "send", conflicts_with = "pod")]
    events_url: Option<EventsUrl>,
    /// Send without asking
    #[arg(long, requires = "send")]
    yes: bool,
    /// Record in this folder (mode 0700) which batches were sent: later runs with it do not send them again
    #[arg(long, value_name = "DIR", requires = "send")]
    state: Option<PathBuf>,
    /// Also send batches again whose answer was lost in an earlier run: mParticle may then have them twice
    #[arg(long, requires = "send")]
    resend: bool,
    /// Send at most N requests per second
    #[arg(long, value_name = "N", requires = "send", default_value = "5", value_parser = number::<NonZeroU32>(1..=1_000))]
    rate: NonZeroU32,
}

/// Where batches are sent, and the log of those that were sent.
pub(super) struct Sending {
    client: Client,
    url: EventsUrl,
    log: SentLog,
    options: SendOptions,
    stop: watch::Receiver<bool>,
}

impl SendArgs {
    /// Checks everything that sending needs, and asks; `None` without `--send`.
    pub(super) fn start(
        &self,
        restore: Restore,
        deadline: Duration,
        runtime: &Runtime,
    ) -> Result<Option<Sending>, Failure> {
        let Some(folder) = self.state.as_deref().filter(|_| self.send) else { return Ok(None) };
        let url = match (&self.events_url, &self.pod) {
            (Some(url), _) => url.clone(),
            (None, pod) => url_of_pod(pod.as_deref(), "--pod, or use --events-url")?,
        };
        let credentials = Credentials::required().map_err(Failure::usage)?;
        if !self.yes {
            let question = format!(
                "Is the data plan changed? The same events are blocked again otherwise. Send the batches to {url}? They \
                 reach every output of this input."
            );
            typed_yes(&question, "batches that are sent cannot be recalled: confirm it with --yes")?;
        }
        let log = SentLog::open(folder, &described(&url, restore)).map_err(Failure::usage)?;
        let (stopping, stop) = watch::channel(false);
        let _inside = runtime.enter();
        let signal = interrupted();
        runtime.spawn(async move {
            signal.await;
            stopping.send_replace(true);
            // The receivers see the end of this task as the end of all signals.
            std::future::pending::<()>().await;
        });
        let client = Client::new(url.clone(), &credentials).map_err(Failure::usage)?;
        let options = SendOptions { resend: self.resend, per_second: self.rate, deadline };
        Ok(Some(Sending { client, url, log, options, stop }))
    }
}

/// What the batches of every run with one state have in common.
fn described(url: &EventsUrl, restore: Restore) -> String {
    let restored = match (restore.attributes, restore.identities) {
        (false, false) => "without --restore",
        (true, false) => "--restore attributes",
        (false, true) => "--restore identities",
        (true, true) => "--restore attributes,identities",
    };
    format!("{url}, {restored}")
}

impl Sending {
    pub(super) fn sender(&self) -> BatchSender<'_> {
        BatchSender::new(&self.client, &self.log, self.options, self.stop.clone())
    }

    /// The summary. `made` is the number of batches that were made.
    pub(super) fn summary(&self, counts: &SendCounts, made: u64) -> SentBatches {
        let SendCounts { requests, accepted, accepted_before, unconfirmed, refused, too_long, .. } = *counts;
        let rest = made.saturating_sub(accepted + accepted_before + unconfirmed + refused + too_long);
        let events_url = self.url.to_string();
        SentBatches { events_url, requests, accepted, accepted_before, unconfirmed, refused, too_long, not_sent: rest }
    }
}

/// The check of what was sent, and its findings.
pub(super) fn evaluate(sent: &SentBatches, counts: &SendCounts) -> (Check, Vec<Finding>) {
    const CHECK: &str = "accepted";
    let mut findings = Vec::new();
    for reason in &counts.refusals {
        findings.push(Finding::new(CHECK, Severity::Error, format!("a batch was refused: {reason}")).clause("EVT-1"));
    }
    if sent.too_long > 0 {
        let message = format!("{} longer than a request may be", counted(sent.too_long, "batch is", "batches are"));
        findings.push(Finding::new(CHECK, Severity::Error, message).clause("LIM-1"));
    }
    if sent.unconfirmed > 0 {
        let message = format!("the answer to {} was lost", counted(sent.unconfirmed, "batch", "batches"));
        let remedy = "Look for the events in mParticle's live stream or in the bucket. --resend sends the batches again, and \
                      mParticle may then have them twice.";
        findings.push(Finding::new(CHECK, Severity::Error, message).clause("EVT-1").remedy(remedy));
    }
    let mut check = Check::new(CHECK, Some("EVT-1"), "every batch is accepted");
    let all = sent.accepted + sent.accepted_before + sent.unconfirmed + sent.refused + sent.too_long + sent.not_sent;
    check.seen = format!("{} of {}", sent.accepted + sent.accepted_before, counted(all, "batch", "batches"));
    check.outcome = match (findings.is_empty(), sent.not_sent) {
        (false, _) => Outcome::Fail,
        (true, 0) if all == 0 => Outcome::skip("nothing to send"),
        (true, 0) => Outcome::Pass,
        (true, _) => Outcome::skip("the run ended early"),
    };
    (check, findings)
}

/// The exit code of an error.
pub(super) fn code_of(error: &SendError) -> ExitCode {
    if matches!(error, SendError::State(_)) { ExitCode::Usage } else { ExitCode::Target }
}
