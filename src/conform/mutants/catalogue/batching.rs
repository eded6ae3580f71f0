//! Mutants of batching: the distribution of events to lines (BAT-1 to BAT-3).

use super::edit;
use crate::conform::mutants::fixture::Fixture::{Full, Large, Sessions, Single};
use crate::conform::mutants::mutant::Mutant;
use crate::conform::mutants::mutant::Mutation::{Connection as Change, Lines, Settings};

pub(super) const MUTANTS: &[Mutant] = &[
    Mutant::new(
        "never-merges",
        "windows",
        "writes each event on a line of its own",
        Change(|it| it.send_as_batch = false),
    ),
    Mutant::new(
        "short-window",
        "windows",
        "closes windows after a second",
        Settings(|settings| settings.engine.window_seconds = 1),
    ),
    Mutant::new(
        "endless-window",
        "windows",
        "closes windows after a day",
        Settings(|settings| settings.engine.window_seconds = 86_400),
    ),
    Mutant::new("cut-window", "windows", "cuts a window in two", Lines(edit::cut)),
    Mutant::new(
        "merged-persons",
        "windows",
        "merges two users of one device",
        Lines(|lines| edit::join(lines, |line| line.contains(ANN), |line| line.contains(BOB))),
    ),
    Mutant::new(
        "merged-environments",
        "windows",
        "merges development with production",
        Lines(|lines| {
            let is_test = |line: &str| line.contains(r#""environment":"development""#);
            edit::join(lines, |line| line.contains(ANN) && !is_test(line), is_test);
        }),
    ),
    Mutant::new(
        "merged-past-128-kb",
        "windows",
        "merges beyond 128 KB",
        Lines(|lines| edit::join(lines, |_| true, |_| true)),
    )
    .on(Large),
    Mutant::new("closed-early", "windows", "closes a full line one batch too early", Lines(|lines| close_early(lines)))
        .on(Full),
    Mutant::new(
        "cut-session",
        "sessions",
        "cuts a session in two",
        Lines(|lines| {
            let Some(at) = lines.iter().position(|line| line.contains("session_end")) else { return };
            let mut session = vec![lines.remove(at)];
            edit::cut(&mut session);
            lines.extend(session);
        }),
    )
    .on(Sessions),
    Mutant::new(
        "no-sessions",
        "sessions",
        "does not wait for the end of a session",
        Change(|it| it.wait_for_complete_batch = false),
    )
    .on(Sessions),
    Mutant::new(
        "two-events-a-line",
        "single-events",
        "puts two events on a line that is for one",
        Lines(|lines| {
            let is = |id: &'static str| move |line: &str| line.contains(id);
            edit::join(lines, is(r#""event_id":"1""#), is(r#""event_id":"2""#));
        }),
    )
    .on(Single),
];

/// Two users who share a device.
const ANN: &str = r#""mpid":"9007199254740993""#;
const BOB: &str = r#""mpid":"42""#;

/// Moves the last event of the second-to-last line to the last line. The number of lines is unchanged, and no line is
/// too long.
fn close_early(lines: &mut [String]) {
    let [.., full, last] = lines else { return };
    let mut moved = None;
    edit::events_of(full, |events| moved = events.pop());
    edit::events_of(last, |events| events.splice(..0, moved).for_each(drop));
}
