//! A mutant: its name, the check that must catch it, and its mutation.

use serde_json::Value;

use super::fixture::Fixture;
use crate::report::Fates;
use crate::settings::{Connection, Settings};
use crate::store::{Headers, Object};

/// A subject, store or policy that breaks one clause on purpose.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// Its name.
    pub name: &'static str,
    /// What it does wrong.
    pub does: &'static str,
    /// The id of the check that must catch it.
    pub check: &'static str,
    /// The ids of other checks that fail too, beside those that follow from the first anyway.
    pub also: &'static [&'static str],
    /// The smallest case that shows it.
    pub(super) fixture: Fixture,
    pub(super) mutation: Mutation,
}

/// What a mutant changes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mutation {
    /// The objects that it writes. The first argument holds objects between two calls.
    Objects(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// The objects that it writes; it overwrites what has the same key.
    Overwrites(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// One object that it writes.
    Object(fn(Object) -> Object),
    /// The uncompressed bytes of an object.
    Bytes(fn(Vec<u8>) -> Vec<u8>),
    /// The lines of an object.
    Lines(fn(&mut Vec<String>)),
    /// The events of each line.
    Events(fn(&mut Vec<String>)),
    /// A text in each line, and its replacement.
    Text(&'static str, &'static str),
    /// A text in the folder of an object, and its replacement.
    Folder(&'static str, &'static str),
    /// The last segment of an object's key.
    Name(fn(&str) -> String),
    /// The settings that it obeys.
    Settings(fn(&mut Settings)),
    /// The connection of the settings that it obeys.
    Connection(fn(&mut Connection)),
    /// The lines that it receives.
    Input(fn(&mut Vec<String>)),
    /// The counts that it reports.
    Fates(fn(&mut Fates)),
    /// The headers of an object that its store returns.
    Headers(fn(&mut Headers)),
    /// The statements of the deployed policy.
    Policy(fn(&mut Vec<Value>)),
    /// The credentials that it writes with: those of the verify role.
    Credentials,
}

impl Mutant {
    /// A mutant that `check` must catch on the plain fixture.
    pub(super) const fn new(name: &'static str, check: &'static str, does: &'static str, mutation: Mutation) -> Self {
        Self { name, does, check, also: &[], fixture: Fixture::Plain, mutation }
    }

    /// The same mutant on another fixture.
    pub(super) const fn on(self, fixture: Fixture) -> Self {
        Self { fixture, ..self }
    }

    /// The same mutant; these checks fail too.
    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}
