//! A mutant: its name, the check that must catch it, and its mutation.

use serde_json::Value;

use super::fixture::Fixture;
use crate::report::Fates;
use crate::settings::{Connection, Settings};
use crate::store::{Headers, Object};

/// A subject, store or policy that breaks one clause on purpose.
#[derive(Debug, Clone, Copy)]
pub struct Mutant {
    /// The mutant's name.
    pub name: &'static str,
    /// What the mutant does wrong.
    pub does: &'static str,
    /// The id of the check that must catch it.
    pub check: &'static str,
    /// The ids of other checks that also fail, in addition to those that depend on the clause of `check`.
    pub also: &'static [&'static str],
    /// The smallest case that shows the fault.
    pub(super) fixture: Fixture,
    pub(super) mutation: Mutation,
}

/// The change that a mutant makes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mutation {
    /// Changes written objects. The first argument holds objects between two calls.
    Objects(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// Changes written objects and overwrites objects with the same key.
    Overwrites(fn(&mut Vec<Object>, Object) -> Vec<Object>),
    /// Changes a written object.
    Object(fn(Object) -> Object),
    /// Changes the uncompressed bytes of an object.
    Bytes(fn(Vec<u8>) -> Vec<u8>),
    /// Changes the lines of an object.
    Lines(fn(&mut Vec<String>)),
    /// Changes the events of each line.
    Events(fn(&mut Vec<String>)),
    /// Replaces a text in each line.
    Text(&'static str, &'static str),
    /// Replaces a text in the folder of an object.
    Folder(&'static str, &'static str),
    /// Changes the last segment of an object's key.
    Name(fn(&str) -> String),
    /// Changes the settings of the subject.
    Settings(fn(&mut Settings)),
    /// Changes the connection in the settings of the subject.
    Connection(fn(&mut Connection)),
    /// Changes the input lines.
    Input(fn(&mut Vec<String>)),
    /// Changes the reported counts.
    Fates(fn(&mut Fates)),
    /// Changes the headers of an object that the store returns.
    Headers(fn(&mut Headers)),
    /// Changes the statements of the deployed policy.
    Policy(fn(&mut Vec<Value>)),
    /// Writes with the credentials of the verify role.
    Credentials,
}

impl Mutant {
    /// A mutant that `check` must catch on the plain fixture.
    pub(super) const fn new(name: &'static str, check: &'static str, does: &'static str, mutation: Mutation) -> Self {
        Self { name, does, check, also: &[], fixture: Fixture::Plain, mutation }
    }

    /// Sets another fixture.
    pub(super) const fn on(self, fixture: Fixture) -> Self {
        Self { fixture, ..self }
    }

    /// Sets further checks that fail.
    pub(super) const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}
