//! Fields that appear or disappear from day to day, in a sample of lines.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Map, Value};

/// The largest number of fields.
const FIELDS: usize = 5_000;

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
#[derive(Debug, Default)]
pub struct Fields {
    /// The first and the last day of each field.
    days: BTreeMap<String, (Date, Date)>,
    sampled: BTreeSet<Date>,
    /// The number of sampled lines.
    pub lines: u64,
}

impl Fields {
    /// Adds a line of this day.
    pub fn add(&mut self, batch: &Value, day: Date) {
        self.lines += 1;
        self.sampled.insert(day);
        self.walk(batch, String::new(), day);
    }

    fn walk(&mut self, value: &Value, path: String, day: Date) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.member(name, value, &path, day)),
            Value::Array(items) => {
                items.iter().for_each(|item| self.walk(item, format!("{path}{}", kind(item)), day));
            }
            _ => {}
        }
    }

    fn member(&mut self, name: &str, value: &Value, path: &str, day: Date) {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let is_full = self.days.len() >= FIELDS;
        match self.days.get_mut(&path) {
            Some((first, last)) => (*first, *last) = ((*first).min(day), (*last).max(day)),
            None if !is_full => {
                self.days.insert(path.clone(), (day, day));
            }
            None => return,
        }
        if !OPEN.contains(&name) {
            self.walk(value, path, day);
        }
    }

    /// The number of fields.
    pub fn count(&self) -> u64 {
        self.days.len() as u64
    }

    /// Fields that are missing on the first or the last day, with the day of the change.
    pub fn drift(&self) -> Vec<String> {
        let (Some(first_day), Some(last_day)) = (self.sampled.first(), self.sampled.last()) else { return Vec::new() };
        let change = |(path, (first, last)): (&String, &(Date, Date))| match (first > first_day, last < last_day) {
            (true, true) => Some(format!("`{path}` occurs only from {first} to {last}")),
            (true, false) => Some(format!("`{path}` appears on {first}")),
            (false, true) => Some(format!("`{path}` is last seen on {last}")),
            (false, false) => None,
        };
        self.days.iter().filter_map(change).collect()
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
        let [first, last]: [Date; 2] = ["2026-03-01", "2026-03-02"].map(|day| day.parse().unwrap());
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
