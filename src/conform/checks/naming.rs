//! NAME-1: what files are called.

use super::promise::{Evidence, Promise, Verdict};
use crate::contract::object_key::ObjectName;

pub(super) const NAMES: Promise = Promise {
    name: "file-names",
    clause: "NAME-1",
    title: "file names",
    consequence_of: &[],
    check: |evidence| {
        let mut verdict = Verdict::default();
        for object in evidence.objects {
            verdict.saw("names", 1);
            if let Err(error) = check(evidence, &object.key) {
                verdict.findings.push(evidence.finding("NAME-1", object, None, error));
            }
        }
        verdict
    },
};

fn check(evidence: &Evidence<'_>, key: &str) -> Result<(), String> {
    let name = key.rsplit('/').next().unwrap_or_default();
    let parsed: ObjectName = name.parse().map_err(|error| format!("{error}"))?;
    let settings = &evidence.scenario.settings;
    let wanted = settings.connection.use_compression && settings.engine.gzip_suffix;
    if parsed.gz != wanted {
        let ending = if wanted { ".txt.gz" } else { ".txt" };
        return Err(format!(
            "the name `{name}` must end in `{ending}`, as use_compression and `engine.gzip_suffix` say"
        ));
    }
    if let Some(app) = &evidence.scenario.settings.engine.app_name
        && parsed.app_name != ObjectName::new(app, parsed.forwarded_at, parsed.number, parsed.gz).app_name
    {
        return Err(format!("the app name `{}` is not the one that `engine.app_name` asks for", parsed.app_name));
    }
    Ok(())
}
