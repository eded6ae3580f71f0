//! The differences between a record as it came and as it leaves, each with the rule behind it.

use crate::contract::raw::{self, Kind, Member};
use crate::json;
use crate::report::{Action, Change, Rule};
use crate::settings::{Connection, SettingId};

use super::{of_clause, of_setting};
use crate::settings::effect::FieldMask;

/// Collects differences.
#[derive(Debug)]
pub(super) struct Differences<'a> {
    pub(super) found: Vec<Change>,
    /// The connection, if what is compared is a batch and not one of its events.
    connection: Option<&'a Connection>,
}

impl<'a> Differences<'a> {
    /// For a batch, its events aside.
    pub(super) fn of_batch(connection: &'a Connection) -> Self {
        Self { found: Vec::new(), connection: Some(connection) }
    }

    /// For an event.
    pub(super) fn of_event() -> Self {
        Self { found: Vec::new(), connection: None }
    }

    /// Compares the members of two objects that stand at the pointer `at`.
    pub(super) fn members(&mut self, before: &[Member<'_>], after: &[Member<'_>], mask: Option<&FieldMask>, at: &str) {
        let named = |members: &[Member<'_>], name: &str| members.iter().position(|member| member.name() == name);
        for member in before {
            let name = member.name();
            let pointer = json::member(at, &name);
            if self.connection.is_some() && pointer == "/events" {
                continue;
            }
            let mask = mask.and_then(|mask| mask.member(&name));
            match named(after, &name) {
                Some(index) => self.value(member.value, after[index].value, mask, &pointer),
                None => self.note(&pointer, Action::Removed, mask, Some(member.value)),
            }
        }
        for member in after {
            let name = member.name();
            if named(before, &name).is_none() {
                self.note(&json::member(at, &name), Action::Added, None, None);
            }
        }
    }

    /// Compares two values that stand at the pointer `at`.
    pub(super) fn value(&mut self, before: &str, after: &str, mask: Option<&FieldMask>, at: &str) {
        if before == after {
            return;
        }
        if self.connection.is_some() && at == "/user_identities" {
            return self.note(at, Action::Converted, mask, Some(before));
        }
        match (raw::members(before), raw::members(after)) {
            (Some(before), Some(after)) => return self.members(&before, &after, mask, at),
            (None, None) => {}
            _ => return self.note(at, Action::Replaced, mask, Some(before)),
        }
        match (raw::elements(before), raw::elements(after)) {
            (Some(before), Some(after)) => self.elements(&before, &after, mask, at),
            _ if Kind::of(before) == Kind::Number && is_quoted(after, before) => {
                self.note(at, Action::Converted, mask, Some(before));
            }
            _ => self.note(at, Action::Replaced, mask, Some(before)),
        }
    }

    fn elements(&mut self, before: &[&str], after: &[&str], mask: Option<&FieldMask>, at: &str) {
        let mut rest = after.iter();
        for (index, element) in before.iter().enumerate() {
            let pointer = json::member(at, &index.to_string());
            let mask = mask.and_then(|mask| mask.element(index));
            if mask.is_some_and(|mask| mask.removed_by().is_some()) {
                self.note(&pointer, Action::Removed, mask, Some(element));
            } else if let Some(after) = rest.next() {
                self.value(element, after, mask, &pointer);
            } else {
                self.note(&pointer, Action::Removed, None, Some(element));
            }
        }
        for _ in rest {
            self.note(at, Action::Added, None, None);
        }
    }

    fn note(&mut self, pointer: &str, action: Action, mask: Option<&FieldMask>, before: Option<&str>) {
        let cut = mask.and_then(FieldMask::removed_by).filter(|_| action == Action::Removed).map(of_setting);
        let rule = cut.or_else(|| self.rule_of(pointer, action, before));
        self.found.push(Change { pointer: pointer.to_owned(), action, rule });
    }

    /// The rule behind a difference that is no cut.
    fn rule_of(&self, pointer: &str, action: Action, before: Option<&str>) -> Option<Rule> {
        let raw_data_feed = self.connection.is_some_and(|connection| connection.raw_data_feed);
        if action == Action::Converted && pointer != "/user_identities" {
            return (!raw_data_feed).then(|| of_clause("DTO-1"));
        }
        let connection = self.connection?;
        // `null` is absent, so what stands there is as good as added.
        let is_added = before.is_none_or(|before| before == "null");
        match pointer {
            "/user_identities" if action == Action::Converted => {
                Some(of_clause(if raw_data_feed { "DTO-2" } else { "U-23" }))
            }
            "/ip" if action == Action::Removed && !raw_data_feed => Some(of_clause("DTO-1")),
            "/schema_version" | "/timestamp_unixtime_ms" if is_added && !raw_data_feed => Some(of_clause("U-16")),
            "/unique_id" if connection.unique_id.is_some() => Some(of_setting(SettingId::UniqueId)),
            "/context" if !is_added => None,
            "/context" | "/context/location" if connection.include_event_batch_location => {
                Some(of_setting(SettingId::IncludeEventBatchLocation))
            }
            _ if pointer.starts_with("/context/location/") && connection.include_event_batch_location => {
                Some(of_setting(SettingId::IncludeEventBatchLocation))
            }
            _ => None,
        }
    }
}

/// Whether `text` is the string that holds `number`.
fn is_quoted(text: &str, number: &str) -> bool {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) == Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DateFolders;

    fn found(before: &str, after: &str, change: impl FnOnce(&mut Connection)) -> Vec<(String, Action, Option<String>)> {
        let mut connection = Connection::new("mp-forwarding-acme".parse().unwrap(), DateFolders::None);
        change(&mut connection);
        let mask = FieldMask::of_batch(&connection);
        let mut differences = Differences::of_batch(&connection);
        differences.value(before, after, Some(&mask), "");
        let found = differences.found.into_iter();
        found.map(|change| (change.pointer, change.action, change.rule.map(|rule| rule.clause))).collect()
    }

    #[test]
    fn what_no_rule_asks_for_has_none() {
        for (before, after, pointer, action) in [
            (r#"{"a":1}"#, r#"{}"#, "/a", Action::Removed),
            (r#"{}"#, r#"{"a":1}"#, "/a", Action::Added),
            (r#"{"a":{"b/c":1}}"#, r#"{"a":{"b/c":2}}"#, "/a/b~1c", Action::Replaced),
            (r#"{"a":[1,2]}"#, r#"{"a":[1]}"#, "/a/1", Action::Removed),
            (r#"{"a":[1]}"#, r#"{"a":[1,2]}"#, "/a", Action::Added),
            (r#"{"a":[1]}"#, r#"{"a":{}}"#, "/a", Action::Replaced),
            (
                r#"{"timestamp_unixtime_ms":1}"#,
                r#"{"timestamp_unixtime_ms":"2"}"#,
                "/timestamp_unixtime_ms",
                Action::Replaced,
            ),
            (r#"{"context":5}"#, r#"{"context":{}}"#, "/context", Action::Replaced),
        ] {
            assert_eq!(found(before, after, |_| {}), [(pointer.to_owned(), action, None)], "{before} {after}");
        }
    }

    #[test]
    fn spaces_between_tokens_are_no_difference() {
        assert_eq!(found(r#"{ "a" : { "b" : [ 1 , 2 ] } }"#, r#"{"a":{"b":[1,2]}}"#, |_| {}), []);
    }

    #[test]
    fn a_conversion_in_a_raw_data_feed_has_no_rule() {
        let change = |raw: bool| found(r#"{"mpid":5}"#, r#"{"mpid":"5"}"#, |connection| connection.raw_data_feed = raw);
        assert_eq!(change(false), [("/mpid".to_owned(), Action::Converted, Some("DTO-1".to_owned()))]);
        assert_eq!(change(true), [("/mpid".to_owned(), Action::Converted, None)]);
    }

    #[test]
    fn an_element_that_is_cut_does_not_move_the_blame() {
        let seen =
            found(r#"{"device_info":{"x":[{"y":1},{"y":2}]}}"#, r#"{"device_info":{"x":[{"y":2}]}}"#, |connection| {
                connection.metadata_field_exclusion.exclude("/device_info/x/0").unwrap()
            });
        let clause = Some("metadata_field_exclusion".to_owned());
        assert_eq!(seen, [("/device_info/x/0".to_owned(), Action::Removed, clause)]);
    }
}
