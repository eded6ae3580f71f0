//! A line of the ledger file. `docs/ledger.md` describes it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Flag, Indices};

/// The fate of events of one input line, or a note about them. The fates are `written`, `filtered`, `quarantined`,
/// `unconfirmed` and `pending`: their counts add up to the received events. `removed` and `flagged` are notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum LedgerEntry<'a> {
    /// A run starts. Earlier entries belong to another run.
    Begun {
        /// The version of the program.
        version: Cow<'a, str>,
        /// The start of the run, in UTC (RFC 3339).
        at: String,
    },
    /// The events are in an object in the bucket.
    Written(Placement<'a>),
    /// The events are in an object that may be in the bucket: its upload got no answer.
    Unconfirmed(Placement<'a>),
    /// The events were removed by a setting.
    Filtered {
        /// The input's name as given by the user.
        input: Cow<'a, str>,
        /// The line of the input, from 1.
        line: u64,
        /// The events; empty if the batch was received without events.
        events: Indices,
        /// The number of events.
        count: u64,
        /// The setting's id.
        setting: Cow<'a, str>,
    },
    /// The events cannot be forwarded.
    Quarantined {
        /// The input's name as given by the user.
        input: Cow<'a, str>,
        /// The line of the input, from 1.
        line: u64,
        /// The event; empty for the whole line.
        events: Indices,
        /// The number of events.
        count: u64,
        /// The reason.
        reason: Cow<'a, str>,
    },
    /// The events were not delivered by the end of the run.
    Pending {
        /// The input's name as given by the user.
        input: Cow<'a, str>,
        /// The line of the input, from 1.
        line: u64,
        /// The number of events.
        count: u64,
        /// The key of the object that was attempted, if one was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object: Option<Cow<'a, str>>,
    },
    /// A setting removed members of a forwarded batch.
    Removed {
        /// The input's name as given by the user.
        input: Cow<'a, str>,
        /// The line of the input, from 1.
        line: u64,
        /// The setting's id.
        setting: Cow<'a, str>,
        /// The number of removed members.
        nodes: u64,
    },
    /// A batch or its events are unusual.
    Flagged {
        /// The input's name as given by the user.
        input: Cow<'a, str>,
        /// The line of the input, from 1.
        line: u64,
        /// The events; empty for the batch itself.
        events: Indices,
        /// What is unusual.
        flag: Flag,
    },
}

/// The object and the line that events are written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placement<'a> {
    /// The input's name as given by the user.
    pub input: Cow<'a, str>,
    /// The line of the input, from 1.
    pub line: u64,
    /// The events; empty if the batch has no events to forward.
    pub events: Indices,
    /// The number of events: 1 for a batch that was received without events, 0 for a batch whose events were all
    /// filtered.
    pub count: u64,
    /// The object's key.
    pub object: Cow<'a, str>,
    /// The line of the object, from 1.
    pub object_line: u64,
    /// What is unusual about the line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}
