//! A settings file to fill in, made from what the names, the defaults and the schema say of themselves.

use std::fmt::Write as _;

use schemars::schema_for;
use serde_json::Value;

use super::{SettingId, SettingsFile, Table};

/// How wide a comment may become.
const WIDTH: usize = 100;

/// The two that have no usable default (U-24), and what stands in their place.
const TO_FILL_IN: [(SettingId, &str); 2] =
    [(SettingId::S3BucketName, ""), (SettingId::StoreDataInFoldersByDate, "UNSELECTED")];

/// A commented TOML file with every setting and engine option at its default. Two lines end in `# <- fill in`: once they
/// are filled in, the file is what all defaults are.
pub fn template() -> String {
    let schema = Value::from(schema_for!(SettingsFile));
    let mut text = String::from(
        "# The settings of a connection. `mp-forwarding settings check FILE` says whether a file can be used.\n\
         # An empty text is as good as leaving a setting out. The two lines that end in `# <- fill in` have no default.\n",
    );
    for table in Table::ALL {
        let about = schema.pointer(&format!("/properties/{table}/description"));
        text.push('\n');
        let about = about.and_then(Value::as_str).unwrap_or_default();
        comment(about.split("Defaults to").next().unwrap_or_default(), &mut text);
        let _ = writeln!(text, "[{table}]");
        for (name, description) in properties(&schema, table) {
            entry(table, name, description, &mut text);
        }
    }
    text
}

/// The names of a table with what the schema says of them, in their order.
fn properties(schema: &Value, table: Table) -> impl Iterator<Item = (&str, &str)> {
    let reference = schema.pointer(&format!("/properties/{table}/$ref")).and_then(Value::as_str).unwrap_or_default();
    let properties = schema.pointer(&format!("{}/properties", reference.trim_start_matches('#')));
    properties
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(name, property)| (name.as_str(), property["description"].as_str().unwrap_or_default()))
}

fn entry(table: Table, name: &str, description: &str, text: &mut String) {
    // Every description of a setting ends so: a test of the schema holds it to that.
    let (about, default) = description.rsplit_once("Defaults to `").unwrap_or((description, "unset`."));
    let default = default.trim_end_matches("`.");
    let id = SettingId::ALL.iter().copied().find(|id| id.table() == table && id.as_str() == name);
    let mut facts = format!("Default: {default}.");
    if let Some(id) = id {
        let platform = if id == SettingId::WaitForCompleteBatch { "Android" } else { "all" };
        let _ = write!(facts, " Platform: {platform}.");
    }
    let mut clauses = clauses(about);
    // A connection setting's id is the clause of its effect.
    clauses.extend(id.filter(|_| table == Table::Connection).map(SettingId::as_str));
    if !clauses.is_empty() {
        let _ = write!(facts, " Clause: {}.", clauses.join(", "));
    }
    text.push('\n');
    comment(about, text);
    comment(&facts, text);
    match TO_FILL_IN.iter().find(|(to_fill_in, _)| Some(*to_fill_in) == id) {
        Some((_, initial)) => _ = writeln!(text, "{name} = \"{initial}\" # <- fill in"),
        None => _ = writeln!(text, "{name} = {}", toml_value(default)),
    }
}

/// The clauses that a description cites, as `(LAY-1)` or `(U-12)`.
fn clauses(about: &str) -> Vec<&str> {
    let inner = about.split('(').skip(1).filter_map(|rest| rest.split_once(')').map(|(inner, _)| inner));
    let words = inner.flat_map(|inner| inner.split([',', ' ']));
    let is_clause = |word: &&str| {
        word.split_once('-').is_some_and(|(series, number)| {
            series.bytes().all(|byte| byte.is_ascii_uppercase()) && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    words.filter(is_clause).collect()
}

/// A documented default as TOML: what is unset is an empty text.
fn toml_value(default: &str) -> String {
    match default {
        "unset" => "\"\"".to_owned(),
        "empty" => "[]".to_owned(),
        _ if default == "true" || default == "false" || default.parse::<u64>().is_ok() => default.to_owned(),
        _ => format!("\"{default}\""),
    }
}

/// Text as comment lines.
fn comment(about: &str, text: &mut String) {
    let mut line = String::from("#");
    for word in about.split_whitespace() {
        if line.len() > 1 && line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(text, "{line}");
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::form::known_names;
    use crate::settings::{Connection, DateFolders, Settings};

    #[test]
    fn with_the_two_filled_in_it_is_all_defaults() {
        let filled = template()
            .replace("s3_bucket_name = \"\"", "s3_bucket_name = \"mp-forwarding-acme\"")
            .replace("\"UNSELECTED\"", "\"none\"");
        let defaults = Settings::new(Connection::new("mp-forwarding-acme".parse().unwrap(), DateFolders::None));
        assert_eq!(Settings::from_toml(&filled).unwrap(), defaults);
    }

    #[test]
    fn as_it_is_just_the_two_are_missing() {
        let error = Settings::from_toml(&template()).unwrap_err();
        let paths: Vec<&str> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["connection.s3_bucket_name", "connection.store_data_in_folders_by_date"]);
        assert_eq!(template().matches(" # <- fill in\n").count(), 2);
    }

    #[test]
    fn every_name_stands_there_once_with_its_default() {
        let template = template();
        for (_, name) in known_names() {
            assert_eq!(template.matches(&format!("\n{name} = ")).count(), 1, "{name}");
        }
        for id in SettingId::ALL {
            assert!(template.contains(&format!("# {}: ", id.shown_name())), "{id}");
        }
        assert_eq!(template.matches("# Default: ").count(), known_names().count());
        assert!(!template.contains("Defaults to"), "{template}");
        assert_eq!(template.matches(" Platform: Android.").count(), 1);
    }

    #[test]
    fn clauses_are_found_where_they_are_cited() {
        assert_eq!(clauses("a (ACC-2). b (DTO-1, U-12) c (fast) d (one-two)"), ["ACC-2", "DTO-1", "U-12"]);
    }
}
