//! The compiled schema: a rule for each place of a line, for a parser that reads every byte once.

use super::key_table::Table;
use super::pattern::Pattern;

/// The line does not match the schema. [`Explainer`](crate::validate::Explainer) gives the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mismatch;

/// The value that was read, if it matches the schema.
pub(super) type Match<T> = Result<T, Mismatch>;

/// The index of a [`Shape`].
pub(super) type ShapeId = u16;

/// A set of JSON types, with one bit for each.
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

/// The values that are valid at one place. The JSON types exclude each other, so each type has one rule and no value is
/// read twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) types: Types,
    pub(super) number: NumberRule,
    pub(super) text: TextRule,
    /// The shape of each element of an array.
    pub(super) items: ShapeId,
    pub(super) object: ObjectRule,
}

/// The valid numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberRule {
    Any,
    /// Integers between the bounds; `1.0` is an integer.
    Integer {
        least: i128,
        most: i128,
    },
}

/// The valid strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextRule {
    Any,
    /// One of a list of names: an index into [`Program::names`].
    Names(u16),
    Pattern(Pattern),
}

/// The valid objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectRule {
    /// An index into [`Program::records`].
    Record(u16),
    /// An event: its type selects the rules of its data.
    Event,
}

/// An object with known members. Their indices are those of `keys`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) names: Vec<String>,
    pub(super) properties: Vec<Property>,
    pub(super) required: u128,
    /// The shape of any other member; `None` if other members are refused.
    pub(super) others: Option<ShapeId>,
    /// Exactly one of these must exist and not be null; empty means no such rule.
    pub(super) one_of: u128,
}

/// A known member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Property {
    pub(super) shape: ShapeId,
    pub(super) fact: Option<Fact>,
}

/// A value that the counts of valid lines need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fact {
    Environment,
    BatchId,
    Received,
    App,
}

/// The rules of events. The data may come before the type that selects its rules. It is therefore checked with all
/// possible types at the same time, which have most members in common.
#[derive(Debug, Clone, Default)]
pub(super) struct Events {
    /// The keys of an event itself.
    pub(super) own: Table,
    /// The names of the types; the index of one is its bit in a [`Kinds`].
    pub(super) types: Table,
    /// The bit of events of any other type; 0 if they are refused.
    pub(super) other: Kinds,
    /// The bit of the identity API's alias request, which has no type; 0 if it is refused.
    pub(super) alias: Kinds,
    /// Whether members other than `event_type` and `data` are refused, and `data` is required.
    pub(super) closed: bool,
    /// The members of all types' data.
    pub(super) keys: Table,
    pub(super) members: Vec<Member>,
    /// The members that each type requires, by the index of its bit.
    pub(super) member_rules: Vec<MemberRules>,
    /// The types whose data may be null.
    pub(super) nullable: Kinds,
    /// The types whose data may have unknown members.
    pub(super) open: Kinds,
    /// The indices of the timestamp and of the event's id among the members.
    pub(super) timestamp: Option<usize>,
    pub(super) event_id: Option<usize>,
}

/// A set of event types.
pub(super) type Kinds = u32;

/// A member of event data, with its shape for each type that has it.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) known: Kinds,
    pub(super) shapes: Vec<(Kinds, ShapeId)>,
}

/// The rules of one type for its data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MemberRules {
    pub(super) required: u128,
    pub(super) one_of: u128,
}

/// A compiled schema.
#[derive(Debug, Clone)]
pub(super) struct Program {
    pub(super) shapes: Vec<Shape>,
    pub(super) records: Vec<Record>,
    /// The keys of each record.
    pub(super) keys: Vec<Table>,
    pub(super) names: Vec<Table>,
    pub(super) events: Events,
    pub(super) root: ShapeId,
    /// The total number of guesses of all tables.
    pub(super) guesses: usize,
}

impl Program {
    /// The shape of any value.
    pub(super) const ANYTHING: ShapeId = 0;
    /// The record without known members that accepts any member.
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

/// The members of an event itself, by index.
pub(super) const EVENT_MEMBERS: [&str; 3] = ["event_type", "data", "request_type"];
