//! The progress on stderr: a bar on a terminal, nothing in a pipe, and the first quarantined lines.

use std::fmt;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::forward::{Event, Input, Observer};
use crate::report::model::{bytes, duration};
use crate::report::write::visible;

/// The number of quarantined lines that are shown; the summary has the count.
const SHOWN: u64 = 10;

/// Shows the progress of a run, unless it is quiet.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    quiet: bool,
    quarantined: u64,
}

impl Progress {
    /// A bar in bytes of input, or a spinner if the total is not known.
    pub(crate) fn new(inputs: &[Input], quiet: bool) -> Self {
        let total: Option<u64> = inputs
            .iter()
            .map(|input| {
                let (path, bytes) = input.size()?;
                path.extension().is_none_or(|extension| extension != "gz").then_some(bytes)
            })
            .sum();
        let bar = match total {
            _ if quiet => ProgressBar::hidden(),
            Some(total) => ProgressBar::new(total)
                .with_style(byte_style("{bar:20} {done}/{size} {speed}/s, {left} left {wide_msg}")),
            None => ProgressBar::new_spinner().with_style(byte_style("{spinner} {done} {speed}/s {wide_msg}")),
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, quiet, quarantined: 0 }
    }
}

/// A style with the keys `done`, `size`, `speed` and `left`, in the units of reports.
pub(super) fn byte_style(template: &str) -> ProgressStyle {
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    type Key = fn(&ProgressState) -> String;
    let keys: [(&'static str, Key); 4] = [
        ("done", |state| bytes(state.pos())),
        ("size", |state| bytes(state.len().unwrap_or_default())),
        ("speed", |state| bytes(state.per_sec() as u64)),
        ("left", |state| duration(state.eta().as_secs() * 1000)),
    ];
    keys.into_iter().fold(style, |style, (name, text)| {
        style.with_key(name, move |state: &ProgressState, out: &mut dyn fmt::Write| {
            let _ = out.write_str(&text(state));
        })
    })
}

impl Observer for Progress {
    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Read { bytes } => self.bar.inc(bytes),
            Event::Quarantined(_) | Event::Unconfirmed { .. } if self.quiet => {}
            Event::Quarantined(entry) => {
                self.quarantined += 1;
                let (input, line, reason) = (&entry.input, entry.line, &entry.reason);
                self.bar.suspend(|| {
                    if self.quarantined <= SHOWN {
                        say!("warning: {input}:{line}: {reason}");
                    } else if self.quarantined == SHOWN + 1 {
                        say!("warning: more lines are quarantined; the summary has the count");
                    }
                });
            }
            Event::Written { key, bytes } => {
                tracing::info!(key, bytes, "written");
                self.bar.set_message(visible(key).into_owned());
            }
            Event::Unconfirmed { key, error } => {
                self.bar.suspend(|| say!("warning: `{key}` is unconfirmed: {error}"));
            }
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
