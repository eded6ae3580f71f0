//! Merges several batches of one device (U-17). Events are concatenated, maps are merged key by key, and for everything
//! else the newest value wins. Values are copied as text.
//!
//! Merging is associative: merging a merged batch gives the same bytes. The result is never longer than the sum of its
//! parts.

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::contract::raw::{self, Kind, Member};
use crate::forward::record::identities::identity_type;

/// Merges batches, the oldest first. With `batch_location`, an older location is kept if the newer context has none.
pub(crate) fn merge<'a>(batches: impl IntoIterator<Item = &'a str>, batch_location: bool) -> String {
    let mut merged = Merged { batch_location, ..Merged::default() };
    for batch in batches {
        merged.longest += batch.len();
        merged.add(raw::members(batch).unwrap_or_default());
    }
    merged.text()
}

#[derive(Debug, Default)]
struct Merged<'a> {
    batch_location: bool,
    /// The length of all batches together. The result is not longer.
    longest: usize,
    /// The members in the order of their first occurrence: name, key as written, value.
    members: Vec<(Cow<'a, str>, &'a str, Node<'a>)>,
}

#[derive(Debug)]
enum Node<'a> {
    /// The newest value.
    Newest(Cow<'a, str>),
    /// Arrays to concatenate.
    Events(Vec<&'a str>),
    /// A map to merge key by key.
    Map(Ordered<'a>),
    /// An array whose elements have names.
    List(Ordered<'a>),
}

impl<'a> Merged<'a> {
    fn add(&mut self, batch: Vec<Member<'a>>) {
        let newer: Vec<_> =
            batch.into_iter().map(|Member { key, value }| (key, name_of(key), value)).map(Node::of).collect();
        // An attribute that is set again is no longer deleted, unless the same batch also deletes it.
        if let Some(deleted) = self.ordered("deleted_user_attributes") {
            let of = |wanted: &str| newer.iter().find(|(name, _, _)| name == wanted).map(|(_, _, node)| node);
            let again = match of("deleted_user_attributes") {
                Some(Node::List(again)) => Some(again),
                _ => None,
            };
            if let Some(Node::Map(set)) = of("user_attributes") {
                let is_set = |name: &&str| !again.is_some_and(|again| again.at.contains_key(*name));
                set.set_names().filter(is_set).for_each(|name| deleted.remove(name));
            }
        }
        for (name, key, node) in newer {
            match self.members.iter_mut().find(|(known, _, _)| *known == name) {
                Some((_, _, older)) => older.add(node, name == "context" && self.batch_location),
                None => self.members.push((name, key, node)),
            }
        }
        // A deleted attribute is no longer set. Within one batch the deletion counts.
        let deleted: Vec<String> =
            self.ordered("deleted_user_attributes").map(|deleted| deleted.names().collect()).unwrap_or_default();
        if let Some(attributes) = self.ordered("user_attributes") {
            deleted.iter().for_each(|name| attributes.remove(name));
        }
    }

    fn ordered(&mut self, name: &str) -> Option<&mut Ordered<'a>> {
        self.members.iter_mut().find(|(known, _, _)| known == name).and_then(|(_, _, node)| match node {
            Node::Map(ordered) | Node::List(ordered) => Some(ordered),
            _ => None,
        })
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(self.longest);
        text.push('{');
        for (_, key, node) in &self.members {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(key);
            text.push(':');
            node.write(&mut text);
        }
        text.push('}');
        text
    }
}

impl<'a> Node<'a> {
    fn of((key, name, value): (&'a str, Cow<'a, str>, &'a str)) -> (Cow<'a, str>, &'a str, Self) {
        let elements = || raw::elements(value).unwrap_or_default();
        let node = match (name.as_ref(), Kind::of(value)) {
            ("events", Kind::Array) => Self::Events(vec![value]),
            ("user_attributes" | "integration_attributes" | "user_identities", Kind::Object) => {
                let mut map = Ordered::default();
                for member in raw::members(value).unwrap_or_default() {
                    map.put(Some(member.name()), member.key, member.value);
                }
                Self::Map(map)
            }
            ("user_identities", Kind::Array) => {
                let mut list = Ordered::default();
                for element in elements() {
                    let members = raw::members(element).unwrap_or_default();
                    list.put(identity_type(&members), "", element);
                }
                Self::List(list)
            }
            ("deleted_user_attributes", Kind::Array) => {
                let mut list = Ordered::default();
                for element in elements() {
                    // Only a string is the name of an attribute. Other values are kept.
                    list.put(raw::string(element), "", element);
                }
                Self::List(list)
            }
            _ => Self::Newest(Cow::Borrowed(value)),
        };
        (name, key, node)
    }

    fn add(&mut self, newer: Self, keep_location: bool) {
        match (&mut *self, newer) {
            // Null is absent (DTO-3).
            (_, Self::Newest(value)) if value == "null" => {}
            (Self::Events(older), Self::Events(newer)) => older.extend(newer),
            (Self::Map(older), Self::Map(newer)) | (Self::List(older), Self::List(newer)) => older.add(newer),
            (Self::Newest(older), Self::Newest(newer)) if keep_location => *older = with_location(newer, older),
            (older, newer) => *older = newer,
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Newest(value) => out.push_str(value),
            Self::Events(arrays) => {
                let events = arrays.iter().filter_map(|array| Some(array.strip_prefix('[')?.strip_suffix(']')?.trim()));
                out.push('[');
                join(events.filter(|events| !events.is_empty()), out, |events, out| out.push_str(events));
                out.push(']');
            }
            Self::Map(map) => {
                out.push('{');
                join(map.entries.iter().flatten(), out, |(key, value), out| {
                    out.push_str(key);
                    out.push(':');
                    out.push_str(value);
                });
                out.push('}');
            }
            Self::List(list) => {
                out.push('[');
                join(list.entries.iter().flatten(), out, |(_, element), out| out.push_str(element));
                out.push(']');
            }
        }
    }
}

/// Named values in the order of their first occurrence.
#[derive(Debug, Default)]
struct Ordered<'a> {
    at: HashMap<Cow<'a, str>, usize, RandomState>,
    /// The key as written, for a map, and the value; `None` if the entry was removed.
    entries: Vec<Option<(&'a str, &'a str)>>,
}

impl<'a> Ordered<'a> {
    /// Replaces the older value of the name, or adds it at the end. Null replaces nothing (DTO-3).
    fn put(&mut self, name: Option<Cow<'a, str>>, key: &'a str, value: &'a str) {
        match name.as_ref().and_then(|name| self.at.get(name)) {
            Some(&at) => {
                if value != "null"
                    && let Some((_, older)) = &mut self.entries[at]
                {
                    *older = value;
                }
            }
            None => {
                if let Some(name) = name {
                    self.at.insert(name, self.entries.len());
                }
                self.entries.push(Some((key, value)));
            }
        }
    }

    fn add(&mut self, newer: Self) {
        let mut names: Vec<Option<Cow<'a, str>>> = vec![None; newer.entries.len()];
        for (name, at) in newer.at {
            names[at] = Some(name);
        }
        for (name, (key, value)) in
            names.into_iter().zip(newer.entries).filter_map(|(name, entry)| Some((name, entry?)))
        {
            self.put(name, key, value);
        }
    }

    fn remove(&mut self, name: &str) {
        if let Some(at) = self.at.remove(name) {
            self.entries[at] = None;
        }
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.at.keys().map(|name| name.clone().into_owned())
    }

    /// The names that have a value.
    fn set_names(&self) -> impl Iterator<Item = &str> {
        let is_set = |at: usize| self.entries[at].is_some_and(|(_, value)| value != "null");
        self.at.iter().filter(move |(_, at)| is_set(**at)).map(|(name, _)| name.as_ref())
    }
}

/// `context` with the location of `older`, if it is an object without a location.
fn with_location<'a>(context: Cow<'a, str>, older: &str) -> Cow<'a, str> {
    let location = raw::members(older).and_then(|members| raw::find(&members, "location"));
    let (Some(location), Some(members)) = (location, raw::members(&context)) else { return context };
    if raw::find(&members, "location").is_some() {
        return context;
    }
    let mut entries: Vec<(&str, &str)> = members
        .iter()
        .map(|member| (member.key, if member.name() == "location" { location } else { member.value }))
        .collect();
    if members.iter().all(|member| member.name() != "location") {
        entries.push(("\"location\"", location));
    }
    let mut text = String::from("{");
    join(entries.into_iter(), &mut text, |(key, value), text| {
        text.push_str(key);
        text.push(':');
        text.push_str(value);
    });
    text.push('}');
    Cow::Owned(text)
}

fn name_of(key: &str) -> Cow<'_, str> {
    Member { key, value: "" }.name()
}

fn join<T>(items: impl Iterator<Item = T>, out: &mut String, mut write: impl FnMut(T, &mut String)) {
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write(item, out);
    }
}
