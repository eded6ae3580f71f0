//! `mp-forwarding explain`

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use memchr::memmem;

use super::output::ReportArgs;
use super::value::number;
use super::{ExitCode, Failure, Global, block_on};
use crate::bounded;
use crate::forward::{Explainer, Input, SourceError, add_lines, dry_run};
use crate::ndjson::{Decoded, Lines};
use crate::report::{ChangedSetting, ComparisonReport, DryRun, ExplanationReport, Tool};
use crate::settings::{SettingId, Settings};

/// Explain what settings do to batches, event by event, or compare with other settings
///
/// Nothing is written, and no bucket is needed. The engine processes the input and shows the effect of its filters,
/// projections, lines and folders, with the setting and the clause of each decision. The whole input is read, because
/// batches of one device can be on one line. With --diff the engine runs twice, once with each settings file.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding explain --settings connection.toml --input batches.ndjson \\
    --line 12
  mp-forwarding explain --settings connection.toml --input batches.ndjson \\
    --event-id -109840007014118971
  mp-forwarding explain --settings connection.toml --input batches.ndjson \\
    --diff other.toml

Exit codes:
  0 all good, 1 the input does not have that id or line, 2 settings or input cannot be used")]
pub(crate) struct Args {
    /// The connection's settings, TOML or JSON
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Batches as newline-delimited JSON, plain or gzip; `-` is stdin
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    /// Show only the events with this event_id
    #[arg(long, value_name = "ID", allow_hyphen_values = true, conflicts_with = "line")]
    event_id: Option<String>,
    /// Show only the batch on this line, counted from 1
    #[arg(long, value_name = "N", value_parser = number::<u64>(1..=u64::MAX))]
    line: Option<u64>,
    /// Show at most N batches, with at most 16 MiB of lines together
    #[arg(long, value_name = "N", default_value = "100", value_parser = number::<NonZeroUsize>(1..=u64::MAX))]
    limit: NonZeroUsize,
    /// Show the values in lines too; they may be personal data
    #[arg(long)]
    unmasked: bool,
    /// Compare with these settings over the whole input: events, bytes, files, S3 PUT requests and folders
    #[arg(long, value_name = "FILE", conflicts_with_all = ["event_id", "line", "limit", "unmasked"])]
    diff: Option<PathBuf>,
    /// Use this fixed time instead of the clock (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = super::clock::parse)]
    clock: Option<Timestamp>,
    #[command(flatten)]
    report: ReportArgs<ExplanationReport>,
}

/// The lines of the explained batches have at most this many bytes together, or there is one batch.
const MOST_TEXT: usize = 16 << 20;

pub(crate) fn run(args: Args, global: &Global) -> Result<ExitCode, Failure> {
    let settings = Settings::load(&args.settings).map_err(Failure::usage)?;
    let input = Input::from_argument(&args.input);
    let clock = args.clock.unwrap_or_else(Timestamp::now);
    match &args.diff {
        Some(other) => {
            let input = rereadable(&input).map_err(Failure::usage)?;
            let reports = args.report.open_as::<ComparisonReport>()?;
            reports.write(&compare(&args.settings, &settings, other, &input, clock)?, global.quiet)?;
            Ok(ExitCode::Good)
        }
        None => explain(&args, &settings, &input, clock, global),
    }
}

fn explain(
    args: &Args,
    settings: &Settings,
    input: &Input,
    clock: Timestamp,
    global: &Global,
) -> Result<ExitCode, Failure> {
    let reports = args.report.open()?;
    let mut report = ExplanationReport {
        tool: Tool::default(),
        settings: args.settings.display().to_string(),
        masked: !args.unmasked,
        batches: Vec::new(),
        more: false,
    };
    let input = &rereadable(input).map_err(Failure::usage)?;
    read(args, settings, input, clock, &mut report).map_err(Failure::usage)?;
    if report.batches.is_empty() {
        let missing = match (&args.event_id, args.line) {
            (Some(id), _) => format!("no event of the input has the event_id `{id}`"),
            (_, Some(line)) => format!("the input has no batch on line {line}"),
            _ => "the input has no batches".to_owned(),
        };
        say!("{missing}");
        return Ok(ExitCode::Findings);
    }
    block_on(add_lines(settings, input, clock, report.masked, &mut report.batches))?.map_err(Failure::usage)?;
    reports.write(&report, global.quiet)?;
    Ok(ExitCode::Good)
}

/// An input that can be read twice. A pipe is read into memory; a file of any size is not.
fn rereadable(input: &Input) -> Result<Input, SourceError> {
    let is_pipe = match input {
        Input::Stdin => true,
        Input::File(path) => std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()),
        Input::Beginning { .. } | Input::Text { .. } => false,
    };
    if !is_pipe {
        return Ok(input.clone());
    }
    let name = input.name();
    match bounded::read(input.open()?, bounded::INPUT) {
        Ok(text) => Ok(Input::Text { name, text: text.into() }),
        Err(source) => Err(SourceError::Read { input: name, line: 0, source }),
    }
}

/// Explains the requested batches.
fn read(
    args: &Args,
    settings: &Settings,
    input: &Input,
    clock: Timestamp,
    report: &mut ExplanationReport,
) -> Result<(), SourceError> {
    let name = input.name();
    let failed = |line, source: io::Error| SourceError::Read { input: name.clone(), line, source };
    let decoded = Decoded::new(input.open()?).map_err(|error| failed(0, error))?;
    let mut lines = Lines::new(decoded, usize::try_from(settings.engine.max_line_bytes).unwrap_or(usize::MAX));
    let explainer = Explainer::new(settings).only(args.event_id.clone());
    // Most lines do not contain the digits of the id and are skipped. Other ids can be spelled in several ways in JSON.
    let digits = args.event_id.as_deref().filter(|id| id.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'));
    let (mut last, mut held) = (0, 0);
    while let Some(line) = lines.next_line().map_err(|error| failed(last, error))? {
        last = line.number;
        let is_asked_for = args.line.is_none_or(|number| number == line.number)
            && digits.is_none_or(|digits| memmem::find(line.bytes, digits.as_bytes()).is_some());
        if !is_asked_for || line.is_blank() {
            continue;
        }
        let batch = explainer.explain(&name, &line, clock.as_millisecond());
        if let Some(id) = &args.event_id {
            // A line that cannot be read has no events, but its text may contain the requested id.
            let may_hold_it = batch.quarantined.is_some() && memmem::find(line.bytes, id.as_bytes()).is_some();
            if batch.events.is_empty() && !may_hold_it {
                continue;
            }
        }
        held += line.bytes.len();
        if report.batches.len() >= args.limit.get() || (held > MOST_TEXT && !report.batches.is_empty()) {
            report.more = true;
            break;
        }
        report.batches.push(batch);
        if args.line.is_some() {
            break;
        }
    }
    Ok(())
}

fn compare(
    path: &Path,
    settings: &Settings,
    other_path: &Path,
    input: &Input,
    clock: Timestamp,
) -> Result<ComparisonReport, Failure> {
    let other = Settings::load(other_path).map_err(Failure::usage)?;
    let changed = |id: &SettingId| {
        let (before, after) = (settings.value_text(*id), other.value_text(*id));
        (before != after).then(|| ChangedSetting { setting: id.to_string(), before, after })
    };
    let inputs = [input.clone()];
    let named = |path: &Path, dry_run| DryRun { settings: path.display().to_string(), ..dry_run };
    block_on(async {
        let before = dry_run(settings, &inputs, clock).await.map_err(Failure::usage)?;
        let after = dry_run(&other, &inputs, clock).await.map_err(Failure::usage)?;
        Ok(ComparisonReport {
            tool: Tool::default(),
            settings: SettingId::ALL.iter().filter_map(changed).collect(),
            before: named(path, before),
            after: named(other_path, after),
        })
    })?
}
