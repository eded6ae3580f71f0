//! What a liar is.

use serde_json::Value;

use crate::report::Fates;
use crate::settings::Settings;
use crate::store::{Headers, Object};

use super::stage::Stage;

/// Somebody who breaks one promise.
#[derive(Debug, Clone, Copy)]
pub struct Liar {
    /// Its name.
    pub name: &'static str,
    /// What it does wrong.
    pub does: &'static str,
    /// The name of the check that must catch it.
    pub check: &'static str,
    /// The names of other checks that cannot but notice it too, beside those that follow from the first anyway.
    pub also: &'static [&'static str],
    /// The smallest case that shows it.
    pub(super) stage: Stage,
    pub(super) lie: Lie,
}

/// Where the lie sits.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lie {
    /// In the objects that it writes. What it has seen or holds back stands in the memory.
    Writes(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// In the keys: what is there already is written over.
    WritesOver(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// In the settings that it obeys.
    Obeys(fn(&mut Settings)),
    /// In the lines that it takes in.
    Reads(fn(Vec<String>) -> Vec<String>),
    /// In the count that it keeps.
    Counts(fn(&mut Fates)),
    /// In what its store says of an object.
    Shows(fn(&mut Headers)),
    /// In the policy that is in force: its statements.
    Deploys(fn(&mut Vec<Value>)),
    /// In whose keys it writes with.
    Borrows,
}

impl Liar {
    pub(super) const fn new(
        name: &'static str,
        check: &'static str,
        stage: Stage,
        lie: Lie,
        does: &'static str,
    ) -> Self {
        Self { name, does, check, also: &[], stage, lie }
    }

    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}
