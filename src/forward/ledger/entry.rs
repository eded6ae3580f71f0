//! A line of the ledger file. `docs/ledger.md` says how to read it.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Flag, Indices};

/// What became of events of one line of input, or a remark about them. The fates are `written`, `filtered`,
/// `quarantined`, `unconfirmed` and `pending`: their counts add up to what was received. `removed` and `flagged` come in
/// addition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum LedgerEntry<'a> {
    /// A run begins: the entries before it belong to another run.
    Begun {
        /// The version of the program.
        version: Cow<'a, str>,
        /// When, in UTC (RFC 3339).
        at: String,
    },
    /// An object in the bucket holds them.
    Written(Placement<'a>),
    /// An object holds them that may be in the bucket: its upload was never answered.
    Unconfirmed(Placement<'a>),
    /// A setting keeps them back.
    Filtered {
        /// The input's name as the user gave it.
        input: Cow<'a, str>,
        /// The line in it, from 1.
        line: u64,
        /// Which events; none if the batch came without events.
        events: Indices,
        /// How many events they count as.
        count: u64,
        /// The setting's id.
        setting: Cow<'a, str>,
    },
    /// They cannot be forwarded.
    Quarantined {
        /// The input's name as the user gave it.
        input: Cow<'a, str>,
        /// The line in it, from 1.
        line: u64,
        /// Which event; none if it is the whole line.
        events: Indices,
        /// How many events they count as.
        count: u64,
        /// Why.
        reason: Cow<'a, str>,
    },
    /// They could not be delivered by the end of the run.
    Pending {
        /// The input's name as the user gave it.
        input: Cow<'a, str>,
        /// The line in it, from 1.
        line: u64,
        /// How many events are meant.
        count: u64,
    },
    /// A setting took nodes out of a batch that was forwarded.
    Removed {
        /// The input's name as the user gave it.
        input: Cow<'a, str>,
        /// The line in it, from 1.
        line: u64,
        /// The setting's id.
        setting: Cow<'a, str>,
        /// How many nodes it took out.
        nodes: u64,
    },
    /// Something is odd about a batch or its events.
    Flagged {
        /// The input's name as the user gave it.
        input: Cow<'a, str>,
        /// The line in it, from 1.
        line: u64,
        /// Which events; none if it is the batch itself.
        events: Indices,
        /// What is odd.
        flag: Flag,
    },
}

/// Which line of which object carries events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Placement<'a> {
    /// The input's name as the user gave it.
    pub input: Cow<'a, str>,
    /// The line in it, from 1.
    pub line: u64,
    /// Which events; none if the batch has no events to forward.
    pub events: Indices,
    /// How many events they count as: one for a batch that came without any, none for one that lost all to filters.
    pub count: u64,
    /// The object's key.
    pub object: Cow<'a, str>,
    /// The line in it, from 1.
    pub object_line: u64,
    /// What is odd about that line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<Flag>,
}
