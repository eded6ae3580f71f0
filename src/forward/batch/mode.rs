//! Decides how a batch becomes lines, from the batch as received (U-18): a filter must not hide the end of a session.

use std::collections::HashMap;

use crate::contract::raw;
use crate::forward::ledger::Indices;
use crate::forward::record::Received;
use crate::settings::Connection;

use super::key::{Key, Session};

/// How events of a batch become lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BatchMode {
    /// Each event is on a line of its own (BAT-3).
    Each,
    /// They are a line of their own: nothing says which device or user they belong to (U-9, U-17).
    Alone,
    /// They wait for others of their device (BAT-1) or of their session (BAT-2).
    Gather {
        key: Key,
        /// Whether the end of their session is among them.
        ends: bool,
    },
}

/// Events of a batch that become lines in the same way.
#[derive(Debug)]
pub(crate) struct Share {
    pub(crate) mode: BatchMode,
    /// Their indices in the batch, ascending.
    pub(crate) events: Indices,
}

/// Deals the events of a batch to their sessions where these are waited for; the others go together (U-32). The shares are in the
/// order of their first events. There is at least one.
pub(crate) fn shares(received: &Received<'_>, connection: &Connection) -> Vec<Share> {
    let key = if received.has_other_events() { None } else { Key::of(received) };
    let waits = connection.wait_for_complete_batch && is_android(received);
    let mode = |session: Option<&Session<'_>>| match (&key, session) {
        (_, None) if !connection.send_as_batch => BatchMode::Each,
        (None, _) => BatchMode::Alone,
        (Some(key), session) => BatchMode::Gather { key: key.of_session(session), ends: false },
    };
    if !waits {
        let events = received.events().map(|event| event.index).collect();
        return vec![Share { mode: mode(None), events }];
    }
    let mut shares: Vec<Share> = Vec::new();
    let mut known: HashMap<Option<Session<'_>>, usize> = HashMap::new();
    for event in received.events() {
        let session = Session::of(&event);
        let is_end = session.is_some() && event.event_type() == "session_end";
        let at = *known.entry(session).or_insert_with_key(|session| {
            shares.push(Share { mode: mode(session.as_ref()), events: Indices::default() });
            shares.len() - 1
        });
        let share = &mut shares[at];
        share.events.push(event.index);
        if let BatchMode::Gather { ends, .. } = &mut share.mode {
            *ends |= is_end;
        }
    }
    if shares.is_empty() {
        shares.push(Share { mode: mode(None), events: Indices::default() });
    }
    shares
}

/// Whether the input is Android (U-22).
fn is_android(received: &Received<'_>) -> bool {
    let text = |node, name| raw::string(received.members.find(node)?.members().find(name)?.text);
    text("device_info", "platform")
        .or_else(|| text("application_info", "os"))
        .is_some_and(|platform| platform.eq_ignore_ascii_case("android"))
}
