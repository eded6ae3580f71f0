//! What a schema says of each place, laid out for a parser that looks at every byte once.

use super::keys::Table;
use super::pattern::Pattern;

/// The index of a [`Shape`].
pub(super) type ShapeId = u16;

/// A set of JSON's types, a bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const NUMBER: Self = Self(4);
    pub(super) const STRING: Self = Self(8);
    pub(super) const ARRAY: Self = Self(16);
    pub(super) const OBJECT: Self = Self(32);
    pub(super) const ALL: Self = Self(63);

    #[inline]
    pub(super) fn has(self, one: Self) -> bool {
        self.0 & one.0 != 0
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn only(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// What may stand at one place. The types exclude each other, so each has a rule of its own and no value is looked at
/// twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) types: Types,
    pub(super) number: NumberRule,
    pub(super) text: TextRule,
    /// What each element of an array is.
    pub(super) items: ShapeId,
    pub(super) object: ObjectRule,
}

/// Which numbers are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberRule {
    Any,
    /// Those without a fraction (`1.0` has none) that lie between the bounds.
    Integer {
        least: i128,
        most: i128,
    },
}

/// Which strings are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRule {
    Any,
    /// One of a list of names: an index into [`Program::names`].
    Names(u16),
    Pattern(Pattern),
}

/// Which objects are right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectRule {
    /// An index into [`Program::records`].
    Record(u16),
    /// An event: its type decides what its data is.
    Event,
}

/// An object with known members. Their indices are those of `keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) names: Vec<String>,
    pub(super) properties: Vec<Property>,
    pub(super) required: u128,
    /// What any other member is; `None` where there must be none.
    pub(super) others: Option<ShapeId>,
    /// Of these exactly one must be there and not be null; nobody asks if none is named.
    pub(super) one_of: u128,
}

/// A known member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) shape: ShapeId,
    pub(super) fact: Option<Fact>,
}

/// What a summary wants to know of a line that is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    Environment,
    BatchId,
    Received,
    App,
}

/// How events are judged. Their data comes before or after the type that judges it, so it is held against all types
/// that are still possible at once: they have most members in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    /// The keys of an event itself.
    pub(super) own: Table,
    /// The names of the types; the index of one is its bit in a [`Kinds`].
    pub(super) types: Table,
    /// The bit of events of any other type, if there may be any.
    pub(super) other: Kinds,
    /// The bit of the identity API's alias request, which has no type, if it may be.
    pub(super) alias: Kinds,
    /// Whether members besides `event_type` and `data` are refused, and `data` is required.
    pub(super) closed: bool,
    /// The members of all types' data.
    pub(super) keys: Table,
    pub(super) members: Vec<Member>,
    /// What each type demands, by the place of its bit.
    pub(super) demands: Vec<Demand>,
    /// The types whose data may be null.
    pub(super) nullable: Kinds,
    /// The types whose data may have members that they do not know.
    pub(super) open: Kinds,
    /// The places of the timestamp and of the event's id among the members.
    pub(super) timestamp: Option<usize>,
    pub(super) event_id: Option<usize>,
}

/// A set of event types.
pub(super) type Kinds = u32;

/// A member of event data, with what it is for each of the types that know it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) known: Kinds,
    pub(super) shapes: Vec<(Kinds, ShapeId)>,
}

/// What one type demands of its data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Demand {
    pub(super) required: u128,
    pub(super) one_of: u128,
}

/// A schema, ready to be walked.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) shapes: Vec<Shape>,
    pub(super) records: Vec<Record>,
    /// The keys of each record.
    pub(super) keys: Vec<Table>,
    pub(super) names: Vec<Table>,
    pub(super) events: Events,
    pub(super) root: ShapeId,
    /// How many guesses all tables have together.
    pub(super) guesses: usize,
}

impl Program {
    /// The shape of anything.
    pub(super) const ANYTHING: ShapeId = 0;
    /// The record without known members that takes any other.
    pub(super) const OPEN: u16 = 0;
}

impl Shape {
    pub(super) const ANYTHING: Self = Self {
        types: Types::ALL,
        number: NumberRule::Any,
        text: TextRule::Any,
        items: Program::ANYTHING,
        object: ObjectRule::Record(Program::OPEN),
    };
}
