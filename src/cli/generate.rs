//! `mp-forwarding generate`

use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::output::written;
use super::value::number;
use super::{ExitCode, Failure, Global};
use crate::conform::synthesize::Synthesizer;

/// Generate batches as newline-delimited JSON on stdout; the same seed gives the same bytes
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mp-forwarding generate --batches 100 > batches.ndjson")]
pub(crate) struct Args {
    /// Seed of the random choices
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = number::<u64>(0..=u64::MAX))]
    seed: u64,
    /// Number of batches, one per line
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = number::<u64>(0..=u64::MAX))]
    batches: u64,
    /// When the first batch is received (RFC 3339)
    #[arg(long, value_name = "TIME", value_parser = super::clock::parse, default_value = "2026-03-01T00:00:02Z")]
    clock: Timestamp,
}

pub(crate) fn run(args: Args, _global: &Global) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    written(write(&mut out, &args))
}

fn write(out: &mut impl Write, args: &Args) -> io::Result<()> {
    let batches = usize::try_from(args.batches).unwrap_or(usize::MAX);
    for line in Synthesizer::new(args.seed, args.clock).take(batches) {
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.flush()
}
