//! Every combination of the values of any two settings is in the full suite, and the engine passes with all of them.

use std::collections::BTreeSet;

use mp_forwarding::conform::{combination_count, combined, matrix};
use mp_forwarding::settings::{Connection, SettingId};

use crate::support::program::program;

/// A text that is different for each value of a setting.
fn value(connection: &Connection, setting: SettingId) -> String {
    match setting {
        SettingId::FolderName => format!("{:?}", connection.folder_name),
        SettingId::ServerSideEncryptionMethod => connection.server_side_encryption_method.to_string(),
        SettingId::StoreDataInFoldersByDate => connection.store_data_in_folders_by_date.to_string(),
        SettingId::UniqueId => format!("{:?}", connection.unique_id),
        SettingId::MetadataFieldExclusion => format!("{:?}", connection.metadata_field_exclusion),
        flag => connection.flag(flag).unwrap().to_string(),
    }
}

#[test]
fn all_pairs_of_values_of_all_settings_occur_in_a_few_dozen_cases() {
    let plans = matrix(&"mp-forwarding-pairwise".parse().unwrap(), 2);
    let settings = combined();
    assert_eq!(settings.len(), 25, "every connection setting but the bucket's name");
    let mut expected = 0;
    for (index, (one, ones)) in settings.iter().enumerate() {
        for (other, others) in &settings[index + 1..] {
            let seen = plans.iter().map(|plan| (value(&plan.connection, *one), value(&plan.connection, *other)));
            assert_eq!(seen.collect::<BTreeSet<_>>().len(), ones * others, "{one} with {other}");
            expected += ones * others;
        }
    }
    assert_eq!(combination_count(2), expected);
    println!("{} cases cover all {expected} pairs of the values of {} settings", plans.len(), settings.len());
    assert!(plans.len() <= 36, "{} cases", plans.len());
}

#[test]
fn the_engine_conforms_with_every_pair_of_values() {
    let output =
        program().args(["conform", "--suite", "full", "--batches", "15", "--format", "json"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let failed = report["checks"].as_array().unwrap().iter().filter(|check| check["outcome"] == "fail");
    let failed = failed.map(|check| format!("{} {}", check["clause"], check["findings"][0])).collect::<Vec<_>>();
    assert_eq!(failed, Vec::<String>::new());
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_list_names_cases_checks_and_open_questions() {
    let list = |arguments: &[&str]| {
        let mut command = program();
        let output = command.args(["conform", "list"]).args(arguments).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let quick = list(&[]);
    assert!(quick.contains("android-sessions: ") && quick.contains("  BAT-2 "), "{quick}");
    assert!(!quick.contains("combination"), "{quick}");
    let full = list(&["--suite", "full"]);
    assert!(full.contains(&format!("all {} combinations", combination_count(2))), "{full}");
    let open = list(&["--undefined"]);
    assert_eq!(open.lines().filter(|line| line.starts_with("U-")).count(), 34);
    assert!(open.contains("[window_seconds]"), "{open}");
}
