//! Liars about what stands together on a line (BAT-1 to BAT-3).

use super::edit;
use super::lie::{Liar, Lie};
use super::stage::Stage;

pub(super) const LIARS: &[Liar] = &[
    Liar::new(
        "never-merges",
        "windows",
        Stage::Plain,
        Lie::Obeys(|settings| settings.connection.send_as_batch = false),
        "gathers nothing: each event is a line",
    ),
    Liar::new(
        "short-window",
        "windows",
        Stage::Plain,
        Lie::Obeys(|settings| settings.engine.window_seconds = 1),
        "gathers for a second",
    ),
    Liar::new(
        "endless-window",
        "windows",
        Stage::Plain,
        Lie::Obeys(|settings| settings.engine.window_seconds = 86_400),
        "gathers for a day",
    ),
    Liar::new(
        "cut-window",
        "windows",
        Stage::Plain,
        Lie::Writes(|_, object| edit::lines(object, edit::cut)),
        "cuts a window in two",
    ),
    Liar::new(
        "merged-persons",
        "windows",
        Stage::Plain,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| edit::join(lines, |line| line.contains(ANN), |line| line.contains(BOB)))
        }),
        "merges what two persons sent from one device",
    ),
    Liar::new(
        "merged-environments",
        "windows",
        Stage::Plain,
        Lie::Writes(|_, object| {
            let is_test = |line: &str| line.contains(r#""environment":"development""#);
            edit::lines(object, |lines| edit::join(lines, |line| line.contains(ANN) && !is_test(line), is_test))
        }),
        "merges development with production",
    ),
    Liar::new(
        "merged-past-128-kb",
        "windows",
        Stage::Large,
        Lie::Writes(|_, object| edit::lines(object, |lines| edit::join(lines, |_| true, |_| true))),
        "merges past 128 KB",
    ),
    Liar::new(
        "closed-early",
        "windows",
        Stage::Full,
        Lie::Writes(|_, object| edit::lines(object, |lines| close_early(lines))),
        "closes a full line one batch too early",
    ),
    Liar::new(
        "cut-session",
        "sessions",
        Stage::Sessions,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let Some(at) = lines.iter().position(|line| line.contains("session_end")) else { return };
                let mut session = vec![lines.remove(at)];
                edit::cut(&mut session);
                lines.extend(session);
            })
        }),
        "cuts a session in two",
    ),
    Liar::new(
        "no-sessions",
        "sessions",
        Stage::Sessions,
        Lie::Obeys(|settings| settings.connection.wait_for_complete_batch = false),
        "does not wait for the end of a session",
    ),
    Liar::new(
        "two-events-a-line",
        "single-events",
        Stage::Single,
        Lie::Writes(|_, object| {
            edit::lines(object, |lines| {
                let is = |id: &'static str| move |line: &str| line.contains(id);
                edit::join(lines, is(r#""event_id":"1""#), is(r#""event_id":"2""#));
            })
        }),
        "puts two events on a line that is for one",
    ),
];

/// Two persons who share a device.
const ANN: &str = r#""mpid":"9007199254740993""#;
const BOB: &str = r#""mpid":"42""#;

/// Moves the last event of the last but one line into the last: as many lines as there were, and none too long.
fn close_early(lines: &mut [String]) {
    let [.., full, last] = lines else { return };
    let mut moved = None;
    *full = edit::with_events(full, |each| {
        moved = each.last().map(|event| (*event).to_owned());
        each[..each.len().saturating_sub(1)].iter().map(|event| (*event).to_owned()).collect()
    });
    *last =
        edit::with_events(last, |each| moved.into_iter().chain(each.iter().map(|event| (*event).to_owned())).collect());
}
