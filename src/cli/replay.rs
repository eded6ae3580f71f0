//! `mp-forwarding replay`

mod send;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ValueEnum;
use jiff::Timestamp;

use super::duration;
use super::output::ReportArgs;
use super::target::{TargetArgs, for_reading};
use super::validate::gather::Gathered;
use super::{ExitCode, Failure, Global, chain};
use crate::ndjson::{DEFAULT_MAX_LINE_BYTES, Decoded, Lines};
use crate::replay::{BatchSender, Counts, Problem, Replayer, Restore, SendCounts, SendError};
use crate::report::model::{Check, Finding, Findings, Outcome, Place, Report, Severity, Summary, Tool, counted};
use crate::report::summary::{Replay, SentBatches};
use crate::settings::BucketName;
use crate::validate::Input;
use send::SendArgs;

/// Make batches from a quarantine feed, to send them again
///
/// Reads a raw data feed with data that a data plan blocked, and makes inbound batches from the blocked events: without
/// batch_id, without blocked attributes and identities, each event with its own time, each batch at most 128 KiB.
/// Change the data plan before you send them, or the same events are blocked again. Without --out and --send nothing is
/// written or sent, and the report says what could be.
///
/// With --send, the key and the secret of the input are read from MPARTICLE_API_KEY and MPARTICLE_API_SECRET.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding replay quarantine/
  mp-forwarding replay s3://acme-quarantine/feed/ --out batches.ndjson
  mp-forwarding replay quarantine/ --restore attributes,identities \\
    --out batches.ndjson
  mp-forwarding replay s3://acme-quarantine/feed/ --send --pod us1 \\
    --state replayed/

Exit codes:
  0 all good,
  1 a line is not a valid batch, --strict held a batch back, or a batch was refused or is unconfirmed,
  2 an option, a variable, an input or the state cannot be used,
  3 the target is unreachable or refuses, or the run was interrupted")]
pub(crate) struct Args {
    /// Files, folders, patterns, `s3://bucket/prefix`, or `-` for stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Write the batches to this new file, one per line (mode 0600)
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Also send blocked attributes or identities again. Events that were forwarded without an attribute then arrive
    /// twice
    #[arg(long, value_name = "WHAT", value_enum, value_delimiter = ',')]
    restore: Vec<Restored>,
    /// Hold back batches that the strict inbound schema refuses
    #[arg(long)]
    strict: bool,
    /// How long a failed request is retried, such as `30s` or `2m`
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration::seconds)]
    deadline: u64,
    #[command(flatten)]
    send: SendArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    report: ReportArgs<Report<Replay>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Restored {
    Attributes,
    Identities,
}

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    args.report.keep_apart(args.paths.iter().filter(|path| path.is_file()), &args.out)?;
    let reports = args.report.open()?;
    let restore = Restore {
        attributes: args.restore.contains(&Restored::Attributes),
        identities: args.restore.contains(&Restored::Identities),
    };
    let deadline = Duration::from_secs(args.deadline);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::usage)?;
    let sending = args.send.start(restore, deadline, &runtime)?;
    let mut gathered = Gathered::default();
    let settings = |bucket: &BucketName| {
        let mut settings = for_reading(bucket, |typed| args.target.override_file(typed)).map_err(Failure::usage)?;
        settings.engine.deadline_seconds = args.deadline;
        Ok(settings)
    };
    for path in &args.paths {
        gathered.add(path, settings, &runtime, global)?;
    }
    if let Some(error) = gathered.errors.first() {
        let code = if error.is_of_target() { Failure::target } else { Failure::usage };
        return Err(code(chain(error)));
    }
    let out = match &args.out {
        None => None,
        Some(path) => Some(BufWriter::new(new_file(path).map_err(|error| cannot_write(path, &error))?)),
    };
    if !global.quiet {
        say!("note: change the data plan first, or the same events are blocked again");
    }
    let mut work = Work {
        replayer: Replayer::new(restore, args.strict),
        counts: Counts::default(),
        findings: Findings::default(),
        started_at: Timestamp::now(),
        incomplete: None,
    };
    let mut code = ExitCode::Good;
    let sent = match &sending {
        None => {
            work.write(&gathered.inputs, out, args.out.as_deref())?;
            None
        }
        Some(sending) => {
            let mut sender = sending.sender();
            if let Err(error) = work.send(&gathered.inputs, &mut sender, &runtime) {
                code = send::code_of(&error);
                work.incomplete = Some(chain(&error));
            }
            Some((sending.summary(sender.counts(), work.counts.batches), sender.counts().clone()))
        }
    };
    let report = work.report(&args, &gathered.inputs, sent);
    let code = match (&report.incomplete, report.is_ok()) {
        (None, _) if report.summary.lines == 0 => {
            say!("error: no line of data was read");
            ExitCode::Usage
        }
        (Some(reason), _) if code != ExitCode::Good => {
            say!("error: {reason}");
            code
        }
        (Some(_), _) => ExitCode::Target,
        (None, true) => ExitCode::Good,
        (None, false) => ExitCode::Findings,
    };
    Ok(reports.finish(&report, global.quiet, code))
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::usage(format!("cannot write `{}`: {error}", path.display()))
}

/// A new file that only its owner can read, because it contains personal data.
fn new_file(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Why reading ended early.
enum Stop<E> {
    Input(String),
    Output(E),
}

struct Work {
    replayer: Replayer,
    counts: Counts,
    findings: Findings,
    started_at: Timestamp,
    /// Why not everything was read or sent.
    incomplete: Option<String>,
}

impl Work {
    /// Writes the batches to a file, if there is one.
    fn write(
        &mut self,
        inputs: &[Input],
        out: Option<BufWriter<std::fs::File>>,
        path: Option<&Path>,
    ) -> Result<(), Failure> {
        let (Some(mut out), Some(path)) = (out, path) else {
            return self.read_all(inputs, &mut |_| Ok::<_, Failure>(()));
        };
        let failed = |error: io::Error| cannot_write(path, &error);
        self.read_all(inputs, &mut |batch| {
            out.write_all(batch.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(failed)
        })?;
        out.flush().and_then(|()| out.get_ref().sync_all()).map_err(failed)
    }

    /// Sends the batches.
    fn send(
        &mut self,
        inputs: &[Input],
        sender: &mut BatchSender<'_>,
        runtime: &tokio::runtime::Runtime,
    ) -> Result<(), SendError> {
        self.read_all(inputs, &mut |batch| runtime.block_on(sender.add(batch)))?;
        runtime.block_on(sender.finish())
    }

    fn read_all<E>(&mut self, inputs: &[Input], take: &mut dyn FnMut(String) -> Result<(), E>) -> Result<(), E> {
        for input in inputs {
            match self.read(input, take) {
                Ok(()) => {}
                Err(Stop::Output(error)) => return Err(error),
                Err(Stop::Input(reason)) => {
                    self.incomplete.get_or_insert(reason);
                }
            }
        }
        Ok(())
    }

    fn read<E>(&mut self, input: &Input, take: &mut dyn FnMut(String) -> Result<(), E>) -> Result<(), Stop<E>> {
        let failed =
            |error: &dyn std::error::Error| Stop::Input(format!("cannot read `{}`: {}", input.name, chain(error)));
        let Some(reader) = input.open().map_err(|error| failed(&error))? else { return Ok(()) };
        let decoded = Decoded::new(reader).map_err(|error| failed(&error))?;
        let mut lines = Lines::new(decoded, DEFAULT_MAX_LINE_BYTES);
        let mut problems = Vec::new();
        while let Some(line) = lines.next_line().map_err(|error| failed(&error))? {
            if line.is_blank() {
                continue;
            }
            let number = line.number;
            let batches = self.replayer.batches(line.bytes, &mut self.counts, &mut problems);
            problems.drain(..).for_each(|problem| self.findings.add(finding(problem, &input.name, number)));
            for batch in batches {
                take(batch).map_err(Stop::Output)?;
            }
        }
        Ok(())
    }

    fn report(self, args: &Args, inputs: &[Input], sent: Option<(SentBatches, SendCounts)>) -> Report<Replay> {
        let Self { counts, findings, started_at, incomplete, .. } = self;
        let (mut findings, unlisted_findings) = findings.into_parts();
        let mut checks = checks(&counts, args.strict);
        if let Some((sent, counts)) = &sent {
            let (check, more) = send::evaluate(sent, counts);
            checks.push(check);
            findings.extend(more);
        }
        let target = match inputs {
            [] => "no input".to_owned(),
            [only] => only.name.clone(),
            [first, ..] => format!("{} and {} more", first.name, inputs.len() - 1),
        };
        Report {
            tool: Tool::default(),
            command: Replay::COMMAND.to_owned(),
            target,
            started_at: started_at.to_string(),
            milliseconds: u64::try_from(Timestamp::now().duration_since(started_at).as_millis()).unwrap_or_default(),
            incomplete,
            checks,
            findings,
            unlisted_findings,
            summary: Replay {
                lines: counts.lines,
                untouched_lines: counts.untouched_lines,
                invalid_lines: counts.invalid_lines,
                blocked_events: counts.blocked_events,
                repeated_events: counts.repeated_events,
                absent_events: counts.absent_events,
                removed: counts.removed,
                batches: counts.batches,
                held_back: counts.held_back,
                out: args.out.as_ref().map(|path| path.display().to_string()),
                sent: sent.map(|(sent, _)| sent),
            },
        }
    }
}

fn finding(problem: Problem, name: &str, line: u64) -> Finding {
    let Problem { is_error, fault } = problem;
    let (check, severity) = match is_error {
        true => ("batches", Severity::Error),
        false => ("strict", Severity::Note),
    };
    let place =
        Place { object: Some(name.to_owned()), line: Some(line), pointer: fault.pointer.clone(), ..Place::default() };
    let finding = match fault.found.is_empty() {
        true => Finding::new(check, severity, fault.expected).at(place),
        false => Finding::expected(check, severity, fault.expected, fault.found, place),
    };
    finding.clause(fault.clause)
}

fn checks(counts: &Counts, strict: bool) -> Vec<Check> {
    let mut batches = Check::new("batches", Some("DTO-2"), "every line is an inbound batch");
    batches.seen = counted(counts.lines, "line", "lines");
    let is_wrong = counts.invalid_lines > 0 || counts.held_back > 0;
    batches.outcome = match counts.lines {
        0 => Outcome::skip("nothing to check"),
        _ if is_wrong => Outcome::Fail,
        _ => Outcome::Pass,
    };
    let mut strictly = Check::new("strict", Some("DTO-2"), "batches are strictly valid");
    strictly.seen =
        format!("{} of {}", counts.not_strict, counted(counts.batches + counts.held_back, "batch", "batches"));
    strictly.outcome = match counts.not_strict {
        0 if counts.batches == 0 => Outcome::skip("nothing to check"),
        0 => Outcome::Pass,
        _ if strict => Outcome::Fail,
        _ => Outcome::open("mParticle may accept what its published schema refuses; --strict holds it back"),
    };
    let mut once = Check::new("once", Some("SEC-6"), "no event comes twice");
    once.seen = counted(counts.blocked_events + counts.repeated_events, "event", "events");
    once.outcome = match counts.repeated_events {
        0 if counts.blocked_events == 0 => Outcome::skip("nothing to check"),
        0 => Outcome::Pass,
        _ => Outcome::open("events that were forwarded without an attribute arrive twice, as --restore asks"),
    };
    vec![batches, strictly, once]
}
