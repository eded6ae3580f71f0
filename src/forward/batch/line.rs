//! A line that is ready to be written.

use jiff::civil::Date;

use crate::forward::ledger::{Flag, Indices};

/// Lines that may share a file: one app, one folder (LAY-5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Group {
    pub(crate) app_name: String,
    pub(crate) date: Option<Date>,
}

/// A batch as it will be written, without the end of the line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) group: Group,
    pub(crate) carried: Carried,
}

/// What a line carries, for the ledger and for the source.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    /// The shares of the records that the line is made of, in the order of their arrival.
    pub(crate) portions: Vec<Portion>,
    pub(crate) flags: Vec<Flag>,
}

impl Carried {
    /// How many events of the ledger it carries.
    pub(crate) fn weight(&self) -> u64 {
        self.portions.iter().map(|portion| portion.weight).sum()
    }
}

/// The share of a record that one line carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Portion {
    pub(crate) sequence: u64,
    /// How many events of the ledger it counts as.
    pub(crate) weight: u64,
    /// Which events of the record it holds.
    pub(crate) events: Indices,
}
