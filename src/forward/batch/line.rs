//! A line that is ready to write.

use jiff::civil::Date;

use crate::forward::ledger::{Flag, Indices};

/// The app and the folder of a file. Lines with the same group can share a file (LAY-5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group {
    pub(crate) app_name: String,
    pub(crate) date: Option<Date>,
}

/// A line without its newline.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) group: Group,
    pub(crate) carried: Carried,
}

/// The content of a line, for the ledger and for the source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The parts of the records on the line, in the order of their arrival.
    pub(crate) portions: Vec<Portion>,
    pub(crate) flags: Vec<Flag>,
}

impl Carried {
    /// The number of events in the ledger's count.
    pub(crate) fn weight(&self) -> u64 {
        self.portions.iter().map(|portion| portion.weight).sum()
    }
}

/// The part of a record on one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Portion {
    pub(crate) sequence: u64,
    /// The number of events in the ledger's count.
    pub(crate) weight: u64,
    /// The events of the record on this line.
    pub(crate) events: Indices,
}
