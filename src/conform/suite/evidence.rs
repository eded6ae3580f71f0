//! What an evidence bundle holds of a run.

use std::collections::BTreeMap;

use tokio::io::AsyncReadExt;

use crate::conform::bucket::list_all;
use crate::conform::cases::{Scenario, shown_settings};
use crate::contract::object_key::is_verification_object;
use crate::report::evidence::{Evidence, ObjectEntry, sha256};
use crate::report::model::Report;
use crate::report::summary::Conformance;
use crate::store::StoreError;

/// Reads every object of the run again and collects what a bundle holds. One object is in memory at a time, or all of them if
/// `has_values` puts them into the bundle. Cases that did not run to their ends are left out.
///
/// # Errors
/// If an object cannot be read.
pub async fn collect_evidence(
    report: &Report<Conformance>,
    scenarios: &[Scenario],
    ledgers: BTreeMap<String, Vec<u8>>,
    has_values: bool,
) -> Result<Evidence, StoreError> {
    let mut evidence = Evidence { ledgers, ..Evidence::default() };
    let cases = || report.summary.cases.iter();
    for scenario in scenarios.iter().filter(|scenario| cases().any(|case| case.name == scenario.name)) {
        let settings = shown_settings(&scenario.settings.connection).into_iter();
        let settings = settings.map(|(setting, value)| (setting.to_string(), value)).collect();
        evidence.settings.insert(scenario.name.clone(), settings);
        if cases().any(|case| case.name == scenario.name && case.error.is_none()) {
            collect_objects(scenario, has_values, &mut evidence).await?;
        } else {
            evidence.ledgers.remove(&scenario.name);
        }
    }
    evidence.ledgers.retain(|name, _| evidence.settings.contains_key(name));
    Ok(evidence)
}

async fn collect_objects(scenario: &Scenario, has_values: bool, evidence: &mut Evidence) -> Result<(), StoreError> {
    let folder = scenario.settings.connection.folder_name.as_ref().map(|folder| folder.as_str());
    let store = scenario.store.as_ref();
    for meta in list_all(store, &scenario.root).await? {
        if is_verification_object(&meta.key, folder) {
            continue;
        }
        let mut bytes = Vec::new();
        let read = store.get(&meta.key).await?.body.take(meta.size).read_to_end(&mut bytes).await;
        read.map_err(|error| StoreError::of_content(&meta.key, &error))?;
        let sha256 = sha256(&bytes);
        evidence.objects.push(ObjectEntry {
            case: scenario.name.clone(),
            key: meta.key,
            bytes: bytes.len() as u64,
            sha256: sha256.clone(),
        });
        if has_values {
            evidence.data.insert(sha256, bytes);
        }
    }
    Ok(())
}
