//! Colours for a terminal.

use anstyle::{AnsiColor, Style};

use crate::report::model::{Outcome, Severity, Tone, Verdict};

pub(super) const DIM: Style = Style::new().dimmed();

pub(super) fn of_tone(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Bad => AnsiColor::Red.on_default().bold(),
        Tone::Warning => AnsiColor::Yellow.on_default(),
        Tone::Dim => DIM,
    }
}

pub(super) fn tone_of_outcome(outcome: &Outcome) -> Tone {
    match outcome {
        Outcome::Pass => Tone::Good,
        Outcome::Fail => Tone::Bad,
        Outcome::Skip { .. } | Outcome::NotApplicable { .. } => Tone::Dim,
        Outcome::Open { .. } => Tone::Warning,
    }
}

pub(super) fn of_severity(severity: Severity) -> Style {
    of_tone(match severity {
        Severity::Note => Tone::Dim,
        Severity::Warning => Tone::Warning,
        Severity::Error => Tone::Bad,
    })
}

pub(super) fn of_verdict(verdict: Verdict) -> Style {
    of_tone(if verdict == Verdict::Ok { Tone::Good } else { Tone::Bad })
}
