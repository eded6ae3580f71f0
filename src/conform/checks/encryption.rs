//! SSE-1: the configured encryption for every object, and no other.

use super::definition::{CaseResult, Definition, Snapshot, place};
use crate::settings::ServerSideEncryption;
use crate::store::StoredEncryption;

pub(super) const ENCRYPTION: Definition = Definition {
    id: "encryption",
    clause: "SSE-1",
    title: "server-side encryption as chosen",
    consequence_of: &[],
    evaluate: |snapshot| {
        let mut result = CaseResult::default();
        let chosen = snapshot.scenario.settings.connection.server_side_encryption_method;
        let server = &snapshot.scenario.server;
        let name = snapshot.scenario.store.name();
        let key = snapshot.scenario.settings.engine.sse_kms_key_id.as_ref();
        for object in snapshot.objects {
            let Some(headers) = &object.headers else {
                result.not_applicable = Some(format!("{name} does not report how objects are stored").into());
                continue;
            };
            let shown = headers.encryption.as_ref();
            let method = shown.map(|shown| shown.method.as_str());
            let (expected, found) = match (chosen, method) {
                (ServerSideEncryption::None, None) => {
                    match server.shows_no_encryption() {
                        Some(reason) => result.not_applicable = Some(format!("{name}: {reason}").into()),
                        None => result.saw("without", 1),
                    }
                    continue;
                }
                // Without a key of its own, what is asked for and the bucket's default look alike.
                (asked, Some(method))
                    if server.encryption_unasked.as_deref() == Some(method)
                        && (asked == ServerSideEncryption::None
                            || asked.as_str() == method && (key.is_none() || !asked.uses_kms())) =>
                {
                    let reason =
                        format!("{name} encrypts everything with {method}, so the request's choice is not visible");
                    result.not_applicable = Some(reason.into());
                    continue;
                }
                (ServerSideEncryption::None, Some(method)) => {
                    ("no encryption, because none is configured".to_owned(), format!("`{method}`"))
                }
                (_, Some(method)) if method == chosen.as_str() => match other_key(snapshot, shown) {
                    None => {
                        result.saw(chosen.as_str(), 1);
                        continue;
                    }
                    Some(key) => ("the key that `engine.sse_kms_key_id` names".to_owned(), format!("`{key}`")),
                },
                (_, seen) => match server.encryption_refused.get(&chosen) {
                    Some(reason) => {
                        result.not_applicable = Some(format!("{name}: {reason}").into());
                        continue;
                    }
                    None => {
                        let seen = seen.map_or("no encryption".to_owned(), |method| format!("`{method}`"));
                        (format!("encryption with `{chosen}`"), seen)
                    }
                },
            };
            result.unexpected(place(object, None), expected, found);
        }
        let setting = "server_side_encryption_method".to_owned();
        result.findings.iter_mut().for_each(|finding| finding.setting = Some(setting.clone()));
        result
    },
};

/// The key that encrypted the object, if it differs from `engine.sse_kms_key_id`. A server reports a key's ARN, which
/// ends with the id. It does not report an alias.
fn other_key<'a>(snapshot: &Snapshot<'_>, shown: Option<&'a StoredEncryption>) -> Option<&'a str> {
    let settings = &snapshot.scenario.settings;
    let wanted = settings.engine.sse_kms_key_id.as_deref()?;
    let shown = shown?.key_id.as_deref()?;
    let is_alias = wanted.contains("alias/");
    let is_same = shown == wanted || shown.ends_with(&format!("/{wanted}")) || wanted.ends_with(&format!("/{shown}"));
    (!is_alias && !is_same && settings.connection.server_side_encryption_method.uses_kms()).then_some(shown)
}
