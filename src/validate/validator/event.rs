//! Checks events. The type that selects the rules of the data may come after the data.

use super::line_facts::EventFacts;
use super::program::{Kinds, Member, Program};
use super::program::{Match, Mismatch};
use super::walk::{Named, Walk};

/// The state after reading an event's data.
struct Data {
    /// The types whose rules all members match so far.
    possible: Kinds,
    seen: u128,
    null: u128,
    /// Whether the data is null. Then no member is required.
    absent: bool,
}

/// The bits of an event's own members: their indices in [`EVENT_MEMBERS`](super::program::EVENT_MEMBERS).
const EVENT_TYPE: u8 = 1;
const DATA: u8 = 1 << 1;
const REQUEST_TYPE: u8 = 1 << 2;

impl Walk<'_> {
    pub(super) fn event(&mut self) -> Match<()> {
        let program = self.program;
        let events = &program.events;
        let mut facts = EventFacts::default();
        let mut seen = 0;
        let mut kind: Option<Kinds> = None;
        let mut alias = false;
        let mut data: Option<Data> = None;
        let mut object = self.object()?;
        while let Some(named) = self.member(&mut object, &events.own)? {
            let member = match named {
                Named::Known(index) => 1 << index,
                Named::Other => 0,
            };
            if seen & member != 0 {
                return Err(Mismatch);
            }
            seen |= member;
            match member {
                EVENT_TYPE => {
                    let index = self.typed()?;
                    facts.kind = index;
                    kind = Some(index.map_or(events.other, |index| 1 << index));
                }
                DATA => data = Some(self.data(kind.unwrap_or(Kinds::MAX), &mut facts)?),
                _ if events.closed => return Err(Mismatch),
                REQUEST_TYPE if self.peek() == b'"' => alias = self.read_text(|_, text| text == b"alias")?,
                _ => self.value(Program::ANYTHING)?,
            }
        }
        let kind = match kind {
            Some(kind) => kind,
            None if alias => events.alias,
            None => 0,
        };
        let right = match data {
            None => kind != 0 && !events.closed,
            Some(data) => {
                let rules = events.member_rules.get(kind.trailing_zeros() as usize).copied().unwrap_or_default();
                let one_of = rules.one_of & data.seen & !data.null;
                data.possible & kind != 0
                    && (data.absent
                        || (rules.required & !data.seen == 0 && (rules.one_of == 0 || one_of.count_ones() == 1)))
            }
        };
        if !right {
            return Err(Mismatch);
        }
        self.facts.events.push(facts);
        Ok(())
    }

    /// The event's type: its index, or `None` for an allowed unknown type.
    fn typed(&mut self) -> Match<Option<usize>> {
        if self.peek() != b'"' {
            return Err(Mismatch);
        }
        let index = self.read_text(|program, text| program.events.types.position(text))?;
        if index.is_none() && self.program.events.other == 0 { Err(Mismatch) } else { Ok(index) }
    }

    /// The data of an event with one of the `possible` types.
    fn data(&mut self, mut possible: Kinds, facts: &mut EventFacts) -> Match<Data> {
        let program = self.program;
        let events = &program.events;
        if self.peek() == b'n' {
            self.value(Program::ANYTHING)?;
            return Ok(Data { possible: possible & events.nullable, seen: 0, null: 0, absent: true });
        }
        if self.peek() != b'{' {
            return Err(Mismatch);
        }
        let (mut seen, mut null) = (0_u128, 0_u128);
        let mut object = self.object()?;
        while let Some(named) = self.member(&mut object, &events.keys)? {
            match named {
                Named::Known(index) => {
                    let start = self.at;
                    let bit = 1 << index;
                    if seen & bit != 0 {
                        return Err(Mismatch);
                    }
                    seen |= bit;
                    if self.peek() == b'n' {
                        null |= bit;
                    }
                    possible = self.check_member(&events.members[index], possible)?;
                    if events.timestamp == Some(index) {
                        facts.timestamp = start..self.at;
                    } else if events.event_id == Some(index) {
                        facts.id = start..self.at;
                    }
                }
                Named::Other => {
                    possible &= events.open;
                    self.value(Program::ANYTHING)?;
                }
            }
            if possible == 0 {
                return Err(Mismatch);
            }
        }
        Ok(Data { possible, seen, null, absent: false })
    }

    /// A member that some types have. Returns the types whose rules it matches.
    #[inline]
    fn check_member(&mut self, member: &Member, possible: Kinds) -> Match<Kinds> {
        let open = self.program.events.open;
        if let [(kinds, shape)] = member.shapes[..] {
            // The usual case: all possible types have the member, or refuse it if they do not have it.
            if possible & !kinds & open == 0 && possible & kinds != 0 {
                self.value(shape)?;
                return Ok(possible & kinds);
            }
        }
        self.check_each_shape(member, possible)
    }

    /// A member whose shape differs between the possible types.
    fn check_each_shape(&mut self, member: &Member, possible: Kinds) -> Match<Kinds> {
        let start = self.checkpoint();
        // A type that neither has nor refuses the member accepts any value.
        let mut right = possible & !member.known & self.program.events.open;
        let mut end = None;
        for (kinds, shape) in &member.shapes {
            if possible & kinds != 0 {
                self.rewind(&start);
                if self.value(*shape).is_ok() {
                    right |= possible & kinds;
                    end = Some(self.checkpoint());
                }
            }
        }
        match end {
            Some(end) => self.rewind(&end),
            None => {
                self.rewind(&start);
                self.value(Program::ANYTHING)?;
            }
        }
        Ok(right)
    }
}
