//! What a person sees on stderr while the engine works: a bar on a terminal, nothing in a pipe, and each quarantined line.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::forward::{Event, Input, Observer};

/// So many quarantined lines are told one by one; the summary has the count.
const TOLD: u64 = 10;

/// The `--quiet` and terminal-aware observer of a run.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: ProgressBar,
    quiet: bool,
    quarantined: u64,
}

impl Progress {
    /// A bar in bytes of input, or a spinner where nobody knows how many there will be.
    pub(crate) fn new(inputs: &[Input], quiet: bool) -> Self {
        let total: Option<u64> = inputs
            .iter()
            .map(|input| match input {
                Input::File(path) if path.extension().is_none_or(|extension| extension != "gz") => {
                    std::fs::metadata(path).ok().map(|metadata| metadata.len())
                }
                _ => None,
            })
            .sum();
        let bar = match total {
            _ if quiet => ProgressBar::hidden(),
            Some(total) => ProgressBar::new(total)
                .with_style(style("{bar:32} {bytes}/{total_bytes} {binary_bytes_per_sec} {msg} ETA {eta}")),
            None => ProgressBar::new_spinner().with_style(style("{spinner} {bytes} {binary_bytes_per_sec} {msg}")),
        };
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, quiet, quarantined: 0 }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Observer for Progress {
    fn observe(&mut self, event: Event<'_>) {
        match event {
            Event::Read { bytes } => self.bar.inc(bytes),
            Event::Quarantined(_) | Event::Unconfirmed { .. } if self.quiet => {}
            Event::Quarantined(entry) => {
                self.quarantined += 1;
                let (input, line, reason) = (&entry.input, entry.line, &entry.reason);
                let event = entry.event.map(|index| format!(" event {index}")).unwrap_or_default();
                self.bar.suspend(|| {
                    if self.quarantined <= TOLD {
                        say!("warning: {input}:{line}{event}: {reason}");
                    } else if self.quarantined == TOLD + 1 {
                        say!("warning: more is quarantined; the summary has the count");
                    }
                });
            }
            Event::Written { key, bytes } => {
                tracing::info!(key, bytes, "written");
                self.bar.set_message(key.to_owned());
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
