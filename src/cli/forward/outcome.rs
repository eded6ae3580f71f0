//! The report of `forward`, and the exit code with its reason.

use std::time::Instant;

use super::Args;
use crate::cli::{ExitCode, Global, chain};
use crate::forward::{Halt, Place, Summary};
use crate::report::model::counted;
use crate::report::{ForwardingReport, Refusal, Resume, Tool, YesNo};

pub(in crate::cli) fn report_of(summary: &Summary, target: String, started: Instant) -> ForwardingReport {
    ForwardingReport {
        tool: Tool::default(),
        target,
        fates: summary.fates.to_report(),
        records: summary.records,
        files: summary.files,
        earlier_files: summary.earlier_files,
        lines: summary.lines,
        text_bytes: summary.text_bytes,
        stored_bytes: summary.stored_bytes,
        pending_files: summary.pending_files,
        complete: summary.is_complete(),
        conditional: summary.conditional.map(|yes| if yes { YesNo::Yes } else { YesNo::No }),
        refusal: summary.refusal.as_ref().map(|error| Refusal {
            code: error.code.clone(),
            status: error.status,
            message: error.to_string(),
        }),
        fault: summary.fault.as_ref().map(|error| chain(error)),
        unrecorded: summary.unrecorded,
        unread_from: summary.unread_from.as_ref().map(resume),
        input_errors: summary.input_errors.iter().map(|error| chain(error)).collect(),
        milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    }
}

fn resume(place: &Place) -> Resume {
    Resume { input: place.input.to_string(), line: place.line }
}

/// The exit code of a run of the engine. With a source that does not end by itself, a run is complete
/// when nothing that was taken is pending.
pub(in crate::cli) fn exit_code(summary: &Summary, is_endless: bool) -> ExitCode {
    let fates = summary.fates.to_report();
    let is_complete = match is_endless {
        true => fates.pending == 0,
        false => summary.is_complete(),
    };
    if summary.fault.is_some() {
        ExitCode::Usage
    } else if summary.refusal.is_some() || summary.halt == Some(Halt::Stopped) && !is_complete {
        ExitCode::Target
    } else if !summary.input_errors.is_empty() {
        ExitCode::Usage
    } else if fates.quarantined > 0 || fates.unconfirmed > 0 {
        ExitCode::Findings
    } else {
        ExitCode::Good
    }
}

/// Prints the reason of the exit code on stderr.
pub(super) fn conclude(summary: &Summary, args: &Args, global: &Global) -> ExitCode {
    for error in &summary.input_errors {
        say!("error: {}", chain(error));
    }
    if !global.quiet {
        for (flag, count) in &summary.flags {
            let what = match flag.is_of_line() {
                true => counted(*count, "line", "lines"),
                false => counted(*count, "event or batch", "events or batches"),
            };
            say!("warning: {what} {}", flag.meaning());
        }
    }
    let fates = summary.fates.to_report();
    let events = |count| counted(count, "event is", "events are");
    let pending = format!("{}{} pending", if summary.uncounted { "at least " } else { "" }, events(fates.pending));
    let rest = match &summary.unread_from {
        Some(place) => format!("; `{}` was not read from line {} on", place.input, place.line),
        None => String::new(),
    };
    let rest = format!("{rest}; {}", again(summary, args));
    if let Some(error) = &summary.fault {
        say!("error: {}", chain(error));
        let unrecorded = match summary.unrecorded {
            0 => String::new(),
            unrecorded => {
                format!("; {} in the bucket or unconfirmed without an entry in the ledger", events(unrecorded))
            }
        };
        say!("{pending}{unrecorded}{rest}");
        return exit_code(summary, false);
    }
    if let Some(error) = &summary.refusal {
        say!("error: {error}");
        say!("{pending}{rest}");
        return exit_code(summary, false);
    }
    if summary.halt == Some(Halt::Stopped) && !summary.is_complete() {
        say!("error: interrupted; {pending}{rest}");
        return exit_code(summary, false);
    }
    if !summary.input_errors.is_empty() {
        if fates.pending > 0 {
            say!("{pending}{rest}");
        }
        return exit_code(summary, false);
    }
    if summary.records == 0 && !global.quiet {
        say!("warning: the input has no batches");
    }
    if summary.halt == Some(Halt::FailFast) {
        say!("error: stopped at the first line that cannot be forwarded; later lines were not read");
    }
    if !global.quiet
        && fates.quarantined > 0
        && args.quarantine.is_none()
        && args.inputs.iter().any(|path| path.as_os_str() == "-")
    {
        say!("warning: the quarantined lines of stdin are not stored: use --quarantine FILE");
    }
    exit_code(summary, false)
}

/// What the same command would do after a run that ended early.
fn again(summary: &Summary, args: &Args) -> String {
    let written = summary.fates.written + summary.fates.unconfirmed;
    match &args.state {
        Some(_) => "the same command goes on from here".to_owned(),
        None if written == 0 => "the same command forwards everything".to_owned(),
        None => {
            let events = counted(written, "event that is", "events that are");
            format!("the same command writes {events} in the bucket again, which `--state DIR` prevents")
        }
    }
}
