//! SSE-1: the encryption that was asked for, on every object, and none where none was chosen.

use super::definition::{Evidence, Promise, Verdict};
use crate::settings::ServerSideEncryption;
use crate::store::StoredEncryption;

pub(super) const ENCRYPTION: Promise = Promise {
    name: "encryption",
    clause: "SSE-1",
    title: "server-side encryption as chosen",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        let chosen = evidence.scenario.settings.connection.server_side_encryption_method;
        let server = &evidence.scenario.server;
        let name = evidence.scenario.store.name();
        for object in evidence.objects {
            let Some(headers) = &object.headers else {
                verdict.not_applicable = Some(format!("{name} does not say how it keeps objects").into());
                continue;
            };
            let shown = headers.encryption.as_ref();
            let method = shown.map(|shown| shown.method.as_str());
            let message = match (chosen, method) {
                (ServerSideEncryption::None, None) => {
                    verdict.saw("without", 1);
                    continue;
                }
                (ServerSideEncryption::None, Some(method)) if server.encryption_unasked.as_deref() == Some(method) => {
                    verdict.not_applicable = Some(
                        format!(
                            "{name} encrypts everything with {method} by itself: what was asked for cannot be seen"
                        )
                        .into(),
                    );
                    continue;
                }
                (ServerSideEncryption::None, Some(method)) => {
                    format!("is stored with {method}, but no encryption is chosen")
                }
                (_, Some(method)) if method == chosen.as_str() => match other_key(evidence, shown) {
                    None => {
                        verdict.saw(chosen.as_str(), 1);
                        continue;
                    }
                    Some(message) => message,
                },
                (_, seen) => match &server.encryption_asked {
                    Err(reason) => {
                        verdict.not_applicable = Some(format!("{name}: {reason}").into());
                        continue;
                    }
                    Ok(()) => {
                        let seen = seen.map_or("none".to_owned(), |method| format!("`{method}`"));
                        format!("must be stored with `{chosen}`, and the store shows {seen}")
                    }
                },
            };
            let mut finding = evidence.finding("SSE-1", object, None, message);
            finding.setting = Some("server_side_encryption_method".to_owned());
            verdict.findings.push(finding);
        }
        verdict
    },
};

/// Whether a key other than `engine.sse_kms_key_id` encrypted. A server shows a key's ARN, whose end is the id; an alias
/// tells nothing of either.
fn other_key(evidence: &Evidence<'_>, shown: Option<&StoredEncryption>) -> Option<String> {
    let wanted = evidence.scenario.settings.engine.sse_kms_key_id.as_deref()?;
    let shown = shown?.key_id.as_deref()?;
    let is_alias = wanted.contains("alias/");
    let is_same = shown == wanted || shown.ends_with(&format!("/{wanted}")) || wanted.ends_with(&format!("/{shown}"));
    (!is_alias && !is_same && evidence.scenario.settings.connection.server_side_encryption_method.uses_kms())
        .then(|| format!("is stored with the key `{shown}`, and `engine.sse_kms_key_id` names another"))
}
