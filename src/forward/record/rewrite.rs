//! Copies a value, with 64-bit integers as strings and without the members that the settings remove.

use std::ops::ControlFlow;

use super::object::{List, Object};
use super::respell::write_string;
use super::trace::{Change, Reason, Trace};
use crate::contract::raw::{self, Kind};
use crate::contract::schema::integers::Node;
use crate::settings::effect::FieldMask;

/// Copies `text`. 64-bit integers of `node` become strings, and members in `mask` are removed.
pub(super) fn rewrite(
    text: &str,
    node: Option<&Node>,
    mask: Option<&FieldMask>,
    out: &mut String,
    trace: &mut impl Trace,
) {
    let node = node.filter(|node| node.is_int64() || !node.is_leaf());
    let mask = mask.filter(|mask| !mask.is_empty());
    if let Some(node) = node.filter(|node| node.is_int64()) {
        if Kind::of(text) == Kind::Number && write_string(text, |digits| node.holds(digits), out, trace) {
            trace.change(Change::Converted, Reason::Clause("DTO-1"));
        } else if Kind::of(text) != Kind::Number {
            out.push_str(text);
        }
        return;
    }
    if node.is_none() && mask.is_none() {
        return out.push_str(text);
    }
    match Kind::of(text) {
        Kind::Object => rewrite_members(text, node, mask, out, trace),
        Kind::Array => {
            let mut list = List::new(out);
            let mut index = 0;
            let _ = raw::each_element(text, |element| {
                let mask = mask.and_then(|mask| mask.element(index));
                trace.enter_element(index);
                if !is_masked(mask, trace) {
                    rewrite(element, node.and_then(Node::element), mask, list.element(), trace);
                }
                trace.leave();
                index += 1;
                ControlFlow::Continue(())
            });
            list.end();
        }
        _ => out.push_str(text),
    }
}

fn rewrite_members(
    text: &str,
    node: Option<&Node>,
    mask: Option<&FieldMask>,
    out: &mut String,
    trace: &mut impl Trace,
) {
    let mut object = Object::new(out);
    let _ = raw::each_member(text, |member| {
        let name = member.name();
        let mask = mask.and_then(|mask| mask.member(&name));
        trace.enter_member(&name);
        if !is_masked(mask, trace) {
            rewrite(member.value, node.and_then(|node| node.member(&name)), mask, object.key(member.key), trace);
        }
        trace.leave();
        ControlFlow::Continue(())
    });
    object.end();
}

/// Whether a setting removes a node.
pub(super) fn is_masked(mask: Option<&FieldMask>, trace: &mut impl Trace) -> bool {
    let removed_by = mask.and_then(FieldMask::removed_by);
    if let Some(setting) = removed_by {
        trace.change(Change::Removed, Reason::Setting(setting));
    }
    removed_by.is_some()
}
