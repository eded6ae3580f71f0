//! Decides how a batch becomes lines, from the batch as received (U-18): a filter must not hide the end of a session.

use crate::contract::raw;
use crate::forward::record::Received;
use crate::settings::Connection;

use super::key::{Key, Session};

/// How a batch becomes lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BatchMode {
    /// Each event is on a line of its own (BAT-3).
    Each,
    /// The batch is on a line of its own, because its device or its user is not known (U-9, U-17).
    Alone,
    /// The batch waits for others of its device (BAT-1) or its session (BAT-2).
    Gather {
        key: Key,
        /// Whether the batch ends its session.
        ends: bool,
    },
}

impl BatchMode {
    pub(crate) fn of(received: &Received<'_>, connection: &Connection) -> Self {
        let session =
            (connection.wait_for_complete_batch && is_android(received)).then(|| Session::of(received)).flatten();
        if session.is_none() && !connection.send_as_batch {
            return Self::Each;
        }
        let ends =
            session.as_ref().is_some_and(|session| received.events.iter().any(|event| session.is_ended_by(event)));
        Key::of(received, session).map_or(Self::Alone, |key| Self::Gather { key, ends })
    }
}

/// Whether the input is Android (U-22).
fn is_android(received: &Received<'_>) -> bool {
    let text = |node, name| {
        let members = raw::members(raw::find(&received.members, node)?)?;
        raw::find(&members, name).and_then(raw::string)
    };
    text("device_info", "platform")
        .or_else(|| text("application_info", "os"))
        .is_some_and(|platform| platform.eq_ignore_ascii_case("android"))
}
