//! From the names that people type to ids: shown names, single strings for lists, and what is not known at all.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::check::MOST_PROBLEMS;
use super::connection::SETTINGS;
use super::declare::Declared;
use super::engine::OPTIONS;
use super::error::shown;
use super::kind::Kind;
use super::{DateFolders, Problem, Refusal, ServerSideEncryption, SettingId, SettingsFile, Table};

/// Puts every value under its id and leaves out what is unset; what cannot be used becomes a problem.
pub(super) fn to_canonical(tables: Map<String, Value>, problems: &mut Vec<Problem>) -> SettingsFile {
    let mut canonical = Map::new();
    for (table_name, members) in tables {
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
        let table = Table::ALL.into_iter().find(|table| table.as_str() == table_name);
        match (table, members) {
            (Some(table), Value::Object(members)) => {
                canonical.insert(table_name, canonical_table(table, members, problems).into());
            }
            (Some(_), Value::Null) => {}
            (Some(table), _) => problems.push(Problem::new(table, "it is not a table of settings")),
            (None, _) => problems.push(unknown_table(&table_name)),
        }
    }
    // Every value has been tried on its own, so this cannot fail; if it did, it would be said and not be lost.
    SettingsFile::deserialize(Value::Object(canonical)).unwrap_or_else(|_| {
        problems.push(Problem::new("settings", "the tables do not fit together"));
        SettingsFile::default()
    })
}

fn canonical_table(table: Table, members: Map<String, Value>, problems: &mut Vec<Problem>) -> Map<String, Value> {
    let mut canonical = Map::new();
    let mut typed_as: Vec<(&str, String)> = Vec::new();
    for (typed, value) in members {
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
        let Some((name, kind)) = resolve(table, &typed) else {
            problems.push(unknown_name(table, &typed));
            continue;
        };
        let path = format!("{table}.{name}");
        if let Some((_, first)) = typed_as.iter().find(|(id, _)| *id == name) {
            problems.push(Problem::new(
                path,
                format!("it is given as `{}` and as `{}`: keep one of them", shown(first), shown(&typed)),
            ));
            continue;
        }
        typed_as.push((name, typed));
        if value.is_null() || value == "" {
            continue;
        }
        let value = if kind == Kind::Number { to_integer(value) } else { value };
        match canonical_value(name, value) {
            Err(refusal) => problems.push(Problem::new(path, refusal)),
            Ok(value) if fits(table, name, &value) => {
                canonical.insert(name.to_owned(), value);
            }
            Ok(value) => problems.push(Problem::new(path, kind.explain(&value))),
        }
    }
    canonical
}

/// The id of what was typed, if it belongs in this table, and the form of its value.
fn resolve(table: Table, typed: &str) -> Option<(&'static str, Kind)> {
    if table == Table::Engine {
        return OPTIONS.iter().find(|option| option.name == typed).map(|option| (option.name, option.kind));
    }
    let id: SettingId = typed.parse().ok()?;
    (id.table() == table).then(|| (id.as_str(), id.kind()))
}

/// Every setting and option.
pub(super) fn declared() -> impl Iterator<Item = &'static Declared> {
    SETTINGS.iter().chain(OPTIONS)
}

/// The value as the canonical form has it: ids for shown names, a list for a single string.
fn canonical_value(name: &str, value: Value) -> Result<Value, Refusal> {
    let Some(text) = value.as_str() else { return Ok(value) };
    match name {
        "store_data_in_folders_by_date" if text.eq_ignore_ascii_case("UNSELECTED") => Ok("UNSELECTED".into()),
        "store_data_in_folders_by_date" => Ok(text.parse::<DateFolders>()?.as_str().into()),
        "server_side_encryption_method" | "default_encryption" => {
            Ok(text.parse::<ServerSideEncryption>()?.as_str().into())
        }
        "metadata_field_exclusion" => {
            Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(Value::from).collect())
        }
        _ => Ok(value),
    }
}

/// A number such as `5.0` as the integer that it is, as JSON Schema takes it.
fn to_integer(value: Value) -> Value {
    // Every number below is an integer of 64 bits, exactly.
    const END: f64 = 18_446_744_073_709_551_616.0;
    match value.as_f64() {
        Some(number) if value.is_f64() && number.fract() == 0.0 && (0.0..END).contains(&number) => {
            (number as u64).into()
        }
        _ => value,
    }
}

/// Whether serde takes the value: tried alone, so that one wrong value does not hide the next.
fn fits(table: Table, name: &str, value: &Value) -> bool {
    SettingsFile::deserialize(json!({ table.as_str(): { name: value } })).is_ok()
}

/// Settings that mParticle's form had and lost (SET-4): id, shown name, the month of the change, and what applies now.
const REMOVED: [(&str, &str, &str, &str); 3] = [
    ("include_user_identities", "Include User Identities", "2021-01", "user identities are always forwarded"),
    (
        "send_profile_change_events",
        "Send Profile Change Events",
        "2023-01",
        "profile events are always forwarded (SET-1)",
    ),
    (
        "send_validation_results",
        "Send Validation Results",
        "2023-02",
        "validation_result events are always forwarded (SET-1)",
    ),
];

/// How alike two names are, from 0 to 1, before the one is suggested for the other.
const ALIKE: f64 = 0.7;

fn unknown_name(table: Table, typed: &str) -> Problem {
    let path = format!("{table}.{}", shown(typed));
    let is_typed = |name: &str| typed.eq_ignore_ascii_case(name);
    if let Some((.., month, instead)) = REMOVED.iter().find(|(id, shown_name, ..)| is_typed(id) || is_typed(shown_name))
    {
        return Problem::new(path, format!("it was removed from the form in {month} (SET-4): delete it; {instead}"));
    }
    let (right_table, name, similarity) = nearest(table, typed);
    if similarity == 1.0 && right_table != table {
        return Problem::new(path, format!("it belongs in another table: move it to `[{right_table}]` as `{name}`"));
    }
    let alike = (similarity >= ALIKE).then_some((right_table, name)).or_else(|| with_word(typed));
    match alike {
        Some((table, name)) => {
            Problem::new(path, format!("unknown setting; the nearest known one is `{table}.{name}`"))
        }
        None => Problem::new(path, "unknown setting; `mp-forwarding settings template` prints all that there are"),
    }
}

/// The only known name with this word, such as `aws_region` for `region`.
fn with_word(typed: &str) -> Option<(Table, &'static str)> {
    let mut known = declared().filter(|known| known.name.split('_').any(|word| word.eq_ignore_ascii_case(typed)));
    let only = known.next().filter(|_| known.next().is_none())?;
    Some((only.table, only.name))
}

fn unknown_table(typed: &str) -> Problem {
    let path = shown(typed);
    let (table, name, similarity) = nearest(Table::Connection, typed);
    if similarity == 1.0 {
        return Problem::new(path, format!("it is outside the tables: move it to `[{table}]` as `{name}`"));
    }
    Problem::new(path, "unknown table; there are `[configuration]`, `[connection]` and `[engine]`")
}

/// The known name that is most like what was typed, in its own table rather than in another.
fn nearest(table: Table, typed: &str) -> (Table, &'static str, f64) {
    // No known name is half as long, and the comparison takes room for each pair of characters.
    let typed: String = typed.chars().take(100).collect::<String>().to_lowercase();
    let similarity = |name: &str| strsim::normalized_damerau_levenshtein(&typed, &name.to_lowercase());
    declared()
        .map(|known| (known.table, known.name, similarity(known.name).max(similarity(known.shown_name))))
        .max_by(|a, b| a.2.total_cmp(&b.2).then_with(|| (a.0 == table).cmp(&(b.0 == table))))
        .unwrap_or((Table::Connection, SettingId::S3BucketName.as_str(), 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(document: Value) -> (SettingsFile, Vec<String>) {
        let mut problems = Vec::new();
        let Value::Object(tables) = document else { panic!("an object") };
        let file = to_canonical(tables, &mut problems);
        (file, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn shown_names_and_ids_are_one() {
        for &id in SettingId::ALL {
            let value = match (id.kind(), id) {
                (_, SettingId::ServerSideEncryptionMethod) => json!("AES256"),
                (_, SettingId::StoreDataInFoldersByDate) => json!("none"),
                (Kind::Flag, _) => json!(true),
                (Kind::List, _) => json!(["Device Name"]),
                _ => json!("x"),
            };
            let by_id = canonical(json!({ id.table().as_str(): { id.as_str(): value } }));
            let by_shown_name = canonical(json!({ id.table().as_str(): { id.shown_name().to_uppercase(): value } }));
            assert_eq!(by_id, by_shown_name);
            assert!(by_id.1.is_empty() && by_id.0 != SettingsFile::default(), "{id}: {:?}", by_id.1);
        }
    }

    /// A value of this kind.
    fn example(declared: &Declared) -> Value {
        match declared.kind {
            _ if ["server_side_encryption_method", "default_encryption"].contains(&declared.name) => json!("aws:kms"),
            _ if declared.name == "store_data_in_folders_by_date" => json!("UNSELECTED"),
            Kind::Text | Kind::Secret => json!("x"),
            Kind::Flag => json!(true),
            Kind::Number => json!(5),
            Kind::List => json!(["x"]),
            Kind::Acl => json!("bucket-owner-full-control"),
        }
    }

    #[test]
    fn serde_takes_just_the_declared_kind() {
        for known in declared() {
            assert!(fits(known.table, known.name, &example(known)), "{}", known.name);
            assert!(!fits(known.table, known.name, &json!({})) && !fits(known.table, known.name, &json!(-1.5)));
            let takes_text = matches!(known.kind, Kind::Text | Kind::Secret)
                && !known.name.contains("_by_date")
                && !known.name.contains("_method")
                && known.name != "default_encryption";
            assert_eq!(fits(known.table, known.name, &json!("x")), takes_text, "{}", known.name);
        }
    }

    #[test]
    fn null_and_empty_are_unset() {
        let (file, problems) = canonical(json!({
            "configuration": null,
            "connection": {"use_compression": null, "send_as_batch": "", "metadata_field_exclusion": ""},
            "engine": {"uploads": ""},
        }));
        assert_eq!((file, problems), (SettingsFile::default(), vec![]));
    }

    #[test]
    fn a_single_string_is_a_list() {
        let (file, _) = canonical(json!({"connection": {"Metadata Field Exclusion": "Device Name, /device_info/a,"}}));
        assert_eq!(file.connection.metadata_field_exclusion.unwrap(), ["Device Name", "/device_info/a"]);
    }

    #[test]
    fn every_problem_is_named_with_its_way_out() {
        for (document, expected) in [
            (
                json!({"connection": {"use_compression": true, "Use Compression": false}}),
                "connection.use_compression: it is given as `use_compression` and as `Use Compression`: keep one of them",
            ),
            (
                json!({"connection": {"send_screen_veiws": true}}),
                "connection.send_screen_veiws: unknown setting; the nearest known one is `connection.send_screen_views`",
            ),
            (
                json!({"connection": {"Send Screen View": true}}),
                "connection.Send Screen View: unknown setting; the nearest known one is `connection.send_screen_views`",
            ),
            (
                json!({"engine": {"S3 Bucket Name": "x"}}),
                "engine.S3 Bucket Name: it belongs in another table: move it to `[connection]` as `s3_bucket_name`",
            ),
            (
                json!({"connection": {"gzip_level": 1}}),
                "connection.gzip_level: it belongs in another table: move it to `[engine]` as `gzip_level`",
            ),
            (
                json!({"connection": {"gzip_levle": 1}}),
                "connection.gzip_levle: unknown setting; the nearest known one is `engine.gzip_level`",
            ),
            (
                json!({"engine": {"region": "eu-west-1"}}),
                "engine.region: unknown setting; the nearest known one is `configuration.aws_region`",
            ),
            (
                json!({"use_compression": true}),
                "use_compression: it is outside the tables: move it to `[connection]` as `use_compression`",
            ),
            (
                json!({"connections": {}}),
                "connections: unknown table; there are `[configuration]`, `[connection]` and `[engine]`",
            ),
            (json!({"engine": 1}), "engine: it is not a table of settings"),
            (
                json!({"connection": {"Include User Identities": true}}),
                "connection.Include User Identities: it was removed from the form in 2021-01 (SET-4): delete it; user \
                 identities are always forwarded",
            ),
            (
                json!({"connection": {"send_profile_change_events": true}}),
                "connection.send_profile_change_events: it was removed from the form in 2023-01 (SET-4): delete it; \
                 profile events are always forwarded (SET-1)",
            ),
            (
                json!({"connection": {"Send Validation Results": false}}),
                "connection.Send Validation Results: it was removed from the form in 2023-02 (SET-4): delete it; \
                 validation_result events are always forwarded (SET-1)",
            ),
            (
                json!({"connection": {"send_feedback": true}}),
                "connection.send_feedback: unknown setting; `mp-forwarding settings template` prints all that there are",
            ),
            (
                json!({"connection": {"use_compression": "true"}}),
                "connection.use_compression: `true` is text: write `true` or `false` without quotes",
            ),
            (
                json!({"connection": {"use_compression": 1}}),
                "connection.use_compression: `1` is neither `true` nor `false`",
            ),
            (json!({"connection": {"unique_id": 7}}), "connection.unique_id: `7` is not text: write it in quotes"),
            (
                json!({"connection": {"store_data_in_folders_by_date": "daily"}}),
                "connection.store_data_in_folders_by_date: `daily` is not one of `none`, `event_time`, `upload_time`, \
                 `first_event_or_upload_time`",
            ),
            (
                json!({"connection": {"metadata_field_exclusion": [1]}}),
                "connection.metadata_field_exclusion: `[1]` is not a list of texts, such as `[\"Device Name\", \"IP Address\"]`",
            ),
            (json!({"engine": {"uploads": -1}}), "engine.uploads: `-1` is not a whole number of 0 or more"),
            (json!({"engine": {"uploads": "8"}}), "engine.uploads: `8` is text: write a whole number without quotes"),
            (
                json!({"engine": {"acl": "private"}}),
                "engine.acl: `private` is not `bucket-owner-full-control`, the only ACL that can be sent; or unset it",
            ),
            (
                json!({"configuration": {"secret_access_key": 12345}}),
                "configuration.secret_access_key: the value is not text: write it in quotes",
            ),
        ] {
            assert_eq!(canonical(document).1, [expected]);
        }
    }
}
