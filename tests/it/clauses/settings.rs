//! SET-1 to SET-3. `each_setting` tests the effect of each setting.

use mp_forwarding::settings::{SettingId, Settings};
use serde_json::{Value, json};

use crate::each_setting::{batch, run};

/// Every flag off, except the one that would drop whole batches.
fn all_off() -> String {
    let ids = SettingId::ALL.iter().map(|id| id.as_str());
    let flags = ids.filter(|id| id.starts_with("send_") || id.starts_with("include_user_"));
    flags.map(|id| format!("{id} = false\n")).collect()
}

#[test]
fn set_1_event_types_without_a_setting_are_always_forwarded() {
    let unnamed = [
        "breadcrumb",
        "first_run",
        "opt_out",
        "profile",
        "uninstall",
        "pre_attribution",
        "validation_result",
        "unknown",
        "a type that is not known here",
        "",
    ];
    for kind in unnamed {
        let forwarded = run(&all_off(), &[batch(&[kind])]);
        assert_eq!(forwarded.event_types(), [[kind]], "{kind}");
        assert_eq!((forwarded.summary.fates.written, forwarded.summary.fates.quarantined), (1, 0));
    }
}

#[test]
fn set_2_missing_settings_have_their_defaults_and_unknown_ones_are_refused() {
    let least = "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\n";
    let defaults: String = SettingId::ALL
        .iter()
        .filter(|id| !least.contains(id.as_str()))
        .filter(|id| matches!(id.default_text(), "true" | "false"))
        .map(|id| format!("{id} = {}\n", id.default_text()))
        .collect();
    assert_eq!(Settings::from_toml(least).unwrap(), Settings::from_toml(&(least.to_owned() + &defaults)).unwrap());
    let error = Settings::from_toml(&format!("{least}send_screen_view = true")).unwrap_err().to_string();
    assert!(error.contains("send_screen_view") && error.contains("send_screen_views`"), "{error}");
}

#[test]
fn set_3_package_and_bundle_id_are_forwarded_unless_application_info_is_removed() {
    let mut mine = batch(&["profile"]);
    mine["application_info"] = json!({ "package": "com.acme", "bundle_id": "com.acme.ios", "os": "iOS" });
    let info = |more: &str| run(more, std::slice::from_ref(&mine)).lines()[0].get("application_info").cloned();
    let kept = Some(mine["application_info"].clone());
    assert_eq!(info("unique_id = 'x'"), kept);
    assert_eq!(info("unique_id = 'x'\nmetadata_field_exclusion = ['Device Name', 'IP Address']"), kept);
    assert_eq!(info("metadata_field_exclusion = ['/application_info/os']").unwrap()["package"], "com.acme");
    assert_eq!(info("include_metadata = false"), None::<Value>);
    for pointer in ["/application_info/package", "/application_info/bundle_id"] {
        let text = format!(
            "[connection]\ns3_bucket_name = 'mp-forwarding-acme'\nstore_data_in_folders_by_date = 'none'\nmetadata_field_exclusion = ['{pointer}']"
        );
        assert!(Settings::from_toml(&text).is_err(), "{pointer}");
    }
}
