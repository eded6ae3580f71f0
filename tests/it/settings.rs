//! Settings through the public interface: the documented defaults, all problems in one message, and no secret.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use mp_forwarding::settings::{
    Connection, DateFolders, Endpoint, Engine, KeyPair, ServerSideEncryption, SettingId, Settings, SettingsError,
    SettingsFile,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The smallest valid file.
const LEAST: &str = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";

/// Ids, displayed names and defaults of the contract, written by hand.
const DOCUMENTED: [(&str, &str, &str); 29] = [
    ("access_key_id", "Access Key ID", "unset"),
    ("secret_access_key", "Secret Access Key", "unset"),
    ("aws_region", "AWS Region Endpoint", "us-east-1"),
    ("s3_bucket_name", "S3 Bucket Name", "unset"),
    ("folder_name", "Folder Name", "unset"),
    ("server_side_encryption_method", "Server Side Encryption Method", "None"),
    ("store_data_in_folders_by_date", "Store Data In Folders By Date", "UNSELECTED"),
    ("unique_id", "Unique ID", "unset"),
    ("metadata_field_exclusion", "Metadata Field Exclusion", "empty"),
    ("send_lifecycle_events", "Send Lifecycle Events", "true"),
    ("send_screen_views", "Send Screen Views", "true"),
    ("send_crash_events", "Send Crash Events", "true"),
    ("send_network_performance_events", "Send Network Performance Events", "true"),
    ("send_custom_events", "Send Custom Events", "true"),
    ("send_push_registrations_and_receipts", "Send Push Registrations and Receipts", "true"),
    ("send_as_batch", "Send as Batch", "true"),
    ("wait_for_complete_batch", "Wait for Complete Batch", "false"),
    ("include_location_information", "Include Location Information", "true"),
    ("send_commerce_events", "Send Commerce Events", "true"),
    ("use_compression", "Use Compression", "false"),
    ("include_consent_state", "Include Consent State", "false"),
    ("include_metadata", "Include Metadata", "true"),
    ("include_user_attribute_change_events", "Include User Attribute Change Events", "false"),
    ("include_user_identity_change_events", "Include User Identity Change Events", "false"),
    ("send_batches_without_events", "Send Batches without Events", "true"),
    ("include_event_batch_location", "Include Event Batch Location", "false"),
    ("send_alias_requests", "Send Alias Requests", "false"),
    ("include_mp_deviceid", "Include MP DeviceId", "false"),
    ("raw_data_feed", "Raw Data Feed", "false"),
];

/// A setting as written in the contract's table.
fn text_of(settings: &Settings, id: SettingId) -> String {
    let Settings { configuration, connection, .. } = settings;
    let unset = || "unset".to_owned();
    match id {
        SettingId::AccessKeyId | SettingId::SecretAccessKey => {
            configuration.credentials.as_ref().map_or_else(unset, |_| "set".to_owned())
        }
        SettingId::AwsRegion => configuration.aws_region.to_string(),
        SettingId::FolderName => connection.folder_name.as_ref().map_or_else(unset, ToString::to_string),
        SettingId::ServerSideEncryptionMethod => connection.server_side_encryption_method.to_string(),
        SettingId::UniqueId => connection.unique_id.clone().unwrap_or_else(unset),
        SettingId::MetadataFieldExclusion if connection.metadata_field_exclusion.is_empty() => "empty".to_owned(),
        _ => connection.flag(id).expect("every other setting is a flag").to_string(),
    }
}

#[test]
fn defaults_are_those_of_the_contract() {
    let loaded = Settings::from_toml(LEAST).unwrap();
    let built = Settings::new(Connection::new("mp-forwarding-acme".parse().unwrap(), DateFolders::None));
    assert_eq!(loaded, built);
    assert!(loaded.is_role_based());

    assert_eq!(SettingId::ALL.len(), DOCUMENTED.len());
    for (&id, (name, shown_name, default)) in SettingId::ALL.iter().zip(DOCUMENTED) {
        assert_eq!((id.as_str(), id.shown_name(), id.default_text()), (name, shown_name, default));
        if !matches!(id, SettingId::S3BucketName | SettingId::StoreDataInFoldersByDate) {
            assert_eq!(text_of(&loaded, id), default, "{id}");
        }
    }
}

#[test]
fn defaults_of_the_engine() {
    let Engine { gzip_level, gzip_suffix, acl, checksums, uploads, deadline_seconds, .. } = Engine::default();
    assert_eq!((gzip_level, gzip_suffix, acl, checksums, uploads, deadline_seconds), (4, false, None, true, 8, 30));
    let Engine { window_seconds, session_release_seconds, .. } = Engine::default();
    assert_eq!((window_seconds, session_release_seconds), (600, 86_400));
    let Engine { max_line_bytes, max_file_bytes, max_file_lines, max_file_age_seconds, buffer_bytes, .. } =
        Engine::default();
    assert_eq!((max_line_bytes, max_file_bytes), (16_777_216, 16_777_216));
    assert_eq!((max_file_lines, max_file_age_seconds, buffer_bytes), (100_000, 60, 201_326_592));
}

#[test]
fn the_schema_describes_every_property_with_its_default() {
    let schema = serde_json::to_value(schemars::schema_for!(SettingsFile)).unwrap();
    let engine = engine_defaults();
    let documented = DOCUMENTED.iter().map(|(id, _, default)| (*id, *default));
    let mut seen = 0;
    for (name, default) in documented.chain(engine.iter().map(|(id, text)| (*id, text.as_str()))) {
        let value = &schema["$defs"][name];
        let description = value["description"].as_str().expect(name);
        seen += 1;
        if ["s3_bucket_name", "store_data_in_folders_by_date"].contains(&name) {
            assert!(value.get("default").is_none() && !description.contains("Defaults to"), "{name}");
            continue;
        }
        assert!(description.ends_with(&format!(" Defaults to `{default}`.")), "{name}: {description}");
        let expected = match default {
            "unset" => Value::Null,
            "empty" => json!([]),
            _ => serde_json::from_str(default).unwrap_or_else(|_| json!(default)),
        };
        assert_eq!(value["default"], expected, "{name}");
    }
    assert_eq!(schema["$defs"].as_object().unwrap().len(), seen);
}

fn engine_defaults() -> Vec<(&'static str, String)> {
    let engine = Engine::default();
    let unset = [
        "endpoint",
        "ca_bundle",
        "profile",
        "role_arn",
        "external_id",
        "iam_user",
        "pod",
        "app_name",
        "sse_kms_key_id",
        "acl",
        "conform_folder",
        "default_key",
    ];
    let mut defaults: Vec<(&str, String)> = unset.map(|name| (name, "unset".to_owned())).to_vec();
    defaults.extend([
        ("virtual_host", engine.virtual_host.to_string()),
        ("window_seconds", engine.window_seconds.to_string()),
        ("session_release_seconds", engine.session_release_seconds.to_string()),
        ("gzip_level", engine.gzip_level.to_string()),
        ("gzip_suffix", engine.gzip_suffix.to_string()),
        ("max_line_bytes", engine.max_line_bytes.to_string()),
        ("max_file_bytes", engine.max_file_bytes.to_string()),
        ("max_file_lines", engine.max_file_lines.to_string()),
        ("max_file_age_seconds", engine.max_file_age_seconds.to_string()),
        ("buffer_bytes", engine.buffer_bytes.to_string()),
        ("deadline_seconds", engine.deadline_seconds.to_string()),
        ("uploads", engine.uploads.to_string()),
        ("checksums", engine.checksums.to_string()),
        ("keep_ip", engine.keep_ip.to_string()),
        ("default_encryption", engine.default_encryption.to_string()),
        ("conditional_writes", engine.conditional_writes.to_string()),
    ]);
    defaults
}

#[test]
fn every_setting_is_read() {
    let settings = Settings::from_toml(
        r#"
        [configuration]
        "Access Key ID" = "AKIAEXAMPLE"
        "Secret Access Key" = "hush"
        "AWS Region Endpoint" = "eu-central-1"

        [connection]
        "S3 Bucket Name" = "acme-events"
        "Folder Name" = "/exports/eu/"
        "Server Side Encryption Method" = "aws:kms"
        "Store Data In Folders By Date" = "Store data in folders by first event time or upload time if no events"
        "Unique ID" = "acme"
        "Metadata Field Exclusion" = ["Device Name", "/device_info/device_model"]

        [engine]
        endpoint = "https://127.0.0.1:8333/"
        ca_bundle = "ca.pem"
        profile = "acme"
        role_arn = "arn:aws:iam::123456789012:role/writer"
        external_id = "acme-1"
        iam_user = "mparticle-export"
        pod = "eu1"
        app_name = "Acme_App"
        window_seconds = 1
        session_release_seconds = 2
        gzip_level = 9
        gzip_suffix = true
        max_line_bytes = 1024
        max_file_bytes = 3
        max_file_lines = 4
        max_file_age_seconds = 5
        buffer_bytes = 1024
        sse_kms_key_id = "alias/acme"
        acl = "bucket-owner-full-control"
        deadline_seconds = 0
        uploads = 7
        checksums = false
        conditional_writes = false
        "#,
    )
    .unwrap();
    let KeyPair { access_key_id, secret_access_key } = settings.configuration.credentials.as_ref().unwrap();
    assert_eq!((access_key_id.as_str(), secret_access_key.expose()), ("AKIAEXAMPLE", "hush"));
    assert!(!settings.is_role_based());
    assert_eq!(settings.configuration.aws_region.as_str(), "eu-central-1");
    let connection = &settings.connection;
    assert_eq!(connection.s3_bucket_name.as_str(), "acme-events");
    assert_eq!(connection.folder_name.as_ref().unwrap().as_str(), "exports/eu");
    assert_eq!(connection.server_side_encryption_method, ServerSideEncryption::AwsKms);
    assert_eq!(connection.store_data_in_folders_by_date, DateFolders::FirstEventOrUploadTime);
    assert_eq!(connection.unique_id.as_deref(), Some("acme"));
    assert!(connection.metadata_field_exclusion.device_name && !connection.metadata_field_exclusion.ip_address);
    assert_eq!(connection.metadata_field_exclusion.pointers[0].tokens(), ["device_info", "device_model"]);
    let engine = &settings.engine;
    assert_eq!(engine.endpoint.as_ref().map(Endpoint::as_str), Some("https://127.0.0.1:8333"));
    assert_eq!(engine.ca_bundle, Some(PathBuf::from("ca.pem")));
    assert_eq!(engine.app_name.as_deref(), Some("Acme_App"));
    assert_eq!((engine.window_seconds, engine.session_release_seconds, engine.gzip_level), (1, 2, 9));
    assert_eq!((engine.max_line_bytes, engine.max_file_bytes, engine.max_file_lines), (1024, 3, 4));
    assert_eq!((engine.max_file_age_seconds, engine.buffer_bytes, engine.deadline_seconds), (5, 1024, 0));
    assert_eq!((engine.uploads, engine.checksums, engine.gzip_suffix), (7, false, true));
    assert!(!engine.conditional_writes);
    assert_eq!(engine.acl.unwrap().as_str(), "bucket-owner-full-control");
    let texts = [&engine.profile, &engine.role_arn, &engine.external_id, &engine.iam_user, &engine.sse_kms_key_id];
    assert!(texts.iter().all(|text| text.is_some()));
}

#[test]
fn each_flag_is_read_on_its_own() {
    let default = Settings::from_toml(LEAST).unwrap();
    assert_eq!(flag_ids().len(), 20);
    for id in flag_ids() {
        let value = default.connection.flag(id).unwrap();
        let settings = Settings::from_toml(&format!("{LEAST}{id} = {}\n", !value)).unwrap();
        let mut expected = default.clone();
        *expected.connection.flag_mut(id).unwrap() = !value;
        assert_eq!(settings, expected, "{id}");
        assert_ne!(settings, default, "{id}");
    }
}

#[test]
fn all_problems_are_reported_together() {
    let error = Settings::from_toml(
        r#"
        [configuration]
        access_key_id = "AKIAEXAMPLE"
        aws_region = "US East"
        [connection]
        s3_bucket_name = "Acme.Events"
        folder_name = "a/../b"
        store_data_in_folders_by_date = "UNSELECTED"
        send_screen_view = true
        use_compression = "true"
        metadata_field_exclusion = ["ip address", "/application_info/package"]
        [engine]
        gzip_level = 12
        external_id = "acme"
        sse_kms_key_id = "alias/acme"
        "#,
    )
    .unwrap_err();
    let paths: BTreeSet<&str> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        BTreeSet::from([
            "configuration.secret_access_key",
            "configuration.aws_region",
            "connection.s3_bucket_name",
            "connection.folder_name",
            "connection.store_data_in_folders_by_date",
            "connection.send_screen_view",
            "connection.use_compression",
            "connection.metadata_field_exclusion[1]",
            "engine.gzip_level",
            "engine.external_id",
            "engine.sse_kms_key_id",
        ])
    );
    assert_eq!(error.problems().len(), paths.len());
    let text = error.to_string();
    assert!(text.starts_with("11 settings cannot be used as given:\n  "), "{text}");
    assert!(text.contains("must be set to a value other than 'UNSELECTED'."), "{text}");
}

#[test]
fn an_empty_file_names_the_required_settings() {
    for error in [Settings::from_toml("").unwrap_err(), Settings::from_json("{}").unwrap_err()] {
        let paths: Vec<&str> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, ["connection.s3_bucket_name", "connection.store_data_in_folders_by_date"]);
    }
}

#[test]
fn a_wrong_value_is_not_reported_a_second_time_by_a_rule() {
    let text = "[connection]\ns3_bucket_name = 5\nstore_data_in_folders_by_date = 'daily'\n\
                server_side_encryption_method = 'kms'\n[engine]\nsse_kms_key_id = 'k'\nendpoint = 'x'\n\
                [configuration]\naws_region = 'garage'\n";
    let error = Settings::from_toml(text).unwrap_err();
    assert_eq!(error.problems().len(), 4, "{error}");
}

#[test]
fn a_file_is_read_by_its_extension_or_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let json = r#"{"connection":{"s3_bucket_name":"mp-forwarding-acme","store_data_in_folders_by_date":"none"}}"#;
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let expected = Settings::from_toml(LEAST).unwrap();
    for (name, text) in [("a.toml", LEAST), ("a.json", json), ("a.JSON", json), ("a.conf", LEAST), ("a", json)] {
        assert_eq!(Settings::load(&write(name, text)).unwrap(), expected, "{name}");
    }
    let mixed_up = Settings::load(&write("b.json", LEAST)).unwrap_err();
    assert!(matches!(mixed_up, SettingsError::Syntax { format: "JSON", line: 1, file: Some(_), .. }), "{mixed_up}");
    let invalid = Settings::load(&write("c.toml", "")).unwrap_err();
    assert!(invalid.to_string().contains("c.toml`: 2 settings cannot be used"), "{invalid}");

    std::fs::write(folder.path().join("d.toml"), b"\xff").unwrap();
    for name in ["d.toml", "missing.toml", "."] {
        let error = Settings::load(&folder.path().join(name)).unwrap_err();
        assert!(matches!(error, SettingsError::Read { .. }) && error.source().is_some(), "{name}: {error}");
    }
}

/// The error or the settings in every format in which they can be printed.
fn prints(result: &Result<Settings, SettingsError>) -> String {
    match result {
        Ok(settings) => format!("{settings:?} {settings:#?}"),
        Err(error) => format!("{error} {error:?} {error:#?}"),
    }
}

#[test]
fn no_secret_is_printed() {
    const SECRET: &str = "wJalrXUtnFEMIexample";
    for configuration in [
        format!("access_key_id = 'AKIA1'\nsecret_access_key = '{SECRET}'"),
        format!("secret_access_key = '{SECRET}'"),
        format!("access_key_id = '{SECRET}'"),
        format!("secret_access_key = ['{SECRET}']"),
        format!("secret_access_key = {{ a = '{SECRET}' }}"),
        format!("secret_access_key = {SECRET}"),
        format!("secret_access_key = '{SECRET}"),
        format!("secret_access_key = \"{SECRET}\\q\""),
        format!("secret_access_key = '{SECRET}' x"),
        format!("secret_acces_key = '{SECRET}'"),
        format!("secret_access_key = '{SECRET}'\n'Secret Access Key' = '{SECRET}'"),
        format!("secret_access_key = '{SECRET}'\nsecret_access_key = '{SECRET}'"),
    ] {
        let result = Settings::from_toml(&format!("{LEAST}[configuration]\n{configuration}\n"));
        assert!(!prints(&result).contains(SECRET), "{}", prints(&result));
    }
    for configuration in [
        format!(r#"{{"secret_access_key":"{SECRET}","secret_access_key":"{SECRET}"}}"#),
        format!(r#"{{"secret_access_key":{SECRET}}}"#),
        format!(r#"{{"secret_access_key":"{SECRET}"#),
        format!(r#""{SECRET}""#),
    ] {
        let result = Settings::from_json(&format!(r#"{{"configuration":{configuration}}}"#));
        assert!(!prints(&result).contains(SECRET), "{}", prints(&result));
    }
    let typed: SettingsFile = serde_json::from_value(json!({"configuration": {"secret_access_key": SECRET}})).unwrap();
    assert!(!format!("{typed:?}").contains(SECRET));
}

/// Any JSON value, not too deep.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        "[a-z.:/-]{0,70}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,8}", inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Any document, usually with known names.
fn any_document() -> impl Strategy<Value = Value> {
    let names: Vec<String> = SettingId::ALL
        .iter()
        .flat_map(|id| [id.as_str(), id.shown_name()])
        .chain(engine_defaults().iter().map(|(name, _)| *name))
        .map(str::to_owned)
        .collect();
    let name = prop_oneof![9 => prop::sample::select(names), 1 => ".{0,12}"];
    let table = prop_oneof![
        9 => prop::sample::select(vec!["configuration", "connection", "engine"]).prop_map(str::to_owned),
        1 => ".{0,12}",
    ];
    let members =
        prop::collection::vec((name, any_value()), 0..8).prop_map(|members| members.into_iter().collect::<Value>());
    let value = prop_oneof![9 => members, 1 => any_value()];
    prop::collection::vec((table, value), 0..4).prop_map(|tables| tables.into_iter().collect())
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}|[\\[\\]{}=\"'\n\\\\:,a-z0-9. -]{0,200}") {
        let _ = Settings::from_toml(&text).map_err(|error| error.to_string());
        let _ = Settings::from_json(&text).map_err(|error| error.to_string());
    }

    #[test]
    fn no_document_makes_it_panic_and_both_forms_agree(document in any_document()) {
        let from_json = Settings::from_json(&document.to_string());
        // TOML has no null and no integer above i64.
        if let Ok(text) = toml::to_string(&document) {
            let problems = |result: &Result<Settings, SettingsError>| {
                result.as_ref().map_err(|error| {
                    let mut problems = error.problems().to_vec();
                    problems.sort_by(|a, b| a.path.cmp(&b.path).then(a.message.cmp(&b.message)));
                    problems
                }).cloned()
            };
            let from_toml = Settings::from_toml(&text);
            prop_assert_eq!(problems(&from_toml).is_ok(), problems(&from_json).is_ok());
        }
        if let Err(error) = from_json {
            prop_assert!(error.problems().iter().all(|problem| !problem.to_string().contains('\n')), "{}", error);
        }
    }

    #[test]
    fn canonical_settings_are_equal_from_types_and_from_text(
        flags in prop::collection::btree_map(prop::sample::select(flag_ids()), any::<bool>(), 0..8),
        bucket in "(mp-forwarding-)?[a-z0-9-]{1,8}",
        folder in prop::option::of("[a-z/.]{1,6}"),
        exclusion in prop::collection::vec("Device Name|/device_info/[a-z~]{1,3}", 0..3),
        level in 0_u64..11,
    ) {
        let mut connection: serde_json::Map<_, _> = flags.iter().map(|(id, on)| (id.to_string(), json!(on))).collect();
        connection.insert("s3_bucket_name".into(), json!(bucket));
        connection.insert("folder_name".into(), json!(folder));
        connection.insert("metadata_field_exclusion".into(), json!(exclusion));
        connection.insert("store_data_in_folders_by_date".into(), json!("event_time"));
        let document = json!({"connection": connection, "engine": {"gzip_level": level}});
        let typed: SettingsFile = serde_json::from_value(document.clone()).unwrap();
        match (Settings::try_from(typed), Settings::from_json(&document.to_string())) {
            (Ok(from_types), Ok(from_text)) => {
                prop_assert!(flags.iter().all(|(&id, &on)| from_text.connection.flag(id) == Some(on)));
                prop_assert_eq!(from_types, from_text);
            }
            (Err(from_types), Err(from_text)) => prop_assert_eq!(from_types.to_string(), from_text.to_string()),
            (from_types, from_text) => prop_assert!(false, "{from_types:?} {from_text:?}"),
        }
    }
}

/// The boolean settings of a connection.
fn flag_ids() -> Vec<SettingId> {
    let connection = Connection::new("mp-forwarding-acme".parse().expect("a good name"), DateFolders::None);
    SettingId::ALL.iter().copied().filter(|&id| connection.flag(id).is_some()).collect()
}
