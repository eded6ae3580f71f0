//! Fields that appear or disappear from day to day, in a sample of lines.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::hash::hash_of;
use super::hours::date_of_day;
use super::kept::KeptByHash;

/// The largest number of fields.
const FIELDS: usize = 2_000;

/// The largest number of days, the latest ones.
const DAYS: usize = 8_000;

/// Objects whose member names are chosen by users. Their members are not fields.
const OPEN: [&str; 7] = [
    "user_attributes",
    "custom_attributes",
    "custom_flags",
    "integration_attributes",
    "attributes",
    "partner_identities",
    "consent_state",
];

/// The paths of the fields in the sampled lines, without values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::validate) struct Fields {
    /// The first and the last day of each field.
    pub(in crate::validate) paths: KeptByHash<String, (i64, i64)>,
    /// The days with a sampled line.
    pub(in crate::validate) days: BTreeSet<i64>,
    /// The number of sampled lines.
    pub(in crate::validate) lines: u64,
}

impl Default for Fields {
    fn default() -> Self {
        Self { paths: KeptByHash::new(FIELDS), days: BTreeSet::new(), lines: 0 }
    }
}

impl Fields {
    /// Adds a line of this day.
    pub(in crate::validate) fn add(&mut self, batch: &Value, day: i64) {
        self.lines += 1;
        self.put_day(day);
        self.walk(batch, String::new(), day);
    }

    pub(in crate::validate) fn put_day(&mut self, day: i64) {
        self.days.insert(day);
        if self.days.len() > DAYS {
            self.days.pop_first();
        }
    }

    /// Adds a field that was there from the first to the last day.
    pub(in crate::validate) fn put(&mut self, path: String, days: (i64, i64)) {
        self.paths.put(hash_of(path.as_bytes()), path, days, |own, more| {
            *own = (own.0.min(more.0), own.1.max(more.1));
        });
    }

    pub(in crate::validate) fn merge(&mut self, mut other: Self) {
        self.lines += other.lines;
        other.days.into_iter().for_each(|day| self.put_day(day));
        other.paths.drain().for_each(|(_, path, days)| self.put(path, days));
    }

    fn walk(&mut self, value: &Value, path: String, day: i64) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.member(name, value, &path, day)),
            Value::Array(items) => {
                items.iter().for_each(|item| self.walk(item, format!("{path}{}", kind(item)), day));
            }
            _ => {}
        }
    }

    fn member(&mut self, name: &str, value: &Value, path: &str, day: i64) {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        self.put(path.clone(), (day, day));
        if !OPEN.contains(&name) {
            self.walk(value, path, day);
        }
    }

    /// Fields that are missing on the first or the last day, with the day of the change.
    pub(in crate::validate) fn drift(&self) -> Vec<String> {
        let (Some(first_day), Some(last_day)) = (self.days.first(), self.days.last()) else { return Vec::new() };
        let date = |day: i64| date_of_day(day).map(|date| date.to_string()).unwrap_or_default();
        let change = |(path, (first, last)): (&String, &(i64, i64))| match (first > first_day, last < last_day) {
            (true, true) => Some(format!("`{path}` occurs only from {} to {}", date(*first), date(*last))),
            (true, false) => Some(format!("`{path}` appears on {}", date(*first))),
            (false, true) => Some(format!("`{path}` is last seen on {}", date(*last))),
            (false, false) => None,
        };
        let mut drift: Vec<String> = self.paths.iter().filter_map(change).collect();
        drift.sort_unstable();
        drift
    }
}

/// The kind of an array's items, if the items have one.
fn kind(item: &Value) -> String {
    let name = |members: &Map<String, Value>| members.get("event_type").and_then(Value::as_str).map(str::to_owned);
    match item.as_object().and_then(name) {
        Some(kind) => format!("[{kind}]"),
        None => "[]".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_come_and_go_and_names_of_users_do_not_count() {
        let mut fields = Fields::default();
        let (first, last) = (20_513, 20_514);
        fields.add(
            &json!({"ip": 1, "user_attributes": {"a": 1}, "events": [{"event_type": "profile", "data": {}}]}),
            first,
        );
        fields
            .add(&json!({"user_attributes": {"b": 1}, "events": [{"event_type": "profile", "data": {"x": 1}}]}), last);
        assert_eq!(
            fields.drift(),
            ["`events[profile].data.x` appears on 2026-03-02", "`ip` is last seen on 2026-03-01"]
        );
    }
}
