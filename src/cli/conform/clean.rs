//! `mp-forwarding conform clean`: what runs that were killed have left behind.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use jiff::Timestamp;

use super::super::target::TargetArgs;
use super::super::{ExitCode, Failure, block_on};
use super::place::{self, BucketArgs};
use crate::conform::{Leftover, RunId, leftovers, remove};

/// List what runs that were killed have left in a bucket, and delete it if told to
///
/// A run writes below a folder of its own, `conform-TIME`, and removes it at its end. Nothing but such folders is looked at.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform clean --endpoint http://127.0.0.1:9000
  mp-forwarding conform clean --settings connection.toml --live --delete
  mp-forwarding conform clean --settings connection.toml --live --delete --run conform-20260301T000002Z-000123")]
pub(super) struct Args {
    /// Delete what is listed
    #[arg(long)]
    delete: bool,
    /// Only this run; repeatable
    #[arg(long = "run", value_name = "ID")]
    runs: Vec<RunId>,
    /// Delete only what is older than this; a younger run may still be at work. Runs named by --run are deleted at any age
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    older_than: u32,
    /// A connection's settings, TOML or JSON, that name the bucket; without it, that of the built-in cases
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    bucket: BucketArgs,
    #[command(flatten)]
    target: TargetArgs,
}

/// stdout could not be written.
#[derive(Debug, thiserror::Error)]
#[error("failed to write to stdout")]
struct StdoutError(#[from] std::io::Error);

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let settings = place::settings(args.settings.as_deref(), &args.target, None)?;
    args.bucket.prove(&settings)?;
    if !place::is_real(&settings, &args.bucket) {
        return Err(Failure::usage(
            "name a server with --endpoint, or AWS itself with --live: the embedded S3 leaves nothing",
        ));
    }
    let text = block_on(async {
        let store = super::super::target::connect(&settings).await?;
        let mut text = String::new();
        for left in leftovers(&store).await.map_err(Failure::target)? {
            if !args.runs.is_empty() && !args.runs.contains(&left.run) {
                continue;
            }
            let is_due = args.delete && (!args.runs.is_empty() || minutes(&left) >= i64::from(args.older_than));
            let what = match (args.delete, is_due) {
                (true, true) => {
                    remove(&store, &left).await.map_err(Failure::target)?;
                    ", deleted"
                }
                (true, false) => ", kept: it may still be at work (--older-than)",
                (false, _) => "",
            };
            let (count, bytes) = (left.keys.len(), left.bytes);
            let _ =
                writeln!(text, "{}  {count} objects, {bytes} bytes, {} minutes old{what}", left.run, minutes(&left));
        }
        Ok::<_, Failure>(text)
    })??;
    if text.is_empty() {
        say!("nothing is left of any run");
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader has had enough, as with `| head`.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::target(StdoutError(error))),
        _ => Ok(ExitCode::Good),
    }
}

fn minutes(left: &Leftover) -> i64 {
    Timestamp::now().duration_since(left.run.begun()).as_secs() / 60
}
