//! The published schema of a settings file. It accepts what [`Settings::from_json`](super::Settings::from_json) accepts, except for
//! three rules that JSON Schema cannot express: no setting is given in two spellings that differ in case only, a folder has at
//! most 512 bytes (the schema counts characters), and `engine.buffer_bytes` is not less than `engine.max_line_bytes`.
//!
//! A declaration names a check; the function of the same name here is what that check accepts.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::declare::{Declared, Table, default_value};
use super::names::declared;
use super::{Acl, BucketName, DateFolders, ServerSideEncryption, SettingsFile};

/// The characters that [`char::is_whitespace`] accepts, inside a class.
const BLANK: &str = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// The characters that [`char::is_control`] accepts, inside a class.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
/// A number of an IPv4 address.
const OCTET: &str = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

impl JsonSchema for SettingsFile {
    fn schema_name() -> Cow<'static, str> {
        "SettingsFile".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut schema = Map::from_iter([
            ("type".to_owned(), json!("object")),
            (
                "description".to_owned(),
                json!(
                    "A settings file: every setting under its id or, in any case, under the name that mParticle's form shows. \
                     A null and an empty text are unset."
                ),
            ),
            (
                "properties".to_owned(),
                Table::ALL.map(|table| (table.to_string(), table_schema(table))).into_iter().collect(),
            ),
            ("required".to_owned(), json!(["connection"])),
            ("additionalProperties".to_owned(), json!(false)),
            ("allOf".to_owned(), rules().into()),
        ]);
        let values = declared().map(|declared| (declared.name.to_owned(), value_schema(declared)));
        schema.insert("$defs".to_owned(), values.collect::<Map<_, _>>().into());
        schema.into()
    }
}

fn table_schema(table: Table) -> Value {
    let of_table = || declared().filter(move |declared| declared.table == table);
    let reference = |declared: &Declared| json!({ "$ref": format!("#/$defs/{}", declared.name) });
    let properties: Map<_, _> = of_table().map(|declared| (declared.name.to_owned(), reference(declared))).collect();
    let mut schema = json!({
        "description": SettingsFile::about(table),
        "type": if table == Table::Connection { json!("object") } else { json!(["object", "null"]) },
        "properties": properties,
    });
    if table == Table::Engine {
        schema["additionalProperties"] = false.into();
        return schema;
    }
    let values: Map<_, _> = of_table().map(|declared| (spellings(declared), reference(declared))).collect();
    let twice = of_table()
        .map(|declared| (declared.shown_name.to_owned(), json!({ "properties": { (declared.name): false } })))
        .collect::<Map<_, _>>();
    let mut rules = vec![
        json!({ "patternProperties": values, "additionalProperties": false }),
        json!({ "dependentSchemas": twice }),
    ];
    // An editor shows the first alternative; the second one is the same for every spelling.
    rules.extend(of_table().filter(|declared| declared.is_required()).map(|declared| {
        json!({ "anyOf": [
            { "required": [declared.name], "properties": { (declared.name): true } },
            { "not": { "patternProperties": { (spellings(declared)): false } } },
        ] })
    }));
    schema["allOf"] = rules.into();
    schema
}

/// A pattern for the names under which a setting can be given.
fn spellings(declared: &Declared) -> String {
    match declared.table {
        Table::Engine => format!("^{}$", declared.name),
        _ => format!("^(?:{}|{})$", any_case(declared.name), any_case(declared.shown_name)),
    }
}

fn value_schema(declared: &Declared) -> Value {
    let about = match declared.table {
        Table::Engine => declared.about.to_owned(),
        _ => format!("{}: {}", declared.shown_name, declared.about),
    };
    if declared.is_required() {
        let mut schema = (declared.accepted)();
        schema["description"] = about.into();
        return schema;
    }
    json!({
        "description": format!("{about} Defaults to `{}`.", declared.default),
        "default": default_value(declared.default),
        "anyOf": [(declared.accepted)(), { "enum": [null, ""] }],
    })
}

/// The rules between settings.
fn rules() -> Vec<Value> {
    let set = || json!({ "not": { "enum": [null, ""] } });
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    let other_text = |pattern: &str| json!({ "type": "string", "pattern": r"[\s\S]", "not": { "pattern": pattern } });
    let (access_key, secret) = (has("access_key_id", set()), has("secret_access_key", set()));
    let is_user_based = json!({ "anyOf": [access_key, has("iam_user", set())] });
    let mut rules = vec![
        json!({ "if": access_key, "then": secret, "else": { "not": secret } }),
        json!({
            "if": { "not": is_user_based },
            "then": has("s3_bucket_name", text(&format!("^{}", BucketName::ROLE_BASED_PREFIX))),
        }),
        json!({
            "if": has("aws_region", other_text("^[a-z]+(?:-[a-z]+)+-[0-9]+$")),
            "then": has("endpoint", set()),
        }),
        json!({
            "if": has("virtual_host", json!({ "const": true })),
            "then": has("endpoint", other_text(&url(&format!(r"(?:{OCTET}\.){{3}}{OCTET}|\[[^\]]*\]")))),
        }),
        json!({ "if": has("external_id", set()), "then": has("role_arn", set()) }),
        json!({
            "if": has("sse_kms_key_id", set()),
            "then": has("server_side_encryption_method", text(&format!("^{}", any_case("aws:kms")))),
        }),
    ];
    // Where one of the two is left out, the other one is compared with its default.
    let default = |name| find(name).map_or(Value::Null, |declared| default_value(declared.default));
    let (buffer, line) = ("buffer_bytes", "max_line_bytes");
    rules.extend([
        json!({
            "if": has(line, json!({ "type": "integer", "not": { "maximum": default(buffer) } })),
            "then": has(buffer, set()),
        }),
        json!({
            "if": has(buffer, json!({ "type": "integer", "not": { "minimum": default(line) } })),
            "then": has(line, set()),
        }),
    ]);
    rules
}

fn find(name: &str) -> Option<&'static Declared> {
    declared().find(|declared| declared.name == name)
}

/// Whether a setting is given, in any spelling, with such a value. A double negation is the only way to say that one of the
/// members with a matching name is valid.
fn has(name: &str, value: Value) -> Value {
    let Some(declared) = find(name) else { return false.into() };
    let table = declared.table.as_str();
    json!({
        "required": [table],
        "properties": { (table): {
            "type": "object",
            "not": { "patternProperties": { (spellings(declared)): { "not": value } } },
        } },
    })
}

/// A pattern for a text whose letters are of any case.
fn any_case(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' => {
                format!("[{}{}]", character.to_ascii_uppercase(), character.to_ascii_lowercase())
            }
            _ => character.to_string(),
        })
        .collect()
}

/// Texts that are matched without case. They are listed too, for editors.
fn one_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Value {
    let texts: Vec<&str> = texts.into_iter().collect();
    let patterns: Vec<String> = texts.iter().map(|text| any_case(text)).collect();
    json!({ "anyOf": [{ "enum": texts }, { "type": "string", "pattern": format!("^(?:{})$", patterns.join("|")) }] })
}

fn pattern(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": pattern })
}

/// Texts that could be a secret access key typed in the wrong place.
fn secret_shape() -> Value {
    let classes = ["^[A-Za-z0-9/+=]{40}$", "[A-Z]", "[a-z]", "[0-9]"];
    json!({ "allOf": classes.map(|class| json!({ "pattern": class })) })
}

pub(super) fn flag() -> Value {
    json!({ "type": "boolean" })
}

pub(super) fn number(bounds: RangeInclusive<u64>) -> Value {
    json!({ "type": "integer", "minimum": bounds.start(), "maximum": bounds.end() })
}

pub(super) fn text() -> Value {
    json!({ "type": "string" })
}

pub(super) use text as path;

/// Text without a blank at either end, or of blanks alone.
pub(super) fn trimmed() -> Value {
    pattern(&format!(r"^(?:[{BLANK}]*|[^{BLANK}]|[^{BLANK}][\s\S]*[^{BLANK}])$"))
}

pub(super) fn access_key_id() -> Value {
    json!({ "type": "string", "pattern": "^[!-~]+$", "not": secret_shape() })
}

pub(super) fn secret() -> Value {
    json!({ "type": "string", "pattern": "^[!-~]+$", "writeOnly": true })
}

pub(super) fn region() -> Value {
    json!({ "type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$", "not": secret_shape() })
}

pub(super) fn bucket_name() -> Value {
    let (prefixes, suffixes) = (BucketName::RESERVED_PREFIXES.join("|"), BucketName::RESERVED_SUFFIXES.join("|"));
    json!({
        "type": "string",
        "pattern": "^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$",
        "not": { "pattern": format!("^(?:{prefixes})|(?:{suffixes})$") },
    })
}

pub(super) fn folder_name() -> Value {
    // A segment is anything but nothing, `.` and `..`.
    let (any, first) = (format!("[^/{CONTROL}]"), format!("[^./{CONTROL}]"));
    let segment = format!(r"(?:{first}{any}*|\.{first}{any}*|\.\.{any}+)");
    let patterns = [
        format!("^/*{segment}(?:/{segment})*/*$"),
        r"^/*[^/](?:[\s\S]{0,510}[^/])?/*$".to_owned(),
        format!(r"^/*[^/{BLANK}](?:[\s\S]*[^/{BLANK}])?/*$"),
    ];
    let folder = patterns.map(|pattern| json!({ "pattern": pattern }));
    json!({ "type": "string", "anyOf": [{ "pattern": format!("^[{BLANK}]*$") }, { "allOf": folder }] })
}

pub(super) fn encryption() -> Value {
    one_of(ServerSideEncryption::ALL.map(ServerSideEncryption::as_str))
}

pub(super) fn date_folders() -> Value {
    let names = |name: fn(DateFolders) -> &'static str| DateFolders::ALL.map(name);
    // Both names of the first are equal but for their case.
    one_of(names(DateFolders::as_str).into_iter().chain(names(DateFolders::shown_name).into_iter().skip(1)))
}

pub(super) fn exclusion() -> Value {
    let names = format!("{}|{}", any_case("Device Name"), any_case("IP Address"));
    let node = "/(?:application_info|device_info|source_info)";
    // SET-3
    let identifier = "/application_info/(?:package|bundle_id)";
    let token = |and: &str| format!("(?:[^~/{and}]|~[01])");
    let pointer = format!("{node}(?:/{}+)+", token(""));
    // In one text, items are separated by commas and have no blanks around them.
    let last = format!("{}*{}", token(","), token(&format!(",{BLANK}")));
    let item = format!("(?:[{BLANK}]*(?:{names}|{node}(?:/{}+)*/{last})?[{BLANK}]*)", token(","));
    json!({ "anyOf": [
        {
            "type": "array",
            "items": {
                "type": "string",
                "pattern": format!("^(?:{names}|{pointer})$"),
                "not": { "pattern": format!("^{identifier}(?:/|$)") },
            },
        },
        {
            "type": "string",
            "pattern": format!("^{item}(?:,{item})*$"),
            "not": { "pattern": format!("(?:^|,)[{BLANK}]*{identifier}(?:/|[{BLANK}]*(?:,|$))") },
        },
    ] })
}

/// A pattern for a URL with such a host.
fn url(host: &str) -> String {
    let port = "0*(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    format!("^{}[Ss]?://(?:{host})(?::{port})?/*$", any_case("http"))
}

pub(super) fn endpoint() -> Value {
    let (group, v4) = ("[0-9A-Fa-f]{1,4}", format!(r"(?:{OCTET}\.){{3}}{OCTET}"));
    let tail = format!("(?:{group}:{group}|{v4})");
    // RFC 3986, 3.2.2: up to `n` groups before `::`, and the rest after it.
    let before = |most: usize| match most {
        0 => String::new(),
        most => format!("(?:(?:{group}:){{0,{}}}{group})?", most - 1),
    };
    let mut addresses = vec![format!("(?:{group}:){{6}}{tail}")];
    addresses.extend((0..=5).map(|most| format!("{}::(?:{group}:){{{}}}{tail}", before(most), 5 - most)));
    addresses.extend([format!("{}::{group}", before(6)), format!("{}::", before(7))]);
    let label = "[A-Za-z0-9_-]+";
    pattern(&url(&format!(r"{label}(?:\.{label})*|\[(?:{})\]", addresses.join("|"))))
}

pub(super) fn role_arn() -> Value {
    pattern(r"^arn:aws[^:]*:iam::[0-9]{12}:role/[\s\S]+$")
}

pub(super) fn external_id() -> Value {
    pattern("^[A-Za-z0-9_+=,.@:/-]{2,1224}$")
}

pub(super) fn iam_user() -> Value {
    pattern("^[A-Za-z0-9+=,.@_-]{1,64}$")
}

pub(super) fn pod() -> Value {
    pattern("^[A-Za-z]{2}[0-9]$")
}

pub(super) fn key_id() -> Value {
    pattern("^[!-~]+$")
}

pub(super) fn acl() -> Value {
    json!({ "const": Acl::BucketOwnerFullControl.as_str() })
}
