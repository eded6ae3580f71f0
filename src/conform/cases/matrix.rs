//! Every connection setting with its significant values, and the cases that combine them.

use super::cover::{combinations, cover};
use super::scenario::Plan;
use crate::settings::{BucketName, Connection, DateFolders, MetadataExclusion, ServerSideEncryption, SettingId};

/// Sets a value in a connection.
type Apply = Box<dyn Fn(&mut Connection)>;

/// A setting and its values.
struct Factor {
    setting: SettingId,
    values: Vec<Apply>,
}

/// Every connection setting except the bucket's name, which does not affect the content.
fn factors() -> Vec<Factor> {
    let all = SettingId::ALL.iter().map(|setting| Factor { setting: *setting, values: values(*setting) });
    all.filter(|factor| !factor.values.is_empty()).collect()
}

fn values(setting: SettingId) -> Vec<Apply> {
    fn apply(change: impl Fn(&mut Connection) + 'static) -> Apply {
        Box::new(change)
    }
    match setting {
        SettingId::FolderName => ["", "exports", "exports/app"]
            .map(|folder| apply(move |connection| connection.folder_name = folder.parse().ok()))
            .into(),
        SettingId::ServerSideEncryptionMethod => ServerSideEncryption::ALL
            .map(|method| apply(move |connection| connection.server_side_encryption_method = method))
            .into(),
        SettingId::StoreDataInFoldersByDate => {
            DateFolders::ALL.map(|mode| apply(move |connection| connection.store_data_in_folders_by_date = mode)).into()
        }
        SettingId::UniqueId => [None, Some("a \"quoted\" id")]
            .map(|id| apply(move |connection| connection.unique_id = id.map(str::to_owned)))
            .into(),
        SettingId::MetadataFieldExclusion => [
            &[][..],
            &["Device Name"],
            &["IP Address"],
            &["/device_info/http_header_user_agent", "/application_info/apple_search_ads_attributes/Version3.1"],
            &["Device Name", "IP Address", "/source_info/channel"],
        ]
        .map(|items| apply(move |connection| connection.metadata_field_exclusion = excluding(items)))
        .into(),
        SettingId::AccessKeyId | SettingId::SecretAccessKey | SettingId::AwsRegion | SettingId::S3BucketName => {
            Vec::new()
        }
        flag => [true, false]
            .map(|value| {
                apply(move |connection| {
                    if let Some(flag) = connection.flag_mut(flag) {
                        *flag = value;
                    }
                })
            })
            .into(),
    }
}

fn excluding(items: &[&str]) -> MetadataExclusion {
    let mut exclusion = MetadataExclusion::default();
    for item in items {
        // Each is valid in settings, as a test shows; an invalid one would exclude nothing.
        let _ = exclusion.exclude(item);
    }
    exclusion
}

/// The cases that contain every combination of the values of any `strength` settings.
pub fn matrix(bucket: &BucketName, strength: usize) -> Vec<Plan> {
    let factors = factors();
    let cases = cover(&sizes(&factors), strength);
    let width = cases.len().to_string().len();
    let plan = |(index, case): (usize, &Vec<usize>)| {
        let mut connection = Connection::new(bucket.clone(), DateFolders::None);
        factors.iter().zip(case).for_each(|(factor, value)| factor.values[*value](&mut connection));
        Plan { user_based: index % 3 == 2, ..Plan::new(format!("combination-{:0width$}", index + 1), connection) }
    };
    cases.iter().enumerate().map(plan).collect()
}

/// The settings that are combined, each with the number of its values.
pub fn combined() -> Vec<(SettingId, usize)> {
    factors().iter().map(|factor| (factor.setting, factor.values.len())).collect()
}

/// The number of combinations of the values of any `strength` settings.
pub fn combination_count(strength: usize) -> usize {
    combinations(&sizes(&factors()), strength).len()
}

fn sizes(factors: &[Factor]) -> Vec<usize> {
    factors.iter().map(|factor| factor.values.len()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_one_that_the_settings_take_and_differs_from_its_siblings() {
        let bucket: BucketName = "mp-forwarding-test".parse().unwrap();
        for Factor { setting, values } in factors() {
            let under = |apply: &Apply| {
                let mut connection = Connection::new(bucket.clone(), DateFolders::None);
                apply(&mut connection);
                format!("{connection:?}")
            };
            let all = values.iter().map(under).collect::<std::collections::BTreeSet<_>>();
            assert_eq!(all.len(), values.len(), "{setting}");
            assert!(values.len() > 1, "{setting}");
        }
    }
}
