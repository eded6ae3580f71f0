//! `mp-forwarding conform clean`: what killed runs have left in a bucket and on this machine.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::super::output::print;
use super::super::target::TargetArgs;
use super::super::value::number;
use super::super::{ExitCode, Failure, block_on};
use super::bucket::{self, BucketArgs};
use crate::conform::{Leftover, RunId, leftovers, remove};
use crate::report::model::{bytes, counted};
use crate::store::{TimeLimited, is_in_use, temporary_folders};

/// List what killed runs have left, and delete it with --delete
///
/// These are temporary folders on this machine and, with --endpoint or --live, objects in a bucket. A run writes to its
/// own folder, `conform-TIME`, and removes it at the end. Other folders are neither read nor changed. For runs with --folder give the same --folder.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mp-forwarding conform clean --endpoint http://127.0.0.1:9000
  mp-forwarding conform clean --settings connection.toml --live --delete
  mp-forwarding conform clean --settings connection.toml --live --delete \\
    --run conform-20260301T000002Z-000123")]
pub(super) struct Args {
    /// Delete the listed objects
    #[arg(long)]
    delete: bool,
    /// Only this run; repeatable
    #[arg(long = "run", value_name = "ID")]
    runs: Vec<RunId>,
    /// Delete only runs that are older than this; a younger run may still be active. A run named by --run is deleted at any age
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = number::<u32>(0..=u64::from(u32::MAX)))]
    older_than: u32,
    /// A connection's settings, TOML or JSON, with the bucket (default: the bucket of the built-in cases)
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    #[command(flatten)]
    bucket: BucketArgs,
    #[command(flatten)]
    target: TargetArgs,
}

pub(super) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let mut settings = bucket::settings(args.settings.as_deref(), &args.target, None)?;
    let more = [(!args.runs.is_empty(), "--run"), (args.settings.is_some(), "--settings")];
    args.bucket.refuse_without_bucket(&settings, &args.target, &more)?;
    args.bucket.check(&mut settings)?;
    let mut text = if args.runs.is_empty() { folders(args).map_err(Failure::usage)? } else { String::new() };
    if !bucket::is_real(&settings, &args.bucket) {
        if text.is_empty() {
            say!("no temporary folders of earlier runs were found; use --endpoint for a server or --live for AWS");
        }
        return print(&text);
    }
    block_on(async {
        let deadline = Duration::from_secs(settings.engine.deadline_seconds);
        let store = TimeLimited::new(Arc::new(super::super::target::connect(&settings).await?), deadline);
        for left in leftovers(&store, settings.engine.conform_folder.as_ref()).await.map_err(Failure::target)? {
            if !args.runs.is_empty() && !args.runs.contains(&left.run) {
                continue;
            }
            let is_due = args.delete && (!args.runs.is_empty() || minutes(&left) >= i64::from(args.older_than));
            let what = match (args.delete, is_due) {
                (true, true) => {
                    remove(&store, &left).await.map_err(Failure::target)?;
                    ", deleted"
                }
                (true, false) => ", kept: it may still be active (--older-than)",
                (false, _) => "",
            };
            let (objects, age) = (counted(left.keys.len(), "object", "objects"), minutes(&left).max(0));
            let age = counted(age, "minute", "minutes");
            let _ = writeln!(text, "{}  {objects}, {}, {age} old{what}", left.run, bytes(left.bytes));
        }
        Ok::<_, Failure>(())
    })??;
    if text.is_empty() {
        say!("no objects and no temporary folders of earlier runs were found");
    }
    print(&text)
}

/// The temporary folders on this machine that killed runs have left.
fn folders(args: &Args) -> io::Result<String> {
    let mut text = String::new();
    for (folder, changed) in temporary_folders()? {
        let age = changed.elapsed().unwrap_or_default().as_secs() / 60;
        let what = match (args.delete, age >= u64::from(args.older_than)) {
            _ if is_in_use(&folder) => ", in use".to_owned(),
            (true, true) => match std::fs::remove_dir_all(&folder) {
                Ok(()) => ", deleted".to_owned(),
                Err(error) => format!(", cannot be deleted: {error}"),
            },
            (true, false) => ", kept: it may still be active (--older-than)".to_owned(),
            (false, _) => String::new(),
        };
        let _ = writeln!(text, "{}  {} old{what}", folder.display(), counted(age, "minute", "minutes"));
    }
    Ok(text)
}

fn minutes(left: &Leftover) -> i64 {
    Timestamp::now().duration_since(left.run.begun()).as_secs() / 60
}
