//! A settings file to fill in, made from the declarations of the settings and options.

use std::fmt::Write as _;

use serde_json::Value;

use super::SettingsFile;
use super::declare::{Declared, Table, default_value};
use super::names::declared;

/// How wide a comment may become.
const WIDTH: usize = 100;

/// A commented TOML file with every setting and engine option at its default. Two lines end in `# <- fill in`: once they
/// are filled in, the file is what all defaults are.
pub fn template() -> String {
    let mut text = String::from(
        "# The settings of a connection. `mp-forwarding settings check FILE` checks a file.\n\
         # An empty text is the same as no value. The two lines that end in `# <- fill in` have no default.\n",
    );
    for table in Table::ALL {
        text.push('\n');
        comment(SettingsFile::about(table), &mut text);
        let _ = writeln!(text, "[{table}]");
        for declared in declared().filter(|declared| declared.table == table) {
            entry(declared, &mut text);
        }
    }
    text
}

fn entry(declared: &Declared, text: &mut String) {
    let Declared { table, name, shown_name, about, default, .. } = *declared;
    let mut facts = format!("Default: {default}.");
    if table != Table::Engine {
        let platform = if name == "wait_for_complete_batch" { "Android" } else { "all" };
        let _ = write!(facts, " Platform: {platform}.");
    }
    let mut clauses = clauses(about);
    // A connection setting's id is the clause of its effect.
    clauses.extend((table == Table::Connection).then_some(name));
    if !clauses.is_empty() {
        let _ = write!(facts, " Clause: {}.", clauses.join(", "));
    }
    text.push('\n');
    match table {
        Table::Engine => comment(about, text),
        _ => comment(&format!("{shown_name}: {about}"), text),
    }
    comment(&facts, text);
    let mark = if declared.is_required() { " # <- fill in" } else { "" };
    let _ = match default_value(default) {
        Value::Null => writeln!(text, "{name} = \"\"{mark}"),
        value => writeln!(text, "{name} = {value}{mark}"),
    };
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
    use crate::settings::{Connection, DateFolders, SettingId, Settings};

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
        for Declared { name, .. } in declared() {
            assert_eq!(template.matches(&format!("\n{name} = ")).count(), 1, "{name}");
        }
        for id in SettingId::ALL {
            assert!(template.contains(&format!("# {}: ", id.shown_name())), "{id}");
        }
        assert_eq!(template.matches("# Default: ").count(), declared().count());
        assert!(!template.contains("Defaults to"), "{template}");
        assert_eq!(template.matches(" Platform: Android.").count(), 1);
    }

    #[test]
    fn clauses_are_found_where_they_are_cited() {
        assert_eq!(clauses("a (ACC-2). b (DTO-1, U-12) c (fast) d (one-two)"), ["ACC-2", "DTO-1", "U-12"]);
    }
}
